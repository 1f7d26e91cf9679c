"""Settings > Support access: who of our staff may run imports here, until when, what they did."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from handover.accounts import support as access
from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.audit import Action, note
from handover.accounts.models import AuditEntry, Role, SupportGrant, User
from handover.accounts.permissions import May

HOURS = (
    (4, gettext_lazy("4 hours")),
    (24, gettext_lazy("1 day")),
    (72, gettext_lazy("3 days")),
    (168, gettext_lazy("7 days")),
)
STEPS, GRANTS = 25, 10  # that the page lists


class AllowForm(forms.Form):
    """Who is let in, and for how long."""

    hours = forms.TypedChoiceField(
        label=gettext_lazy("For how long"), choices=HOURS, coerce=int, initial=24
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        people = [(str(each.pk), f"{each.support_name} ({each.email})") for each in access.staff()]
        self.fields["who"] = forms.ChoiceField(
            label=_("Who of our support"), choices=[("", _("Choose")), *people]
        )
        self.order_fields(("who", "hours"))


@needs(May.ALLOW_SUPPORT)
@just_signed_in
def support(request: Request) -> HttpResponse:
    """Let somebody in, and see who is and what they did."""
    form = AllowForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _allow(request, form):
        return redirect("accounts:support")
    people = User.objects.filter(role=Role.SUPPORT)
    grants = SupportGrant.objects.select_related("user").order_by("-pk")[:GRANTS]
    steps = AuditEntry.objects.filter(user_id__in=people.values("pk")).order_by("-id")[:STEPS]
    now = timezone.now()
    shown = {"form": form, "grants": [(each, each.is_good(now)) for each in grants]}
    shown |= {"steps": steps, "staffed": access.staff().exists()}
    return render(request, "accounts/support.html", shown)


def _allow(request: Request, form: AllowForm) -> bool:
    hours = form.cleaned_data["hours"]
    account = access.staff().get(pk=form.cleaned_data["who"])
    until = timezone.now() + timedelta(hours=hours)
    try:
        grant = access.allow(request.workspace, account, until=until, by=request.member)
    except access.NotAllowed as problem:
        form.add_error("who", str(problem))
        return False
    told = f"{account.support_name}, {hours} hours"
    note(request, Action.SUPPORT_ALLOWED, "user", grant.user_id, detail=told)
    messages.success(request, _("%(who)s is let in.") % {"who": account.support_name})
    return True


@needs(May.ALLOW_SUPPORT)
@require_POST
def revoke_support(request: Request, grant_id: int) -> HttpResponse:
    """Let somebody in no more, from their next request on."""
    grant = get_object_or_404(SupportGrant.objects.select_related("user"), pk=grant_id)
    if access.revoke(grant, by=str(request.member)):
        note(request, Action.SUPPORT_ALLOWED, "user", grant.user_id, detail="revoked")
        messages.success(request, _("%(who)s can no longer come in.") % {"who": grant.user})
    return redirect("accounts:support")
