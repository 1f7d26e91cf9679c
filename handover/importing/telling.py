"""Mail to the person who began a run: how it stands, in counts, and where to look.

Nothing of a record is in it: no name, no number of a client. It is posted in the transaction that
changes the run, so that there is one message for each change, and none for one that never was.
"""

import logging

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from handover.accounts.words import in_words_of_workspace
from handover.core.json import JsonObject
from handover.importing.models import ImportRun, State
from handover.importing.report import COUNTED
from handover.messaging.outbox import BadAddress, post

log = logging.getLogger(__name__)

#: The states that somebody is told of, and what is said; a person who stops a run knows it.
SUBJECTS = {
    State.DONE.value: later("Import %(number)d of %(practice)s is done"),
    State.PARTLY_DONE.value: later("Import %(number)d of %(practice)s is done in part"),
    State.REHEARSED.value: later("Import %(number)d of %(practice)s is rehearsed"),
    State.NEEDS_ATTENTION.value: later("Import %(number)d of %(practice)s needs your attention"),
    State.FAILED.value: later("Import %(number)d of %(practice)s has failed"),
}
#: With these a person must act; told once a day, however often it is tried again meanwhile.
ONCE_A_DAY = {State.NEEDS_ATTENTION.value, State.FAILED.value}


def tell_state(run: ImportRun) -> bool:
    """Post what there is to tell of the state that the run has come to; the caller acts in its
    workspace, whose words are used. Returns whether there was something."""
    if run.state not in SUBJECTS or not run.notify:
        return False
    now = timezone.now()
    occasion = f"{now:%Y-%m-%d}" if run.state in ONCE_A_DAY else f"{now:%Y-%m-%dT%H:%M:%S.%f}"
    subject = SUBJECTS[run.state] % _named(run)
    shown: JsonObject = {
        "headline": subject,
        "needs_attention": run.state in ONCE_A_DAY,
        "rehearsed": run.state == State.REHEARSED,
        "partly": run.state == State.PARTLY_DONE,
        "counts": _counts(run),
        "key_is_gone": bool(run.key_hint) and not run.sealed_key,
    }
    return _post(run, f"import/{run.pk}/{run.state}/{occasion}", subject, "ended", shown)


def tell_key_forgotten(run: ImportRun) -> bool:
    """Remind of the key in Cliniko, now that it is no longer kept here; as `tell_state`."""
    if not run.notify or not run.key_hint:
        return False
    subject = _("Import %(number)d of %(practice)s: please delete its key in Cliniko") % _named(run)
    shown: JsonObject = {"headline": subject, "key_is_gone": True}
    return _post(run, f"import/{run.pk}/key/{run.key_kept_at}", subject, "key", shown)


def _named(run: ImportRun) -> dict[str, object]:
    return {"number": run.pk, "practice": run.workspace.name}


def _post(run: ImportRun, key: str, subject: str, template: str, shown: JsonObject) -> bool:
    address = settings.ENVIRONMENT.address
    context = {
        **shown,
        "run": run,
        "link": address + reverse("importing:report", args=[run.pk]) if address else "",
    }
    with in_words_of_workspace():
        text = render_to_string(f"importing/mail/{template}.txt", context)
        html = render_to_string(f"importing/mail/{template}.html", context)
    try:
        return post(
            run.workspace_id, to=run.notify, subject=subject, text=_tidy(text), html=html, key=key
        )
    except BadAddress:  # no reason to end an import otherwise than it ends
        log.warning("import %s: nobody was told, the address is none", run.pk)
        return False


def _tidy(text: str) -> str:
    """Without the empty lines that a template's conditions leave behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(kept) + "\n"


def _counts(run: ImportRun) -> JsonObject:
    """How many records had which outcome, over all types, in words and without the noughts."""
    types = (run.report or {}).get("types", {})
    sums = {each: sum(line[each.value] for line in types.values()) for each in COUNTED}
    return {each.label.lower(): count for each, count in sums.items() if count}
