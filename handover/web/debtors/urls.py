"""The addresses of what is owed."""

from django.urls import path

from handover.web.debtors import by_hand, case, files, report

REPORT = "reports/aged-debtors"
FILES = "reports/balances"
FILE = f"{FILES}/<int:balance_file_id>"
INVOICE = "invoices/<int:invoice_id>/balance"
urlpatterns = [
    path(f"{REPORT}/", report.aged_debtors, name="aged_debtors"),
    path(f"{REPORT}/csv/", report.as_csv, name="aged_debtors_csv"),
    path(f"{REPORT}/pdf/", report.as_pdf, name="aged_debtors_pdf"),
    path(f"{REPORT}/<slug:payer>/<int:payer_id>/", report.payer_debts, name="payer_debts"),
    path(
        f"{REPORT}/<slug:payer>/<int:payer_id>/credit/",
        by_hand.account_credit,
        name="account_credit",
    ),
    path(f"{FILES}/", files.balance_files, name="balance_files"),
    path(f"{FILE}/", files.balance_file, name="balance_file"),
    path(f"{FILE}/undo/", files.undo_balance_file, name="undo_balance_file"),
    path(f"{FILE}/drop/", files.drop_balance_file, name="drop_balance_file"),
    path(f"{INVOICE}/", by_hand.opening_balance, name="opening_balance"),
    path(f"{INVOICE}/back/", by_hand.take_back_balance, name="take_back_balance"),
    path("settings/debtors/", case.debtors_case, name="debtors_case"),
]
