"""What the rules of a practice come to on a day: which invoices are at which step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from handover.billing.ledger import NOUGHT, collected_here, with_balances
from handover.billing.models import Invoice
from handover.followups.asking import settings_of
from handover.followups.days import Step, passed_by, window
from handover.followups.models import (
    EmailTemplate,
    FollowUp,
    FollowUpRule,
    OptOut,
    Reason,
    State,
)
from handover.followups.payers import PAYERS, payer_of

MOST = 500  # rows at a time


@dataclass(frozen=True)
class Due:
    """One rule, and the invoices that are to be followed up by it."""

    rule: FollowUpRule
    invoices: QuerySet[Any]  # with balances


def plan(workspace_id: int, day: date) -> int:
    """Note a follow-up for each invoice that is at a step of a rule today; how many.

    Once for each rule and invoice, whoever else is at it: the database holds it.
    """
    return sum(note(due) for due in due_on(workspace_id, day))


def due_on(workspace_id: int, day: date) -> Iterator[Due]:
    """What the rules that are switched on come to on a day."""
    since = settings_of(workspace_id).imported_since
    rules = active_rules()
    steps = [_step(rule, rule.since) for rule in rules]
    for rule, step in zip(rules, steps, strict=True):
        wanted = _between(Q(origin=Invoice.Origin.HERE), window(step, steps, day))
        if since is not None:
            later = _step(rule, max(since, step.since))
            wanted |= _between(Q(origin=Invoice.Origin.IMPORTED), window(later, steps, day))
        yield Due(rule, _asked_for(rule, wanted, day))


def overdue_imported(day: date) -> Iterator[Due]:
    """Imported invoices, each with the latest step that has come, however long ago that was."""
    rules = active_rules()
    steps = [_step(rule, date.min) for rule in rules]
    for rule, step in zip(rules, steps, strict=True):
        came = (passed_by(step, steps, day), day - timedelta(step.days))
        wanted = _between(Q(origin=Invoice.Origin.IMPORTED), came)
        yield Due(rule, _asked_for(rule, wanted, day))


def active_rules() -> list[FollowUpRule]:
    """The rules that are switched on, by their days."""
    found = FollowUpRule.objects.filter(active=True, archived_at=None)
    return list(found.select_related("template").order_by("days"))


def counted(dues: Iterator[Due]) -> list[tuple[FollowUpRule, int]]:
    """How many invoices each rule has, for a preview."""
    return [(due.rule, due.invoices.count()) for due in dues]


def note(due: Due, *, until: int | None = None) -> int:
    """Note the follow-ups of a rule; how many. `until` are at most so many of them."""
    found = due.invoices.select_related(*PAYERS)[:until]
    rows = [follow_up_for(invoice, due.rule) for invoice in found]
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True, batch_size=MOST)
    return len(rows)


def follow_up_for(invoice: Invoice, rule: FollowUpRule, **more: Any) -> FollowUp:  # noqa: ANN401  # columns
    """A follow-up that is not kept yet; without an address somebody has to call."""
    return unkept(invoice, rule.template, rule=rule, **more)


def unkept(invoice: Invoice, template: EmailTemplate, **more: Any) -> FollowUp:  # noqa: ANN401
    """The same, by a rule or by a person."""
    payer = payer_of(invoice)
    return FollowUp(
        workspace_id=invoice.workspace_id,
        invoice=invoice,
        client=payer.client,
        contact=payer.contact,
        template=template,
        state=State.WAITING if payer.address else State.TO_CALL,
        reason=Reason.NONE if payer.address else Reason.NO_ADDRESS,
        **more,
    )


def _step(rule: FollowUpRule, since: date | None) -> Step:
    return Step(rule.days, since or date.max)


def _between(whose: Q, days: tuple[date, date] | None) -> Q:
    return whose & Q(due_on__range=days) if days else Q(pk__in=[])


def _asked_for(rule: FollowUpRule, wanted: Q, day: date) -> QuerySet[Any]:
    """Of the wanted invoices those that something is due on, and whose payers may be asked."""
    found = Invoice.objects.filter(wanted, archived_at=None, client__archived_at=None)
    found = collected_here(found.exclude(status=Invoice.Status.DRAFT))
    known = FollowUp.objects.filter(rule=rule, invoice=OuterRef("pk"))
    person = OptOut.objects.filter(client=OuterRef("client"))
    firm = OptOut.objects.filter(contact=OuterRef("contact"))
    found = found.filter(~Exists(known), ~Exists(firm))
    found = found.filter(Q(contact__isnull=False) | ~Exists(person))
    asked = with_balances(found, day).filter(balance__gt=NOUGHT, balance__gte=rule.minimum)
    return asked.order_by("due_on", "pk")
