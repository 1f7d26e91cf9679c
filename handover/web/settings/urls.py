"""The addresses of Settings: the same pages for each list."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from handover.web.settings import custom_fields, details, invoices, pages
from handover.web.settings.kinds import KINDS, Kind

FIELD = "settings/custom-fields/<str:field_token>/"


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
    path("settings/custom-fields/", custom_fields.custom_fields_page, name="custom_fields"),
    path(
        "settings/custom-fields/headings/",
        custom_fields.headings_page,
        name="custom_field_headings",
    ),
    path(f"{FIELD}move-heading/", custom_fields.move_heading, name="move_custom_field_heading"),
    path("settings/custom-fields/new/", custom_fields.new_custom_field, name="new_custom_field"),
    path(FIELD, custom_fields.custom_field, name="custom_field"),
    path(f"{FIELD}move/", custom_fields.move_custom_field, name="move_custom_field"),
    path(f"{FIELD}archive/", custom_fields.archive_custom_field, name="archive_custom_field"),
    path("settings/invoices/", invoices.billing, name="billing_settings"),
    *(page for kind in KINDS for page in _of(kind)),
    path("settings/tags/<int:tag_id>/merge/", pages.merge_tag, name="merge_tag"),
    path("settings/tags/<int:tag_id>/remove/", pages.remove_tag, name="remove_tag"),
]
