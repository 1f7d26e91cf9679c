"""The lines of the list of clients: markup, filled and not made anew for each."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from handover.clients.models import Client
from handover.web.clients.listing import Listed
from handover.web.rows import Sheet, Told


def lines_of(rows: list[Listed]) -> list[SafeString]:
    """The lines of these clients."""
    sheet = Sheet("web/client/row.html", {})
    before, after = reverse("web:client", kwargs={"client_id": 0}).split("0")
    return [_line(sheet, each, f"{before}{each.pk}{after}") for each in rows]


def _line(sheet: Sheet, row: Listed, address: str) -> SafeString:
    client = row.client
    look = {
        "is_called": bool(client.called),
        "merged": client.merged_at is not None,
        "archived": client.archived_at is not None,
    }
    told: Told = {
        "address": address,
        "name": _name(client),
        "called": client.called,
        "birth_date": date_format(client.birth_date, "j M Y") if client.birth_date else "-",
        "phones": row.phones,
        "email": client.email or "-",
        "tags": row.tags,
    }
    return sheet.row(look, told)


def _name(client: Client) -> str:
    """By the last name first, as the list is ordered."""
    return ", ".join(each for each in (client.last_name, client.first_name) if each) or str(client)
