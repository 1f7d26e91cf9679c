"""The page that a link to an invoice opens: one invoice, for whoever was given the link.

It shows what stands on paper and nothing beside it. A link that was revoked, or never was one, says
the same as any address where nothing is.
"""

from collections.abc import Callable

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from handover.accounts.access import anyone
from handover.accounts.audit import address_of
from handover.billing.links import seen_by, workspace_in
from handover.billing.models import Invoice
from handover.billing.pdf import invoice_on_paper
from handover.core.tenancy import acting_in
from handover.web.billing.invoice import as_pdf

MOST, SECONDS = 60, 60
WHY = "the link is what lets somebody see this one invoice"


@anyone(WHY)
def public_invoice(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invoice of a link."""

    def page(found: Invoice) -> HttpResponse:
        told = {"paper": invoice_on_paper(found), "token": token, "practice": found.workspace}
        return render(request, "web/billing/public.html", told)

    return _answer(request, token, page)


@anyone(WHY)
def public_invoice_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The invoice of a link as PDF."""
    return _answer(request, token, as_pdf)


def _answer(
    request: HttpRequest, token: str, made: Callable[[Invoice], HttpResponse]
) -> HttpResponse:
    """Act in the workspace of the token for as long as the answer takes."""
    if _too_often(request):
        return _quiet(HttpResponse(status=429, headers={"Retry-After": str(SECONDS)}))
    workspace_id = workspace_in(token)
    if workspace_id is None:
        raise Http404
    with acting_in(workspace_id):
        found = seen_by(token)
        answer = made(found) if found is not None else None
    if answer is None:
        raise Http404
    return _quiet(answer)


def _quiet(answer: HttpResponse) -> HttpResponse:
    """Let no machine keep it, list it, or tell where it was."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _too_often(request: HttpRequest) -> bool:
    """Whether one address asks more than anybody would who reads invoices."""
    key = f"public-invoice:{address_of(request)}"
    if cache.add(key, 1, SECONDS):
        return False
    try:
        return cache.incr(key) > MOST
    except ValueError:  # a minute has passed since
        return False
