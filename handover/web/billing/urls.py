"""Pages about invoices and money, under `web:`."""

from django.urls import path

from handover.web.billing import accounts, drafts, invoice, listing, money, public, uninvoiced

ONE = "invoices/<int:invoice_id>/"
UNINVOICED = "invoices/uninvoiced/<int:attendance_id>/"
CLIENT = "clients/<int:client_id>/"
CONTACT = "contacts/<int:contact_id>/"
urlpatterns = [
    path("invoices/", listing.invoices, name="invoices"),
    path("invoices/new/", drafts.new_invoice, name="new_invoice"),
    path("invoices/uninvoiced/", uninvoiced.uninvoiced_page, name="uninvoiced"),
    path(f"{UNINVOICED}leave-out/", uninvoiced.leave_out, name="leave_uninvoiced"),
    path(f"{UNINVOICED}put-back/", uninvoiced.put_back, name="put_back_uninvoiced"),
    path(ONE, invoice.invoice, name="invoice"),
    path(f"{ONE}edit/", drafts.edit_invoice, name="edit_invoice"),
    path(f"{ONE}totals/", drafts.invoice_totals, name="invoice_totals"),
    path(f"{ONE}discard/", drafts.discard_invoice, name="discard_invoice"),
    path(f"{ONE}revert/", drafts.revert_invoice, name="revert_invoice"),
    path(f"{ONE}pdf/", invoice.invoice_pdf_page, name="invoice_pdf"),
    path(f"{ONE}link/", invoice.open_link, name="open_invoice_link"),
    path(f"{ONE}links/revoke/", invoice.revoke_links, name="revoke_invoice_links"),
    path(f"{ONE}pay/", money.pay_invoice, name="pay_invoice"),
    path(f"{ONE}credit/", money.credit_note, name="credit_invoice"),
    path(f"{ONE}write-off/", money.write_off, name="write_off_invoice"),
    path(f"{ONE}use-credit/", money.use_credit, name="use_credit"),
    path("credits/<int:credit_id>/take-back/", money.take_back, name="take_back_credit"),
    path("credits/<int:credit_id>/pdf/", accounts.credit_note_pdf, name="credit_pdf"),
    path(f"{CLIENT}account/", accounts.client_account, name="client_account"),
    path(f"{CLIENT}statement/", accounts.client_statement, name="client_statement"),
    path(f"{CLIENT}payment/", money.client_payment, name="client_payment"),
    path(f"{CLIENT}refund/", money.client_refund, name="client_refund"),
    path(f"{CLIENT}credit/", money.client_credit, name="client_credit"),
    path(f"{CONTACT}account/", accounts.contact_account, name="contact_account"),
    path(f"{CONTACT}statement/", accounts.contact_statement, name="contact_statement"),
    path(f"{CONTACT}payment/", money.contact_payment, name="contact_payment"),
    path(f"{CONTACT}refund/", money.contact_refund, name="contact_refund"),
    path(f"{CONTACT}credit/", money.contact_credit, name="contact_credit"),
    path("invoice/<str:token>/", public.public_invoice, name="public_invoice"),
    path("invoice/<str:token>/pdf/", public.public_invoice_pdf, name="public_invoice_pdf"),
]
