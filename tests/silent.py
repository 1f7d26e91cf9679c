"""Addresses with a page that forgot to say who may see it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from handover.accounts.access import Request, anyone, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May


def silent(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("secrets")


@anyone("a test")
def speaking(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


@needs(May.OPEN)
def failing(request: Request) -> HttpResponse:
    note(request, Action.CHANGED, "failing")
    raise ZeroDivisionError


handler500 = "handover.web.errors.server_error"
urlpatterns = [
    path("silent/", silent),
    path("speaking/", speaking),
    path("failing/", failing),
    path("", include("handover.config.urls")),
]
