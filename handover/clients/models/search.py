"""What clients and contacts are found by."""

from django.db import models
from django.utils.translation import gettext_lazy as later

from handover.core.tenancy import WorkspaceOwned


class Thing(models.TextChoices):
    """What is looked for."""

    CLIENT = "client", later("Client")
    CONTACT = "contact", later("Contact")


class SearchKey(WorkspaceOwned):
    """One thing that a client or a contact is found by: a word of a name, the end of a number.

    The database keeps these rows itself, whoever writes a client, an import too: see the migration
    that makes them, and `clients/search.py`, which asks. They say nothing that the row does not
    say, so they are not exported. `key` is compared as bytes, so that a prefix is a range.
    """

    class Kind(models.TextChoices):
        """What a key is made of."""

        NAME = "name", later("A word of a name, without accents, in small letters")
        PHONE = "phone", later("A phone number, without country and leading noughts")
        PHONE_END = "phone_end", later("A phone number backwards")
        EMAIL = "email", later("An e-mail address")
        REFERENCE = "reference", later("A number of the system before")
        SORT = "sort", later("Last name, then first: one for each row")

    thing = models.CharField(max_length=10, choices=Thing, default=Thing.CLIENT)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NAME)
    key = models.TextField(db_collation="C")
    row_id = models.BigIntegerField()

    class Meta(WorkspaceOwned.Meta):
        indexes = (
            models.Index("workspace", "thing", "kind", "key", "row_id", name="search_by_key"),
            models.Index("workspace", "thing", "kind", "row_id", name="search_by_row"),
        )
