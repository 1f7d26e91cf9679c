"""What others ask about follow-ups."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from handover.accounts.models import User
from handover.billing.ledger import with_balances
from handover.billing.models import Invoice
from handover.billing.queries import invoices_of
from handover.clients.search import among
from handover.core.money import NOUGHT
from handover.followups.models import FollowUp, State

CONTACTED = (State.SENT, State.CALLED)


def last_contacted(
    clients: Collection[int] = (), contacts: Collection[int] = ()
) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When each was last asked for what they owe, by e-mail or by phone: clients, contacts.

    By their numbers, as payers; who never was is not there. Two questions, however many they are.
    """
    return _latest("client", clients), _latest("contact", contacts)


def last_asked(invoices: Collection[int]) -> dict[int, datetime]:
    """When somebody was last asked for each of these invoices."""
    return _latest("invoice", invoices)


def visible_to(user: User) -> QuerySet[FollowUp]:
    """The follow-ups about invoices that somebody may see."""
    found = FollowUp.objects.filter(workspace_id=user.workspace_id)
    return found.filter(invoice__in=invoices_of(user)) if user.own_clients_only else found


def owed_by(
    user: User, clients: Collection[int], contacts: Collection[int], day: date
) -> list[int]:
    """The invoices on which something is due from these payers, by their numbers."""
    whose = Q(contact__in=contacts) | Q(contact=None, client__in=clients)
    found = with_balances(invoices_of(user).filter(whose), day).filter(balance__gt=NOUGHT)
    return list(found.order_by("pk").values_list("pk", flat=True))


def to_call(user: User, day: date) -> QuerySet[FollowUp]:
    """Who has no address and still owes: each invoice once, by its latest follow-up."""
    owed = with_balances(Invoice.objects.filter(pk=OuterRef("invoice")), day)
    newer = FollowUp.objects.filter(
        invoice=OuterRef("invoice"), state__in=(State.TO_CALL, State.CALLED), pk__gt=OuterRef("pk")
    )
    found = visible_to(user).filter(state=State.TO_CALL)
    return found.filter(Exists(owed.filter(balance__gt=NOUGHT)), ~Exists(newer))


def _latest(column: str, numbers: Collection[int]) -> dict[int, datetime]:
    whose = {f"{column}__in": among(numbers)}
    found: Any = FollowUp.objects.filter(**whose, state__in=CONTACTED)
    return dict(found.order_by().values_list(column).annotate(at=Max("done_at")))
