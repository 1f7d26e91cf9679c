"""An e-mail as it would go: a template with the values of one invoice."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from handover.billing.ledger import today, with_balances
from handover.billing.models import Invoice
from handover.followups import writing
from handover.followups.models import EmailTemplate
from handover.followups.recipients import RECIPIENTS, Recipient, recipient_of
from handover.followups.variables import gaps, values_of
from handover.followups.writing import BadTemplate

#: What is read of an invoice for an e-mail.
READ = (*RECIPIENTS, "practitioner", "location")
LINK, IN_PREVIEW = "Invoice.Link", "https://handover.example/invoice/preview/"


@dataclass(frozen=True)
class Letter:
    """What is sent to whom; `empty` are the gaps that had nothing to say."""

    subject: str
    text: str
    html: str
    empty: list[str]
    to: Recipient


@dataclass(frozen=True)
class Draft:
    """What somebody writes as a template, kept or not. Raises `BadTemplate` when it is filled."""

    subject: str
    body: str

    def mistakes(self, kind: str) -> dict[str, list[BadTemplate]]:
        """The mistakes of each field, by its name."""
        known = gaps(kind)
        found = {"subject": self.subject, "body": self.body}
        return {name: writing.check(source, known) for name, source in found.items()}

    def wants_link(self) -> bool:
        """Whether it shows the address of the invoice."""
        return writing.used(self.subject, LINK) or writing.used(self.body, LINK)


def draft_of(template: EmailTemplate) -> Draft:
    """What a template says."""
    return Draft(template.subject, template.body)


def written(draft: Draft, invoice: Invoice, link: str) -> Letter:
    """The e-mail about an invoice, as things are now. Raises `BadTemplate`."""
    day, to = today(), recipient_of(invoice)
    balance = with_balances(Invoice.objects.filter(pk=invoice.pk), day).get().balance
    return _filled(draft, invoice, to, balance=balance, day=day, link=link)


def lacking(
    draft: Draft, invoice: Invoice, to: Recipient, balance: Decimal, day: date
) -> list[str]:
    """What the e-mail would leave empty, by its names; read the invoices with `READ`."""
    try:
        return _filled(draft, invoice, to, balance=balance, day=day, link=IN_PREVIEW).empty
    except BadTemplate:  # which is said for all of them
        return []


def _filled(
    draft: Draft, invoice: Invoice, to: Recipient, *, balance: Decimal, day: date, link: str
) -> Letter:
    groups = values_of(invoice, to, balance=balance, today=day, link=link)
    subject = " ".join(writing.fill(draft.subject, groups).split())
    text = writing.fill(draft.body, groups).replace("\r\n", "\n").strip() + "\n"
    known = writing.asked_about(draft.subject) | writing.asked_about(draft.body)
    noted = {name for values in groups.values() for name in values.empty}
    empty = sorted(name for name in noted if writing.plain(name) not in known)
    return Letter(subject, text, writing.as_html(text), empty, to)


def examples() -> QuerySet[Invoice]:
    """Invoices to show a template with, the newest first."""
    found = Invoice.objects.filter(archived_at=None, client__isnull=False)
    return found.exclude(due_on=None).select_related(*READ).order_by("-pk")
