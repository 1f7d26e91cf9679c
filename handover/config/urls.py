"""Which page is where."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

# Nobody signs in yet, so there are pages in the demo alone, and only with counts on them.
urlpatterns: list[URLPattern | URLResolver] = (
    [
        path("", include("handover.importing.urls")),
        path("", include("handover.messaging.urls")),
    ]
    if settings.ENVIRONMENT.demo
    else []
)
