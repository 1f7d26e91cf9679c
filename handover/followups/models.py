"""E-mail templates, the rules by which invoices are followed up, and each follow-up."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import User
from handover.billing.models import Invoice
from handover.clients.models import Client, Contact
from handover.core.money import MoneyField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned

LONGEST_SUBJECT, LONGEST_BODY = 200, 10_000


class EmailTemplate(WorkspaceOwned):
    """An e-mail with gaps: `{{Patient.FirstName}}`, see `writing` and `variables`.

    `attach_pdf`: its invoice goes along as PDF, as it is when the e-mail goes.
    """

    class Kind(models.TextChoices):
        """What an e-mail is about, and so what can stand in its gaps; fixed once it is made."""

        INVOICE = "invoice", later("Invoice")
        PAYMENT = "payment", later("Payment")
        PROGRESS_NOTE = "progress_note", later("Progress note")
        FORM = "form", later("Form")
        LETTER = "letter", later("Letter")
        GENERAL = "general", later("General")

    kind = models.CharField(max_length=15, choices=Kind, default=Kind.INVOICE)
    name = models.TextField()
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField()
    reply_to = models.CharField(max_length=254, blank=True, default="")
    attach_pdf = models.BooleanField(default=False, db_default=False)
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class FollowUpSettings(WorkspaceOwned):
    """One row for each practice: when rules may write, and whether about imported invoices.

    `imported_since` is null until somebody has seen who would get what and switched it on; then
    steps of imported invoices count from that day on, and none before.
    """

    from_hour = models.PositiveSmallIntegerField(default=9)
    until_hour = models.PositiveSmallIntegerField(default=17)
    weekends = models.BooleanField(default=False)
    reply_to = models.CharField(max_length=254, blank=True, default="")
    imported_since = models.DateField(null=True)
    imported_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        verbose_name_plural = "follow up settings"
        constraints = (models.UniqueConstraint("workspace", name="one_follow_up_settings"),)


class FollowUpRule(WorkspaceOwned):
    """One step: so many days after an invoice is due (below nought: before) this e-mail goes.

    It is off until somebody switches it on, and `since` is the day of that: steps that were due
    before are passed over.
    """

    template = WorkspaceForeignKey(EmailTemplate, on_delete=models.PROTECT, related_name="rules")
    days = models.SmallIntegerField()
    minimum = MoneyField(default=0, help_text="less is not asked for")
    active = models.BooleanField(default=False)
    since = models.DateField(null=True)
    switched_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                "workspace",
                "days",
                condition=Q(archived_at__isnull=True),
                name="one_rule_for_each_day",
            ),
            models.CheckConstraint(
                condition=Q(active=False) | Q(since__isnull=False), name="active_rule_has_a_day"
            ),
        )


class OptOut(WorkspaceOwned):
    """Somebody who is not to be asked by e-mail."""

    client = WorkspaceForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+")
    contact = WorkspaceForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint("workspace", "client", name="client_opted_out_once"),
            models.UniqueConstraint("workspace", "contact", name="contact_opted_out_once"),
            models.CheckConstraint(
                condition=Q(client__isnull=True) ^ Q(contact__isnull=True),
                name="opt_out_is_of_somebody",
            ),
        )


class State(models.TextChoices):
    """Where a follow-up stands."""

    WAITING = "waiting", later("Waiting")
    POSTED = "posted", later("On its way")
    SENT = "sent", later("Sent")
    TO_CALL = "to_call", later("To be called")
    CALLED = "called", later("Called")
    NOT_SENT = "not_sent", later("Not sent")


#: Of these something is still to be heard.
OPEN = (State.WAITING, State.POSTED)


class Reason(models.TextChoices):
    """Why a follow-up was not sent."""

    NONE = "", later("")
    PAID = "paid", later("Nothing is due any more")
    UNDER_MINIMUM = "under_minimum", later("Less is due than the rule asks for")
    OPTED_OUT = "opted_out", later("They are not to be asked by e-mail")
    ARCHIVED = "archived", later("The client is archived")
    ELSEWHERE = "elsewhere", later("Another system collects it")
    IMPORTED = "imported", later("Imported invoices are not followed up")
    NO_ADDRESS = "no_address", later("There is no e-mail address")
    ASKED_TODAY = "asked_today", later("They were asked for this invoice today")
    SWITCHED_OFF = "switched_off", later("The rule was switched off")
    STOPPED = "stopped", later("Somebody stopped it")
    TEMPLATE = "template", later("The e-mail template has a mistake")
    REFUSED = "refused", later("The mail server did not take it")
    UNSENT = (
        "unsent",
        later("It could not be sent for three days: see that mail works, then send it by hand"),
    )
    OUT_OF_HOURS = (
        "out_of_hours",
        later(
            "It could not go for a week at the hours of the rules: change them, or send it by hand"
        ),
    )


class FollowUp(WorkspaceOwned):
    """That somebody is asked for one invoice: by a rule, once; or by a person, once each time.

    The row is there before anything is sent, and the e-mail is posted in the transaction that says
    so here; therefore nobody is asked twice, whoever dies when. `batch` is one sending of a person.
    """

    rule = WorkspaceForeignKey(
        FollowUpRule, null=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    template = WorkspaceForeignKey(EmailTemplate, on_delete=models.PROTECT, related_name="+")
    invoice = WorkspaceForeignKey(Invoice, on_delete=models.PROTECT, related_name="follow_ups")
    client = WorkspaceForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    contact = WorkspaceForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    batch = models.CharField(max_length=40, blank=True, default="")
    asked_by = WorkspaceForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=15, choices=Reason, blank=True, default=Reason.NONE)
    to = models.CharField(max_length=254, blank=True, default="")
    amount = MoneyField(null=True, help_text="what was due when it was written")
    done_at = models.DateTimeField(null=True, help_text="when it was sent, called, or given up")

    class Meta(WorkspaceOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                "workspace", "rule", "invoice", name="followed_up_once_by_rule"
            ),
            models.UniqueConstraint(
                "workspace",
                "batch",
                "invoice",
                condition=Q(rule__isnull=True),
                name="followed_up_once_in_a_batch",
            ),
        )
        indexes = (
            models.Index("workspace", "id", name="follow_up_open", condition=Q(state__in=OPEN)),
            models.Index("workspace", "invoice", name="follow_up_by_invoice"),
            models.Index("workspace", "client", "done_at", name="follow_up_by_client"),
            models.Index("workspace", "contact", "done_at", name="follow_up_by_contact"),
            models.Index("workspace", "state", "id", name="follow_up_by_state"),
        )
