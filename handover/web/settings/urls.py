"""The addresses of Settings: the same pages for each list."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from handover.web.settings import details, invoices, pages
from handover.web.settings.kinds import KINDS, Kind


def _of(kind: Kind) -> Iterator[URLPattern]:
    about = {"kind": kind.page}
    here = f"settings/{kind.page.replace('_', '-')}/"
    one = f"{here}<int:{kind.one}_id>/"
    yield path(here, pages.listing, about, name=kind.page)
    yield path(f"{here}new/", pages.new, about, name=f"new_{kind.one}")
    yield path(one, pages.row, about, name=kind.one)
    yield path(f"{one}archive/", pages.archive, about, name=f"archive_{kind.one}")


urlpatterns = [
    path("settings/details/", details.details, name="details"),
    path("settings/invoices/", invoices.billing, name="billing_settings"),
    *(page for kind in KINDS for page in _of(kind)),
    path("settings/tags/<int:tag_id>/merge/", pages.merge_tag, name="merge_tag"),
    path("settings/tags/<int:tag_id>/remove/", pages.remove_tag, name="remove_tag"),
]
