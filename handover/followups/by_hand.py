"""What people do about follow-ups: ask, stop, call, switch on and off, leave somebody alone."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from handover.accounts.models import User
from handover.billing.models import Invoice
from handover.clients.models import Client, Contact
from handover.followups.asking import kept_settings, key_of
from handover.followups.models import (
    EmailTemplate,
    FollowUp,
    FollowUpRule,
    OptOut,
    Reason,
    State,
)
from handover.followups.planning import MOST, note, overdue_imported, unkept
from handover.messaging.models import MessageState, OutgoingMessage


def ask(by: User, template: EmailTemplate, invoices: Iterable[Invoice], batch: str) -> int:
    """Have somebody asked for each invoice, at once; how many. Sent twice, a batch counts once."""
    rows = [unkept(each, template, batch=batch, asked_by=by) for each in invoices]
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True, batch_size=MOST)
    return len(rows)


def stop(found: QuerySet[FollowUp], reason: Reason) -> int:
    """Send none of these that wait or are on their way; how many.

    An e-mail that the mail server is hearing of at this moment goes, and is noted as sent.
    """
    ended = {"state": State.NOT_SENT, "reason": reason, "done_at": timezone.now()}
    stopped = found.filter(state=State.WAITING).update(**ended)
    posted = {key_of(each): each.pk for each in found.filter(state=State.POSTED)}
    free = OutgoingMessage.objects.select_for_update(skip_locked=True)
    letters = list(free.filter(key__in=posted, state=MessageState.WAITING))
    OutgoingMessage.objects.filter(pk__in=[each.pk for each in letters]).update(
        state=MessageState.WITHDRAWN, last_error=str(reason.label)
    )
    rows = FollowUp.objects.filter(pk__in=[posted[each.key] for each in letters])
    return stopped + rows.update(**ended)


def called(follow_up: FollowUp) -> None:
    """Note that somebody called those who have no address."""
    follow_up.state, follow_up.done_at = State.CALLED, timezone.now()
    follow_up.save(update_fields=["state", "done_at"])


def switch_on(rule: FollowUpRule, by: User, day: date) -> None:
    """Have a rule work from a day on: steps before it are passed over."""
    rule.active, rule.since, rule.switched_by = True, day, by
    rule.save(update_fields=["active", "since", "switched_by"])


def switch_off(rule: FollowUpRule) -> int:
    """Have a rule do nothing any more; how many that waited are not sent."""
    rule.active = False
    rule.save(update_fields=["active"])
    return stop(FollowUp.objects.filter(rule=rule), Reason.SWITCHED_OFF)


def include_imported(by: User, day: date, *, overdue_too: bool) -> int:
    """Have imported invoices followed up from a day on.

    `overdue_too`: those that are past a step already are asked for once, by the latest that has
    come. Returns how many those are. They are what there is now; nothing that is imported later is.
    """
    how = kept_settings(by.workspace_id)
    how.imported_since, how.imported_by = day, by
    how.save(update_fields=["imported_since", "imported_by"])
    return sum(note(due) for due in overdue_imported(day)) if overdue_too else 0


def exclude_imported(workspace_id: int) -> int:
    """Have imported invoices not followed up any more; how many that waited are not sent."""
    how = kept_settings(workspace_id)
    how.imported_since = None
    how.save(update_fields=["imported_since"])
    found = FollowUp.objects.filter(rule__isnull=False, invoice__origin=Invoice.Origin.IMPORTED)
    return stop(found, Reason.IMPORTED)


def leave_alone(by: User, payer: Client | Contact, *, alone: bool) -> None:
    """Ask somebody by e-mail no more, or again."""
    whose = {"client" if isinstance(payer, Client) else "contact": payer}
    if alone:
        OptOut.objects.get_or_create(
            workspace_id=by.workspace_id, **whose, defaults={"made_by": by}
        )
    else:
        OptOut.objects.filter(**whose).delete()
