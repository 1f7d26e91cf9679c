"""What importing, and sending mail, can leave in a record, by `make docs`."""

from django.utils.translation import gettext_noop as marked

SENTENCES = (
    marked(" in %(name)s, line %(tb_lineno)s"),
    marked('"%(name)s" is not a list'),
    marked('"nested too deeply to be kept here; the original is in the ledger"'),
    marked("%(columns)s are equal to those of one here: check that it is the same"),
    marked("%(count)s of %(steps)s lists: %(message)s"),
    marked("%(equal)s are equal to those here, but %(unless_differs)s is another"),
    marked("%(filename)s cannot be read: %(strerror)s"),
    marked("%(first)s and %(ids)s more"),
    marked("%(host)s cannot be reached"),
    marked(
        "%(host)s cannot be reached. Check the internet connection, and that the key's ending was "
        "copied whole"
    ),
    marked(
        "%(host)s cannot prove that it is Cliniko (its certificate is not trusted), so the key was"
        " not sent. A proxy or a virus scanner may be in between: ask whoever runs this network, "
        "then resume the import."
    ),
    marked("%(info)s in it unpacks"),
    marked("%(key)s is not a list of ids that can be read"),
    marked("%(key)s: neither true nor false: %(answer)s"),
    marked("%(kind)s, which nobody knows"),
    marked("%(left_out)s, as its %(name)s was"),
    marked("%(merged)s was merged into %(source_id)s; linked to that one"),
    marked(
        "%(most_tries)s workers in a row died or lost the database at it. What was done so far is "
        "kept. Look at memory, disk and log of the workers, then `handover import-resume`."
    ),
    marked("%(name)s cannot be read to its end: %(why)s"),
    marked("%(name)s cannot be read: %(strerror)s"),
    marked("%(name)s cannot be reassigned; what can be: %(kinds)s"),
    marked("%(name)s cannot be the name of a workspace: it has %(why)s"),
    marked("%(name)s is missing"),
    marked("%(name)s is missing, and nothing stands without it"),
    marked(
        "%(name)s is no ZIP archive, or only a part of one. Make it anew, or unpack it and name "
        "the folder instead"
    ),
    marked("%(name)s is no time zone that we know"),
    marked("%(name)s is no type of record; known are: %(known)s"),
    marked(
        "%(name)s needs %(needed)s GB, and %(free)s GB are free where files are kept: make room, "
        "or attach a part of it"
    ),
    marked("%(name)s of %(text)s characters"),
    marked(
        "%(name)s was refused, and nothing of it was taken: %(path)s in it %(why)s. Programs for "
        "archives do not do that by themselves: ask whoever made it"
    ),
    marked("%(name)s was refused: %(path)s in it %(why)s"),
    marked(
        "%(name)s was refused: %(what)s to %(size)s GB, which is more than %(ratio)s times its "
        "size. %(bomb)s"
    ),
    marked("%(name)s was refused: parts of it lie upon one another. %(bomb)s"),
    marked(
        "%(name)s was refused: there is more in it than %(entries)s documents, or their names are "
        "too long. Make several archives of it, such as one for each letter"
    ),
    marked(
        "%(name)s: %(taken)s is a word of the grammar, not an attribute; give the target's field "
        "another name"
    ),
    marked("%(named)s %(source_id)s is not among the records that the source lists"),
    marked("%(of)s is here already, but with another %(told)s"),
    marked("%(others)s %(only_there)s name it, and are not in its list: they are linked"),
    marked("%(path)s cannot be read as JSON: %(problem)s"),
    marked("%(path)s cannot be read: %(strerror)s"),
    marked("%(path)s holds no choices: for each type, an object of ids"),
    marked("%(patients)s is no client of %(name)s"),
    marked(
        "%(problem)s Every account should have it: check the address of Cliniko and ask support; "
        "then resume the import."
    ),
    marked("%(problem)s. It goes on by itself at %(until)s UTC."),
    marked("%(problem)s: taken as confidential"),
    marked("%(problem)s; kept as Cliniko has it"),
    marked("%(problem)s; so it was with %(in_a_row)s in a row"),
    marked("%(reason)s: kept apart, please check"),
    marked("%(reason)s: kept beside it"),
    marked("%(reason)s: made anew"),
    marked("%(resource)s %(source_id)s was not loaded (%(why)s)"),
    marked("%(resource)s %(source_id)s: %(value)s is no choice, or no row here"),
    marked("%(resource)s %(source_id)s: that list is %(unread)s"),
    marked("%(resource)s is not here (%(why)s)"),
    marked("%(resources)s has not come from there"),
    marked("%(there)s at the source and %(here)s here are equal in %(equal)s: nobody was matched"),
    marked("%(told)s do not agree: the first one counts"),
    marked("%(value)s is not a code we know"),
    marked("%(value)s is not a value we know"),
    marked(
        "%(word)s %(pair)s did not come from an import and was not matched by one: there is "
        "nothing to reassign"
    ),
    marked("%(word)s %(pair)s stands for itself already"),
    marked("24:00 is kept as 23:59"),
    marked("; for another one choose another name"),
    marked(
        "Cliniko could not be asked for %(what)s: %(why)s. Look whether this machine reaches the "
        "internet, and resume the import later; nothing is lost."
    ),
    marked(
        "Cliniko does not accept this key. It may have been deleted, the user who made it may have"
        " been deactivated, or it may belong to another region than its ending says (%(shard)s). "
        "In Cliniko, open My Info, choose Manage API keys, make a new key and enter it here; the "
        "import then goes on where it stopped."
    ),
    marked("Cliniko does not say whether it is a draft: %(state)s"),
    marked("Cliniko does not say whose this is: kept without a client"),
    marked("Cliniko gives the numbers of message templates, but not the templates"),
    marked("Cliniko names no time zone here: the practice's own, %(time_zone)s, counts"),
    marked(
        "Cliniko redirects the request for %(what)s%(aim)s (%(status)s). The account may have been"
        " moved to another region: make a new key in Cliniko (My Info, Manage API keys) and enter "
        "it here."
    ),
    marked(
        "Cliniko refuses the request for %(what)s (%(status)s%(told)s). Nothing is lost; please "
        "pass this on to support, then resume the import."
    ),
    marked(
        "Cliniko wants to know whom to write to about these requests: set HANDOVER_CONTACT to an "
        "e-mail address."
    ),
    marked("Cliniko's API gives no payments: how much of it is still due is not known"),
    marked(
        "Cliniko's answer for %(path)s cannot be read: %(why)s. Resume the import later; if it "
        "happens again, ask support."
    ),
    marked(
        "Cliniko's limit of requests is used up, by this import or by another program that uses a "
        "key of the same user. Stop that one, or resume the import later; nothing is lost."
    ),
    marked("NUL characters were taken out; the original is in the ledger"),
    marked("Something else that was asked is still being done; wait a moment"),
    marked("Stopped while waiting for Cliniko."),
    marked(
        "The answer for %(what)s points to another address (%(host)s) for its next page. Nothing "
        "was sent there. Check that the address of Cliniko is the right one."
    ),
    marked("The import is being worked on: pause it first, or wait until it ends"),
    marked("The import was cancelled. What it has brought stays, until `import-undo`."),
    marked("The import was stopped where it was. `handover import-resume` goes on."),
    marked(
        "The setting HANDOVER_CLINIKO_URL is not an address. It looks like %(cliniko_url)s; leave "
        "it out to ask Cliniko itself."
    ),
    marked("This Cliniko account has no %(what)s."),
    marked(
        "This is a fault of ours: %(name)s%(where)s. What was done so far is kept; tell support, "
        "or try `handover import-resume`."
    ),
    marked("This is a fault of ours: %(name)s."),
    marked(
        "This is how archives are made that are to overwhelm a computer; nothing of it was taken."
    ),
    marked(
        "This is not a Cliniko API key: %(why)s. In Cliniko, open My Info, choose Manage API keys,"
        " add a key there and paste the whole of it here."
    ),
    marked(
        "This key may not read %(what)s: the Cliniko user who made it lacks the right. Everything "
        "else goes on. A key of an administrator reads everything."
    ),
    marked("URLs only"),
    marked("What answers at %(url)s is not Cliniko's API: check the address."),
    marked("Workers died at it, one after the other."),
    marked("a character in it could not be read: � stands for it"),
    marked("a field that nobody has decided on yet: kept whole in the ledger"),
    marked("a link to a signature that cannot be read"),
    marked("a name in it has a NUL character"),
    marked("a page has 1 to %(most_per_page)s records"),
    marked("a question of %(told)s; kept whole"),
    marked("an API key is not pickled: pass its encrypted form on"),
    marked(
        "another import or undo is at work in this workspace; let it finish, then go on with "
        "import %(pk)s"
    ),
    marked("being tried again"),
    marked("changed here and at the source: what was written here is kept until somebody chooses"),
    marked("closed, but Cliniko does not say when: its last change"),
    marked("counted for each client, in /attendees"),
    marked("deleted at the source"),
    marked("deleted at the source while it was being read"),
    marked("deleted here since; not brought back"),
    marked("document %(file_id)s is with client %(client_id)s already"),
    marked("document %(source_id)s was looked at already"),
    marked("draft is %(told)s: taken as %(state)s"),
    marked("edited here since the import"),
    marked("equal in %(names)s to %(count)s here that did not come from the source"),
    marked(
        "files cannot be stored or deleted: %(strerror)s. See to it that there is room, and that "
        "the place of files can be written; then go on"
    ),
    marked("from %(since)s to %(until)s"),
    marked("handover import %(pk)s"),
    marked("import %(pk)s cannot be %(told)s: it is %(state)s"),
    marked(
        "import %(pk)s cannot be accepted: it is %(state)s. What is accepted is the balanced "
        "result of an import that was loaded"
    ),
    marked("import %(pk)s cannot go from %(state)s to %(value)s"),
    marked(
        "import %(pk)s could be deleted until %(minutes)s. What it made is the practice's record "
        "now: change or archive what is wrong, one by one. (HANDOVER_UNDO_HOURS says how long "
        "imports can be deleted that end from now on.)"
    ),
    marked(
        "import %(pk)s has gone over the same account since; go on with that one (`handover "
        "import-resume %(pk_2)s`), or begin a new one"
    ),
    marked("import %(pk)s has no result yet: %(message)s"),
    marked("import %(pk)s is %(state)s: not yet"),
    marked("import %(pk)s is a draft: submit it under Settings > Import"),
    marked("import %(pk)s is being worked on already"),
    marked("import %(pk)s is being worked on: cancel it first"),
    marked("import %(pk)s is over (%(state)s)"),
    marked(
        "import %(pk)s took documents from %(account_name)s: `handover attach` with the same ones "
        "goes on where it was"
    ),
    marked("import %(pk)s was deleted"),
    marked("import %(pk)s was deleted already"),
    marked("import %(pk)s was submitted already"),
    marked("import %(pk)s was submitted meanwhile"),
    marked("import %(pk)s was taken over by another process, which goes on with it"),
    marked("import %(pk)s was taken over, or the database cannot be reached"),
    marked("it answers with an error of its own (%(status)s)"),
    marked("it calls itself a folder, and has content all the same"),
    marked("it came without an id: once it changes at the source, it comes again as a new one"),
    marked("it cannot be read: %(strerror)s"),
    marked("it cannot be unpacked"),
    marked("it does not answer in time"),
    marked("it ended at %(end)s, before it started: taken as empty"),
    marked("it has changed since it was looked at: attach the documents again"),
    marked("it has characters that no key has"),
    marked('it has no list named "%(list_key)s"'),
    marked("it has no name"),
    marked("it is a web page, not data; a proxy or a sign-in page of this network may be between"),
    marked("it is cut off or is not JSON"),
    marked("it is damaged"),
    marked("it is damaged: bytes are missing"),
    marked("it is empty"),
    marked("it is final, and takes nothing any more: keep ours, and write an addendum"),
    marked("it is itself an archive (%(kind)s): unpack it, and attach what is in it"),
    marked("it is larger than %(document)s GB"),
    marked("it is larger than %(size)s MB"),
    marked("it is larger than Cliniko says (%(size)s bytes)"),
    marked("it is locked with a password: make the archive anew without one"),
    marked("it is no data: address; it is kept as it came"),
    marked("it is no document but a link to another place, or a device"),
    marked("it is not a redirect to a file"),
    marked("it is not over"),
    marked("it is packed in an unusual way: make the archive anew as a plain ZIP"),
    marked("it is too long"),
    marked("it is too short"),
    marked("it lists %(others)s %(only_here)s, which do not name it: they are not linked"),
    marked("it unpacks"),
    marked("it waited for more than three days and was not sent"),
    marked("it was changed here once more since: look at it again"),
    marked("its answer takes too long"),
    marked("its base64 is broken; it is kept as it came"),
    marked("its folders end in different numbers (%(told)s): %(value)s"),
    marked("its record was deleted here"),
    marked("its source has not finished processing it: import again later"),
    marked("its source says %(declared_size)s bytes; %(size)s came"),
    marked("its storage answers %(status)s"),
    marked("its storage answers with an error (%(status)s)"),
    marked("its storage does not answer in time"),
    marked("its storage does not have it"),
    marked("its storage redirects again and again"),
    marked("its storage refuses each address anew"),
    marked("kept %(places)s decimals of %(value)s"),
    marked("kept as its JSON, for the database cannot hold the value itself"),
    marked("kept in the ledger"),
    marked("kept when an earlier import was undone"),
    marked("leads out of the archive, by `..`"),
    marked("longer than %(longest)s characters: %(value)s"),
    marked("more than %(longest_name)s characters"),
    marked("names a place on a computer's disk, instead of a place in itself"),
    marked("neither client nor contact: %(url)s"),
    marked("neither true nor false: %(value)s"),
    marked("nested too deeply, or with a number beyond all bounds"),
    marked("no document: macOS or Windows keeps such things beside files"),
    marked("no end is known: it ends when it starts"),
    marked("no host"),
    marked("no id in the link %(value)s"),
    marked("no image came with it"),
    marked("no kind"),
    marked("no letter or digit"),
    marked("nobody has asked to delete import %(pk)s"),
    marked("nobody has decided on this yet: kept with the answer"),
    marked("nobody has decided on this yet: kept with the document, under Cliniko's name for it"),
    marked("nobody has decided on this yet: kept with the options"),
    marked("none of its folders ends in a number, as `Jane Doe - 1234` does"),
    marked("none yet"),
    marked("not a code: %(value)s"),
    marked("not a date (YYYY-MM-DD): %(told)s; kept as text"),
    marked("not a date (YYYY-MM-DD): %(value)s"),
    marked("not a day of the week: %(value)s"),
    marked("not a link: %(value)s"),
    marked("not a list but %(entries)s"),
    marked("not a list but %(value)s"),
    marked("not a moment in time with its zone: %(told)s"),
    marked("not a number: %(told)s"),
    marked("not a path of the API: %(path)s"),
    marked("not a text but %(value)s"),
    marked("not a time of day (HH:MM): %(value)s"),
    marked("not a whole number in range: %(value)s"),
    marked("not an object but %(value)s"),
    marked("not an object but %(value)s; kept as Cliniko has it"),
    marked("not known"),
    marked("nothing can be chosen for %(resource)s; known are: %(known)s"),
    marked("nothing was entered"),
    marked("nothing was imported into this workspace: there is nothing to reassign"),
    marked("one that was booked here"),
    marked("read with the attachment itself: /patient_attachments"),
    marked("reassignment %(pk)s was undone already"),
    marked(
        "records were deleted from %(path)s each time that it was read, so that others may be "
        "missing; import once more at a quiet hour"
    ),
    marked("several accounts have a record of this number, and which one is meant cannot be told"),
    marked("somebody deleted it here"),
    marked("something that could run, or that no text needs, was taken out; the ledger has it"),
    marked("something that stays needs it"),
    marked("taken from Cliniko's older field for gender"),
    marked("taken from its %(otherwise)s"),
    marked(
        "the bytes of %(missing)s records are missing, and the key is no longer kept: give it with"
        " --key"
    ),
    marked("the connection breaks off"),
    marked("the database does not take it any more: what it links to may be gone"),
    marked("the database does not take this record (%(kind)s)"),
    marked(
        "the file lies on %(url)s, which is not among the hosts that files may be fetched from; if"
        " it should be, name it in HANDOVER_CLINIKO_FILE_HOSTS and resume the import"
    ),
    marked("the file's content could not be fetched: %(trouble)s"),
    marked("the file's content could not be fetched: %(why)s"),
    marked("the key is no longer kept: enter it once more"),
    marked("the key of import %(pk)s is no longer kept; give it with --key"),
    marked("the mail server asked to try again later (%(told)s)"),
    marked("the mail server broke the connection off"),
    marked("the mail server cannot be reached: %(strerror)s"),
    marked("the mail server cannot do what HANDOVER_MAIL asks for (encryption, or signing in)"),
    marked("the mail server could not be spoken with"),
    marked("the mail server did not answer in time"),
    marked("the mail server does not accept the user and password of HANDOVER_MAIL"),
    marked("the mail server does not speak the encryption that HANDOVER_MAIL asks for"),
    marked("the mail server is not ready to take messages"),
    marked("the mail server refused the message (%(told)s)"),
    marked("the mail server wants a user and a password in HANDOVER_MAIL"),
    marked("the mail server's certificate is not to be trusted"),
    marked("the same %(who)s as %(others)s: both are kept"),
    marked("the same document stands there a second time"),
    marked(
        "the source says that %(path)s has %(total)s records, but gave %(here)s different ones in "
        "%(sweep)s readings"
    ),
    marked("the work was stopped"),
    marked("there is a blank or a line break inside it"),
    marked(
        "there is a workspace %(name)s; did you mean that one? Then write it so. %(name_2)s is too"
        " much like it to be a second one%(another)s"
    ),
    marked("there is no %(word)s %(each)s in this workspace"),
    marked("there is no client %(number)s in %(name)s"),
    marked("there is no content at Cliniko"),
    marked("there is no document %(file_id)s; without a number all are listed"),
    marked("there is no document in %(name)s"),
    marked("there is no file and no folder %(path)s"),
    marked("there is no import %(run_id)s; `handover imports` lists them"),
    marked("there is no reassignment %(number)s; `handover reassignments` lists them"),
    marked("there is no user %(user_id)s in this workspace"),
    marked(
        "there is no workspace %(name)s (there are: %(names)s); `handover import --create` makes it"
    ),
    marked("there is nothing to try again"),
    marked("these resources need one another: %(names)s; defer a link"),
    marked("this is only its ending"),
    marked("this key may not read it"),
    marked(
        "this key opens another Cliniko account (%(name)s) than the one that import %(pk)s began "
        "with (%(account_name)s)"
    ),
    marked("this key opens another account than the one that was imported"),
    marked("too large a number: %(value)s"),
    marked("what came is no image that is known, but %(kind)s: it is kept"),
    marked("what it moved was reassigned once more since: undo reassignment %(pk)s first"),
    marked("what it was to be matched with is no longer here"),
    marked("what it was to be the same as has not come"),
    marked("what the source sent is not a record that can be read"),
    marked("what was to go with it could not be made"),
    marked("who accepts it? A name of 1 to %(longest_name)s characters"),
)
