"""Who came and was not charged yet: here, and since the move; and who is not to be charged.

Cancelled and archived bookings are left out, and those to which the client did not arrive: whoever
charges for one writes a line of their own. What an import brought counts from the day on which the
move was done: what was before that was charged where it was booked.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, audited, note
from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.billing.models import Invoice, InvoiceItem, NotToInvoice
from handover.clients.models import Client
from handover.importing.models import ImportRun, SourceRecord, State
from handover.scheduling.models import Appointment, Attendance, Status
from handover.scheduling.queries import appointments_of, clients_of, seen_among
from handover.web.clients.listing import number_in
from handover.web.keyset import sliced
from handover.web.marks import resources_of

BY = ("starts_at", "pk")
#: Longer ago nobody looks for what was forgotten.
LOOKS_BACK = timedelta(days=366)
LEFT_OUT = "left-out"
NOT_CHARGED = (Status.CANCELLED, Status.DID_NOT_ARRIVE)


def moved_at() -> datetime | None:
    """When the first import that was not a rehearsal came to its end; None if there was none."""
    done = ImportRun.objects.filter(rehearsal=False, state__in=(State.DONE, State.PARTLY_DONE))
    return done.order_by("finished_at").values_list("finished_at", flat=True).first()


def uninvoiced(user: User) -> QuerySet[Attendance]:
    """Attendances of the last year that somebody may see and that no invoice has charged for."""
    now = timezone.now()
    found = Attendance.objects.filter(
        archived_at=None,
        client__isnull=False,
        appointment__archived_at=None,
        appointment__starts_at__lt=now,
        appointment__starts_at__gt=now - LOOKS_BACK,
        appointment__workspace_id=user.workspace_id,
    ).annotate(starts_at=F("appointment__starts_at"))
    found = found.exclude(Q(status__in=NOT_CHARGED) | Q(appointment__status=Status.CANCELLED))
    if user.own_clients_only:
        found = found.filter(appointment__in=appointments_of(user))
    lines = InvoiceItem.objects.filter(attendance=OuterRef("pk"))
    whole = Invoice.objects.filter(archived_at=None).exclude(original_invoice__isnull=False)
    charged = whole.filter(attendance=OuterRef("pk"))
    alone = Q(appointment__kind=Appointment.Kind.INDIVIDUAL) & Exists(
        whole.filter(appointment=OuterRef("appointment_id"))
    )
    found = found.exclude(Exists(lines)).exclude(Exists(charged)).exclude(alone)
    found = found.exclude(Exists(NotToInvoice.objects.filter(attendance=OuterRef("pk"))))
    return found.filter(_ours_to_charge(user))


def left_out(user: User) -> QuerySet[Attendance]:
    """Attendances that somebody may see, and that people decided not to charge for."""
    found = Attendance.objects.filter(not_to_invoice__isnull=False, client__isnull=False)
    if user.own_clients_only:
        found = found.filter(appointment__in=appointments_of(user))
    return found.annotate(starts_at=F("appointment__starts_at"))


def _ours_to_charge(user: User) -> Q:
    """Begun since the move was done, or not imported; only the latter where it never was done.

    What was made here was made since there is this workspace: so of years of imported appointments
    only the few of the time of the move are looked up in the ledger.
    """
    imported = SourceRecord.objects.filter(
        resource__in=resources_of(Appointment), target_id=OuterRef("appointment_id")
    )
    done, made_here = moved_at(), Q(appointment__created_at__gte=user.workspace.created_at)
    if done is None:
        return made_here & Q(~Exists(imported))
    since = Q(appointment__starts_at__gte=done)
    # the first half is of the appointment alone: it is asked before anything is looked up
    return (since | made_here) & (since | Q(~Exists(imported)))


def uninvoiced_of(client: Client, user: User) -> QuerySet[Attendance]:
    """Those of one client, the earliest first."""
    found = uninvoiced(user).filter(client=client)
    return found.select_related("appointment__service").order_by(*BY)


@needs(May.SEE_INVOICES)
@audited(Action.READ, "uninvoiced appointments")
def uninvoiced_page(request: Request) -> HttpResponse:
    """List who came and was not charged yet, or is not to be, the latest first."""
    decided = request.GET.get("show") == LEFT_OUT
    found = (left_out if decided else uninvoiced)(request.member).select_related(
        "client", "appointment__service", "appointment__practitioner", "appointment__location"
    )
    after, before = (number_in(request.GET.get(each)) for each in ("after", "before"))

    def place(number: int | None) -> tuple[object, ...] | None:
        # the row may have left the list since: where it stood is still a place
        rows = Attendance.objects.annotate(starts_at=F("appointment__starts_at"))
        return rows.filter(pk=number).values_list(*BY).first() if number else None

    def keep(rows: list[Attendance]) -> list[Attendance]:
        seen = seen_among(request.member, (each.client_id for each in rows if each.client_id))
        return [each for each in rows if each.client_id in seen]

    page = sliced(found, BY, after=place(after), before=place(before), descending=True, keep=keep)
    told = {"page": page, "decided": decided, "may_edit": may(request.member, May.EDIT_INVOICES)}
    return render(request, "web/billing/uninvoiced.html", told)


@needs(May.EDIT_INVOICES)
@require_POST
def leave_out(request: Request, attendance_id: int) -> HttpResponse:
    """Decide that one who came is not charged."""
    found = get_object_or_404(_of(request, uninvoiced(request.member)), pk=attendance_id)
    NotToInvoice.objects.get_or_create(
        workspace_id=request.workspace.pk, attendance=found, defaults={"made_by": request.member}
    )
    _noted(request, found, "not to be invoiced")
    said = _(
        "%(name)s is not charged for this appointment. It stands under Not to be invoiced now."
    )
    messages.success(request, said % {"name": found.client})
    return _back(request)


@needs(May.EDIT_INVOICES)
@require_POST
def put_back(request: Request, attendance_id: int) -> HttpResponse:
    """Take that decision back."""
    found = get_object_or_404(_of(request, left_out(request.member)), pk=attendance_id)
    NotToInvoice.objects.filter(attendance=found).delete()
    _noted(request, found, "to be invoiced after all")
    messages.success(request, _("It stands under Not invoiced yet again."))
    return _back(request, LEFT_OUT)


def _of(request: Request, rows: QuerySet[Attendance]) -> QuerySet[Attendance]:
    return rows.filter(client__in=clients_of(request.member)).select_related("client")


def _noted(request: Request, found: Attendance, detail: str) -> None:
    note(request, Action.CHANGED, "attendance", found.pk, client=found.client_id, detail=detail)


def _back(request: Request, show: str = "") -> HttpResponse:
    """The page of the list on which the button was."""
    asked = {each: number_in(request.GET.get(each)) for each in ("after", "before")}
    told = {name: str(number) for name, number in asked.items() if number}
    query = urlencode(told | ({"show": show} if show else {}))
    return redirect(reverse("web:uninvoiced") + (f"?{query}" if query else ""))
