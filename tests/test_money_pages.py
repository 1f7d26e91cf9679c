"""Money in the browser: payments, statements, accounts, and the link that a client opens."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from conftest import Emptying
from handover.accounts.models import AuditEntry
from handover.billing import operations as billing
from handover.billing.amounts import Price
from handover.billing.ledger import balance_of, today
from handover.billing.models import CollectedElsewhere, Credit
from handover.billing.payers import EVER, Payer, last_credit, unapplied_of
from handover.billing.pdf import credit_on_paper, day
from handover.billing.statements import activity, outstanding
from handover.clients.models import Contact
from handover.core.tenancy import acting_in
from handover.web.billing import public
from handover.web.keyset import SIZE
from tests.charging import money
from tests.shop import FOUND, MISSING, OFTEN, OK, REFUSED, Shop, a_shop, form_of


@pytest.fixture(scope="module")
def shop(emptying: Emptying) -> Iterator[Shop]:
    with emptying():
        yield a_shop()


@pytest.fixture
def inside(shop: Shop) -> Iterator[None]:
    with acting_in(shop.workspace.pk):
        yield


pytestmark = pytest.mark.usefixtures("inside")


# money


def pay(shop: Shop, path: str, **more: str) -> int:
    seen = shop.desk.browser.get(path).context["form"].initial["seen"]
    told = {"seen": str(seen), "dated_on": str(today()), "method": "Cash", "note": ""} | more
    return int(shop.desk.browser.post(path, told).status_code)


def test_a_payment_at_the_desk_pays_and_the_rest_is_credit_that_is_used_later(shop: Shop) -> None:
    ann = shop.client()
    first = ann.charge("60.00")
    assert pay(shop, f"/invoices/{first.pk}/pay/", amount="100.00") == FOUND
    assert (balance_of(first, EVER), unapplied_of(ann.payer)) == (Decimal(0), Decimal(40))
    second = ann.charge("50.00")
    assert "They have 40.00 of credit." in shop.page(f"/invoices/{second.pk}/")
    shop.desk.browser.post(f"/invoices/{second.pk}/use-credit/")
    assert balance_of(second, EVER) == 10
    credit = Credit.objects.get(client=ann.client)
    assert (credit.method, credit.made_by) == ("Cash", shop.desk.user)
    noted = AuditEntry.objects.filter(record="payment", record_id=credit.pk)
    assert noted.get().client_id == ann.client.pk


def test_what_cannot_be_is_refused_and_leaves_nothing_behind(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge("60.00")
    path = f"/clients/{ann.client.pk}/payment/"
    more = {"amount": "70.00", f"for_{invoice.pk}": "70.00"}
    assert pay(shop, path, **more) == REFUSED
    assert pay(shop, path, amount="70", dated_on=str(today() + timedelta(1))) == REFUSED
    assert pay(shop, path, amount="70", seen="999999999") == REFUSED
    assert not Credit.objects.filter(client=ann.client).exists()


def test_a_payment_on_one_invoices_page_goes_to_that_one_alone(shop: Shop) -> None:
    ann = shop.client()
    older, this = ann.charge("30.00", today() - timedelta(9)), ann.charge("60.00")
    path = f"/invoices/{this.pk}/pay/"
    asked = shop.desk.browser.get(path).context["form"]
    part = {each.name: each.value() or "" for each in asked} | {"amount": "50.00"}
    part["dated_on"] = str(today())
    assert pay(shop, path, **part) == FOUND
    assert [balance_of(each, EVER) for each in (older, this)] == [30, 10]
    for _again in range(2):  # too much, then where nothing is due any more
        assert pay(shop, path, amount="15.00", seen=str(last_credit(ann.payer))) == FOUND
    assert [balance_of(older, EVER), balance_of(this, EVER), unapplied_of(ann.payer)] == [30, 0, 20]


def test_a_nought_that_is_typed_gives_an_invoice_nothing(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge("60.00")
    path = f"/clients/{ann.client.pk}/payment/"
    assert pay(shop, path, amount="50.00", **{f"for_{invoice.pk}": "0"}) == FOUND
    assert [balance_of(invoice, EVER), unapplied_of(ann.payer)] == [60, 50]


def test_a_credit_note_a_refund_and_taking_back_go_through_their_pages(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge("60.00")
    ann.pay("60.00")
    path, day = f"/invoices/{invoice.pk}/credit/", str(today())
    shop.desk.browser.post(path, {"amount": "20.00", "dated_on": day, "note": "Too long"})
    account = shop.page(f"/clients/{ann.client.pk}/account/")
    assert "CN" in account
    refund = {"amount": "20.00", "dated_on": day, "method": "Cash", "note": ""}
    shop.desk.browser.post(f"/clients/{ann.client.pk}/refund/", refund)
    assert unapplied_of(ann.payer) == 0
    account = shop.page(f"/clients/{ann.client.pk}/account/")
    left = re.findall(r'<td class="number">\s*(\S+)\s*</td>\s*<td>', account)
    assert left == ["-20.00", "0.00", "20.00"], "what is not used yet adds up to the credit"
    back = Credit.objects.get(client=ann.client, kind="refund")
    shop.desk.browser.post(f"/credits/{back.pk}/take-back/")
    assert unapplied_of(ann.payer) == 20
    assert "taken back" in shop.page(f"/clients/{ann.client.pk}/account/")


def test_credit_without_an_invoice_has_a_number_a_reason_and_a_paper(shop: Shop) -> None:
    ann = shop.client()
    older, newer = ann.charge("30.00", today() - timedelta(9)), ann.charge("30.00")
    path = f"/clients/{ann.client.pk}/credit/"
    seen = str(shop.desk.browser.get(path).context["form"].initial["seen"])
    told = {"amount": "50.00", "dated_on": str(today()), "use": "on", "seen": seen}
    assert shop.desk.browser.post(path, told).status_code == REFUSED, "it needs a reason"
    told |= {"note": "We *kept* her waiting"}
    assert [shop.desk.browser.post(path, told).status_code for _ in range(2)] == [FOUND, REFUSED]
    assert [balance_of(each, EVER) for each in (older, newer)] == [0, 10]
    told |= {"use": "", "seen": str(last_credit(ann.payer))}
    shop.desk.browser.post(path, told)
    assert unapplied_of(ann.payer) == 50
    first, second = Credit.objects.filter(client=ann.client).order_by("pk")
    assert int(second.number.removeprefix("CN")) == int(first.number.removeprefix("CN")) + 1
    pdf = f"/credits/{second.pk}/pdf/"
    assert pdf in shop.page(f"/clients/{ann.client.pk}/account/")
    assert shop.desk.browser.get(pdf).content.startswith(b"%PDF")
    assert credit_on_paper(second)["due"] == ["Not used yet", "$50.00"]
    billing.take_back(second, None)
    assert credit_on_paper(second)["notes"]
    payment = ann.pay("1.00")
    assert f"/credits/{payment.pk}/pdf/" not in shop.page(f"/clients/{ann.client.pk}/account/")


def test_a_credit_note_says_how_much_of_it_was_tax(shop: Shop) -> None:
    ann = shop.client()
    gst = billing.Line("Tape", Price(Decimal("110.00"), rate=Decimal(10)))
    draft = billing.add(ann.draft("100.00").pk, [gst])
    invoice = billing.finalise(draft.pk, draft.revision)
    note = billing.credit_note(invoice, money("21.00"))
    told = credit_on_paper(note)
    assert told["sums"] == [["Without tax", "$20.00"], ["Tax", "$1.00"], ["Total", "$21.00"]]
    assert told["facts"] == [["Issued", day(today())], ["For invoice", invoice.number]]


def test_an_account_shows_all_that_came_page_by_page(shop: Shop) -> None:
    ann = shop.client()
    one = {"workspace_id": shop.workspace.pk, "client": ann.client, "dated_on": today()}
    paid = [Credit(**one, kind="payment", amount=each) for each in range(1, SIZE + 3)]
    came = Credit.objects.bulk_create(paid)
    path = f"/clients/{ann.client.pk}/account/"
    first = shop.desk.browser.get(path).context["page"]
    rest = shop.desk.browser.get(f"{path}?after={first.rows[-1].pk}").context["page"]
    assert [each.pk for each in (*first.rows, *rest.rows)] == [each.pk for each in came[::-1]]
    assert (first.has_after, rest.has_after) == (True, False)


def test_an_invoice_that_another_system_collects_says_so_and_takes_no_money(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge()
    CollectedElsewhere.objects.create(
        workspace_id=shop.workspace.pk, invoice=invoice, system="xero"
    )
    page = shop.page(f"/invoices/{invoice.pk}/")
    assert "collected in another system" in page
    assert f"/invoices/{invoice.pk}/pay/" not in page


def test_what_is_taken_back_of_an_invoice_that_another_system_collects_is_told(shop: Shop) -> None:
    ann = shop.client()
    elsewhere, here = ann.charge("60.00"), ann.charge("9.00")
    payment = ann.pay("49.00", {elsewhere.pk: Decimal(40), here.pk: Decimal(9)})
    CollectedElsewhere.objects.create(
        workspace_id=shop.workspace.pk, invoice=elsewhere, system="xero"
    )
    answer = shop.desk.browser.post(f"/credits/{payment.pk}/take-back/", follow=True)
    assert "enter that there" in answer.text
    assert f"Numbers: {elsewhere.number}." in answer.text


# statements and paper


def test_a_statement_ends_with_what_the_ledger_says_whichever_way_it_is_told(shop: Shop) -> None:
    ann = shop.client()
    ann.charge("60.00", today() - timedelta(40))
    ann.charge("33.33", today() - timedelta(10))
    ann.imported("S1", "70.00", issued_on=None)
    elsewhere = ann.charge("9.00", today() - timedelta(8))
    ann.pay("4.00", {elsewhere.pk: Decimal(4)})
    CollectedElsewhere.objects.create(
        workspace_id=shop.workspace.pk, invoice=elsewhere, system="xero"
    )
    billing.pay(ann.payer, money("45.00", today() - timedelta(20)))
    taken = billing.pay(ann.payer, money("5.00", today() - timedelta(5)))
    billing.take_back(taken, None)
    for days in (0, 3, 15, 30, 60):
        until = today() - timedelta(days)
        whole = activity(ann.payer, until - timedelta(30), until)
        ends = whole.entries[-1].balance if whole.entries else whole.before
        assert ends == whole.balance == outstanding(ann.payer, until).balance
    assert outstanding(ann.payer, today()).balance == Decimal("118.33")


def test_invoices_and_statements_are_pdfs(shop: Shop) -> None:
    ann = shop.client()
    invoice = ann.charge()
    for path in (
        f"/invoices/{invoice.pk}/pdf/",
        f"/clients/{ann.client.pk}/statement/?show=activity",
    ):
        answer = shop.desk.browser.get(path)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_what_people_write_is_no_code_of_the_page_or_of_the_paper(shop: Shop) -> None:
    ann = shop.client()
    draft = ann.draft("5.00")
    sent = form_of(shop, draft) | {"lines-0-name": "<b>#panic() $x$", "notes": "#eval(1)"}
    shop.desk.browser.post(f"/invoices/{draft.pk}/edit/", sent)
    assert "&lt;b&gt;#panic()" in shop.page(f"/invoices/{draft.pk}/")
    assert shop.desk.browser.get(f"/invoices/{draft.pk}/pdf/").content.startswith(b"%PDF")


# links


def test_a_link_shows_one_invoice_to_whoever_has_it_until_it_is_revoked(shop: Shop) -> None:
    cache.clear()
    invoice = shop.client().charge("77.70")
    page = shop.desk.browser.post(f"/invoices/{invoice.pk}/link/").content.decode()
    (path,) = re.findall(r"/invoice/[0-9]+-[A-Za-z0-9_-]{43}/", page)
    stranger = Browser()
    answer = stranger.get(path)
    assert answer.status_code == OK
    assert "77.70" in answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert stranger.get(f"{path}pdf/").content.startswith(b"%PDF")
    assert "last opened" in shop.page(f"/invoices/{invoice.pk}/")
    shop.desk.browser.post(f"/invoices/{invoice.pk}/links/revoke/")
    gone, never = stranger.get(path), stranger.get(f"/invoice/{shop.workspace.pk}-{'x' * 43}/")
    assert (gone.status_code, never.status_code) == (MISSING, MISSING)
    assert "77.70" not in gone.content.decode()


def test_a_link_leads_nowhere_in_another_workspace(shop: Shop) -> None:
    cache.clear()
    token = billing.open_link(shop.client().charge(), None)
    number = str(shop.workspace.pk)
    moved = f"{int(number) + 1}{token.removeprefix(number)}"
    assert Browser().get(f"/invoice/{moved}/").status_code == MISSING


def test_links_are_not_tried_one_after_the_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(public, "MOST", 3)
    path = f"/invoice/{shop.workspace.pk}-{'x' * 43}/"
    codes = [Browser().get(path).status_code for _ in range(5)]
    assert codes == [MISSING, MISSING, MISSING, OFTEN, OFTEN]
    cache.clear()


def test_a_contact_has_an_account_too(shop: Shop) -> None:
    insurer = Contact.objects.create(workspace_id=shop.workspace.pk, company_name="Safe Ltd")
    assert pay(shop, f"/contacts/{insurer.pk}/payment/", amount="12.00") == FOUND
    assert unapplied_of(Payer(contact=insurer)) == 12
    assert "12.00" in shop.page(f"/contacts/{insurer.pk}/account/")
    assert shop.desk.browser.get(f"/contacts/{insurer.pk}/statement/").status_code == OK
    assert shop.desk.browser.get(f"/contacts/{insurer.pk}/refund/").status_code == OK
