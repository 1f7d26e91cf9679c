"""Which page is where."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("handover.web.urls")),
    path("", include("handover.accounts.urls")),
    path("settings/imports/", include("handover.importing.urls")),
]
handler400 = "handover.web.errors.bad_request"
handler403 = "handover.web.errors.forbidden"
handler404 = "handover.web.errors.not_found"
handler500 = "handover.web.errors.server_error"
