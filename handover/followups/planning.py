"""What the rules of a practice come to on a day: which invoices are at which step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from handover.billing.ledger import collected_here, today, with_balances
from handover.billing.models import Invoice, OpeningBalance
from handover.core.money import NOUGHT
from handover.followups.asking import settings_of
from handover.followups.days import Step, passed_by, window
from handover.followups.letters import READ, draft_of, lacking
from handover.followups.models import (
    EmailTemplate,
    FollowUp,
    FollowUpRule,
    OptOut,
    Reason,
    State,
)
from handover.followups.recipients import RECIPIENTS, Recipient, recipient_of

MOST = 500  # rows at a time
FIRST = 100  # rows of a preview
HERE, IMPORTED = Q(origin=Invoice.Origin.HERE), Q(origin=Invoice.Origin.IMPORTED)


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
        wanted = _between(HERE, window(step, steps, day)) | _imported(step, steps, since, day)
        yield Due(rule, _asked_for(rule, wanted, day))


def imported_from(since: date, day: date) -> Iterator[Due]:
    """The same for imported invoices alone, as if they were followed up from a day on."""
    rules = active_rules()
    steps = [_step(rule, rule.since) for rule in rules]
    for rule, step in zip(rules, steps, strict=True):
        yield Due(rule, _asked_for(rule, _imported(step, steps, since, day), day))


def overdue_imported(day: date) -> Iterator[Due]:
    """Imported invoices, each with the latest step that has come, however long ago that was."""
    rules = active_rules()
    steps = [_step(rule, date.min) for rule in rules]
    for rule, step in zip(rules, steps, strict=True):
        came = (passed_by(step, steps, day), day - timedelta(step.days))
        yield Due(rule, _asked_for(rule, _between(IMPORTED, came), day))


@dataclass(frozen=True)
class Preview:
    """Who would get what: how many by each rule, and the first of them with their payers, and
    with what each of their e-mails would leave empty; the others are not looked at for that.

    `untold` of them are imported, and nobody has told what is still due: the full amount would be
    asked for.
    """

    count: int
    rules: list[tuple[FollowUpRule, int]]
    rows: list[tuple[FollowUpRule, Any, Recipient, list[str]]]
    untold: int


def shown(dues: Iterable[Due]) -> Preview:
    """What these come to."""
    rules: list[tuple[FollowUpRule, int]] = []
    rows: list[tuple[FollowUpRule, Any, Recipient, list[str]]] = []
    untold, day = 0, today()
    for due in dues:
        draft = draft_of(due.rule.template)
        for each in due.invoices.select_related(*READ)[: max(0, FIRST - len(rows))]:
            to = recipient_of(each)
            rows.append((due.rule, each, to, lacking(draft, each, to, each.balance, day)))
        told = OpeningBalance.objects.filter(invoice=OuterRef("pk"), undone_at=None)
        unknown = Count("pk", filter=Q(~Exists(told), due=Invoice.Due.NOT_KNOWN))
        found = due.invoices.order_by().aggregate(count=Count("pk"), untold=unknown)
        rules.append((due.rule, found["count"]))
        untold += found["untold"]
    return Preview(sum(count for _rule, count in rules), rules, rows, untold)


def counted(dues: Iterable[Due]) -> int:
    """How many these come to; no e-mail is written for it."""
    return sum(due.invoices.order_by().count() for due in dues)


def preview_of(rule: FollowUpRule, day: date) -> Preview:
    """What a rule would do today, if it were switched on."""
    since = settings_of(rule.workspace_id).imported_since
    others = [each for each in active_rules() if each.pk != rule.pk]
    steps = [_step(each, each.since) for each in others]
    step = _step(rule, day)
    wanted = _between(HERE, window(step, steps, day)) | _imported(step, steps, since, day)
    return shown([Due(rule, _asked_for(rule, wanted, day))])


def active_rules() -> list[FollowUpRule]:
    """The rules that are switched on, by their days."""
    found = FollowUpRule.objects.filter(active=True, archived_at=None)
    return list(found.select_related("template").order_by("days"))


def note(due: Due) -> int:
    """Note the follow-ups of a rule; how many."""
    found = due.invoices.select_related(*RECIPIENTS)
    rows = [unkept(each, due.rule.template, rule=due.rule) for each in found]
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True, batch_size=MOST)
    return len(rows)


def unkept(invoice: Invoice, template: EmailTemplate, **more: Any) -> FollowUp:  # noqa: ANN401  # columns
    """A follow-up that is not kept yet; without an address somebody has to call."""
    to = recipient_of(invoice)
    return FollowUp(
        workspace_id=invoice.workspace_id,
        invoice=invoice,
        client=to.payer.client if to.payer else None,
        contact=to.payer.contact if to.payer else None,
        template=template,
        state=State.WAITING if to.address else State.TO_CALL,
        reason=Reason.NONE if to.address else Reason.NO_ADDRESS,
        **more,
    )


def _step(rule: FollowUpRule, since: date | None) -> Step:
    return Step(rule.days, since or date.max)


def _imported(step: Step, steps: list[Step], since: date | None, day: date) -> Q:
    """Which imported ones, if any: steps before that day are passed over."""
    if since is None:
        return Q(pk__in=[])
    late = Step(step.days, max(since, step.since))
    return _between(IMPORTED, window(late, steps, day))


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
    # one condition: each works the balance of every row out anew
    enough = {"balance__gte": rule.minimum} if rule.minimum > NOUGHT else {"balance__gt": NOUGHT}
    asked = with_balances(found, day).filter(**enough)
    return asked.order_by("due_on", "pk")
