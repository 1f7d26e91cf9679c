"""The story goes on with what is owed, for the pictures alone: its sentences stand elsewhere."""

import re
from urllib.request import urlopen

from handover.billing.models import BalanceFile, Invoice
from handover.billing.opening import applying
from handover.core.tenancy import acting_in
from tests.moving import TODAY
from tests.story import Practice, picture

#: What was charged in Cliniko, asked for from here.
PAGES = {
    "invoices-of-all": "/invoices/",
    "aged-debtors": "/reports/aged-debtors/",
    "debtor": "/reports/aged-debtors/client/{client}/",
    "account": "/clients/{client}/account/",
    "payment": "/clients/{client}/payment/",
    "follow-up-letter": "/follow-ups/compose/?invoice={invoice}",
    "follow-up-rules": "/settings/follow-ups/",
    "e-mail-templates": "/settings/email-templates/",
    "invoice-settings": "/settings/invoices/",
    "xero": "/settings/xero/",
    "xero-files": "/settings/xero/files/",
}
SMALL = ("aged-debtors",)


def pictures_of_money(practice: Practice) -> None:
    """Balances are brought and applied, and what is owed is looked at from all sides."""
    file = bring_the_balances(practice)
    with acting_in(practice.workspace.pk):
        digest = applying.preview_of(file).digest
        applying.apply(file, None, digest=digest, doubted=False, missing_paid=True)
        owed = Invoice.objects.exclude(client=None).filter(status="open").latest("total_amount")
        numbers = {"client": owed.client_id, "invoice": owed.pk}
    for name, path in PAGES.items():
        practice.owner.go(path.format(**numbers))
        practice.see(name)
    practice.owner.go(f"/invoices/{owed.pk}/")
    practice.see("invoice")
    practice.owner.go(f"/invoices/new/?client={numbers['client']}")
    practice.owner.press("Write the draft")
    practice.owner.page.wait_for_url(re.compile(r"/invoices/\d+/edit/"))
    practice.see("invoice-draft")
    practice.owner.page.set_viewport_size({"width": 360, "height": 740})
    for name in SMALL:
        practice.owner.go(PAGES[name])
        picture(practice.owner.page, f"{name}-small")
    practice.owner.page.set_viewport_size({"width": 1280, "height": 800})


def bring_the_balances(practice: Practice) -> BalanceFile:
    """The list that the sandbox prints is handed over, and looked at before it is applied."""
    ann, page = practice.owner, practice.owner.page
    control = practice.sandbox.url.removesuffix("/v1") + "/_sandbox"
    with urlopen(f"{control}/receivables?as_at={TODAY}") as answer:  # noqa: S310  # our own address
        printed = answer.read()
    ann.go("/reports/balances/")
    page.get_by_label("List as CSV").set_input_files(
        {"name": "receivables.csv", "mimeType": "text/csv", "buffer": printed}
    )
    page.get_by_label("As at").fill(f"{TODAY}")
    practice.see("balances")
    ann.press("Read the list")
    page.wait_for_url(re.compile(r"/reports/balances/\d+/"))
    ann.press("Show what would change")
    practice.see("balance-file")
    with acting_in(practice.workspace.pk):
        return BalanceFile.objects.latest("pk")
