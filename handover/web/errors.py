"""The pages for what went wrong: each says what to do."""

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from handover.accounts.access import anyone

WHY = "an error is told to whoever meets it"


@anyone(WHY)
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense, or holds more than is taken at once."""
    if isinstance(exception, TooManyFilesSent):
        most = {"most": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
        told = _("Nothing was kept. Go back, and send up to %(most)s files at once.") % most
        return _page(request, 400, _("These are too many files"), told)
    told = _("Go back, and try it from the page.")
    return _page(request, 400, _("This request makes no sense"), told)


@anyone(WHY)
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Somebody may not see this; the exception says why, where it was raised for people."""
    told = str(exception) or _("Ask an account owner, who gives out roles under Settings > Users.")
    return _page(request, 403, _("You may not see this page"), told)


@anyone(WHY)
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # as Django calls it
    """There is no such page, or not in this workspace."""
    told = _("It may have been deleted, or belong to another workspace. Check the address.")
    return _page(request, 404, _("There is no such page"), told)


@anyone(WHY)
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; nothing of the request was kept."""
    told = _("The fault is ours, and nothing of what you sent was kept. Go back and try again.")
    return _page(request, 500, _("Something went wrong"), told)


@anyone(WHY)
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form is too old, or came from elsewhere."""
    told = _(
        "You signed in or out since the page was opened, or your browser keeps no cookies. Go back,"
        " load the page anew, and send the form once more."
    )
    return _page(request, 403, _("This form is out of date"), told)


def _page(request: HttpRequest, status: int, title: str, told: str) -> HttpResponse:
    shown = {"status": status, "title": title, "told": told}
    return render(request, "web/error.html", shown, status=status)
