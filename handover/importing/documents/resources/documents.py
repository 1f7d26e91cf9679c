"""Documents: letters, body charts, prints, in folders that end in the number of a client.

Whose a document is, numbers say and never names: two clients may have one name, and one may have
had two.
"""

from typing import Any

from django.db.models import QuerySet

from handover.core.json import Json, JsonObject
from handover.files.models import File
from handover.importing.documents.paths import attachment_in, clients_in, name_in
from handover.importing.engine import Contents, Resource, Same, Twin, fields
from handover.importing.engine.errors import BadValue
from handover.importing.engine.values import NOT_PLACED, Context, Draft

LARGEST = 2**63 - 1
NO_NUMBER = "none of its folders ends in a number, as `Jane Doe - 1234` does"


def in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    """All are here already: none is needed sooner."""
    return rows.order_by("pk")


def attachment(path: Json) -> str:
    """The number of the attachment that a document was at Cliniko; "" if it does not say."""
    return attachment_in(path) if isinstance(path, str) else ""


class OfFolder(fields.Link):
    """The client whose number the document's folder ends in."""

    @property
    def reads_as(self) -> str:
        """Say where the number stands."""
        return "the client whose number at Cliniko one of its folders ends in"

    def id_in(self, value: Json) -> str | None:
        """Read it; raises `BadValue` with what a person needs to know to place the document."""
        found = clients_in(str(value))
        if not found:
            raise BadValue(f"{NO_NUMBER}: {value}", code=NOT_PLACED)
        if len(found) > 1:
            told = " and ".join(found)
            raise BadValue(
                f"its folders end in different numbers ({told}): {value}", code=NOT_PLACED
            )
        return found[0]


class FileName(fields.Text):
    """The last part of a path."""

    words = "the last part of it"

    def convert(self, value: Json, draft: Draft) -> object:
        """Cut the folders off."""
        return name_in(str(super().convert(value, draft)))


class Documents(
    Resource,
    endpoint="/documents",
    target=File,
    contents=Contents("/documents/{id}", first=in_order),
    sums={"size": "declared_size"},
    twin=Twin(
        "path",
        read=attachment,
        of="cliniko:patient_attachments",
        same=Same("sha256", unless_differs=("client",)),
        told="content, or of another client",
    ),
    ignored={
        "refused": "why it is not taken: the record is rejected with it",
        "skipped": "why it is no document: the record is skipped with it",
    },
):
    """One document of an archive or a folder."""

    client = OfFolder("path", to="cliniko:patients")
    name = FileName("path")
    description = fields.Text("path", note="where it stood")
    declared_size = fields.Integer("size", most=LARGEST)
    sha256 = fields.Text("sha256", longest=64)

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """Leave out what was refused or is none; of that there is nothing else to say."""
        if skipped := record.get("skipped"):
            draft.skip(str(skipped))
        elif refused := record.get("refused"):
            draft.reject(str(refused))
        else:
            return
        draft.refs.clear()
        draft.issues.clear()
        draft.twin = ""
