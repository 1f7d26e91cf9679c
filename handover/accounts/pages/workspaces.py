"""Choosing a workspace after sign-in, and making one."""

from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from handover.accounts.access import Request, account_only
from handover.accounts.doors import doors_of
from handover.accounts.forms import PracticeFields
from handover.accounts.middleware import WORKSPACE
from handover.accounts.support import has_second_step

WHY = "somebody who has signed in chooses where to work; only their own workspaces are shown"


@account_only(WHY)
def workspaces(request: Request) -> HttpResponse:
    """List the workspaces that this account may enter; with one alone, enter it."""
    doors = doors_of(request.user)
    if request.method == "POST":
        return _enter(request, request.POST.get("workspace", ""), [d.workspace_id for d in doors])
    if len(doors) == 1 and not hasattr(request, "member"):
        return _enter(request, str(doors[0].workspace_id), [doors[0].workspace_id])
    told = {
        "doors": doors,
        "next": request.GET.get("next", ""),
        "second_step": partial(has_second_step, request.user),  # asked of the support alone,
    }
    return render(request, "accounts/workspaces.html", told)


def _enter(request: Request, chosen: str, allowed: list[int]) -> HttpResponse:
    if chosen not in {str(each) for each in allowed}:
        return redirect("accounts:workspaces")
    request.session[WORKSPACE] = int(chosen)
    request.session.cycle_key()
    return HttpResponseRedirect(next_page(request))


def next_page(request: HttpRequest) -> str:
    """Where somebody was on the way to: a page of ours, or the dashboard."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else reverse("web:dashboard")


class NewWorkspace(PracticeFields, forms.Form):
    """The same as at sign-up, for somebody who has an account already."""


@account_only("somebody who has signed in makes a workspace of their own")
def new_workspace(request: Request) -> HttpResponse:
    """Make a practice's workspace, and enter it."""
    form = NewWorkspace(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[WORKSPACE] = form.open_for(request.user)
        return redirect("web:dashboard")
    return render(request, "accounts/new_workspace.html", {"form": form})
