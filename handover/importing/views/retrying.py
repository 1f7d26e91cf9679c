"""Trying failures again; and the part of a page that waits for what was asked."""

from django import forms
from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.permissions import May
from handover.importing.kept_key import keep_key
from handover.importing.models import Errand, ImportRun
from handover.importing.result.failures import MISSING, failed
from handover.importing.said import cause, type_name
from handover.importing.views.asking import asked, noted, the_run
from handover.importing.views.progress import REFRESH, KeyForm

ALL = ""


class RetryForm(KeyForm):
    """What is tried again: a type, a cause; with a key bytes that are missing are fetched too."""

    field_order = ("type", "cause", "key")

    def __init__(self, data: QueryDict | None = None, *, run: ImportRun, missing: int) -> None:
        super().__init__(data)
        types, causes = _choices(run)
        self.fields["type"] = forms.ChoiceField(
            label=_("Type"), required=False, choices=[(ALL, _("All types")), *types]
        )
        self.fields["cause"] = forms.ChoiceField(
            label=_("Cause"), required=False, choices=[(ALL, _("All failures")), *causes]
        )
        self.fields["key"].required = False
        if not missing:
            del self.fields["key"]
        self.order_fields(self.field_order)


def _choices(run: ImportRun) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The types that have problems, and the causes, as the report names them."""
    types = (run.report or {}).get("types", {})
    troubled = [name for name, line in types.items() if line["problems"] or line["rejected"]]
    causes = {each["cause"] for line in types.values() for each in line["problems"]}
    return (
        [(name, type_name(name)) for name in sorted(troubled)],
        [(each, capfirst(cause(each))) for each in sorted(causes)],
    )


@needs(May.RUN_IMPORTS)
@just_signed_in
def retry(request: Request, run_id: int) -> HttpResponse:
    """Choose what is tried again, and have a worker do it."""
    run = the_run(run_id)
    missing = failed(run).filter(MISSING).count()
    chosen = {"type": request.GET.get("type", ""), "cause": request.GET.get("cause", "")}
    form = RetryForm(request.POST or None, run=run, missing=missing)
    form.initial = chosen
    if request.method == "POST" and form.is_valid() and _begin(request, run, form):
        return redirect("importing:report", run_id)
    count = failed(run).count()
    shown = {"run": run, "form": form, "missing": missing, "count": count}
    return render(request, "importing/retry.html", shown)


def _begin(request: Request, run: ImportRun, form: RetryForm) -> bool:
    given = form.cleaned_data
    types = [given["type"]] if given["type"] else []
    causes = [given["cause"]] if given["cause"] else []
    if not asked(request, run, Errand.Kind.RETRY, {"types": types, "causes": causes}):
        return False
    if given.get("key"):
        keep_key(settings.ENVIRONMENT.home, run, given["key"])
        noted(request, run, "key given")
    return True


@needs(May.SEE_IMPORTS, quiet=True)
@require_GET
def errand(request: Request, run_id: int, errand_id: int) -> HttpResponse:
    """Whether what was asked is done: the page is loaded anew once it is."""
    found = get_object_or_404(Errand, pk=errand_id, run=the_run(run_id))
    if found.state != Errand.State.WAITING:
        return HttpResponse(headers=REFRESH)
    return render(request, "importing/errand.html", {"run": found.run, "errand": found})
