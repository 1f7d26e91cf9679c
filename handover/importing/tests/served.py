"""The pages as the demo serves them."""

from django.urls import include, path

urlpatterns = [path("", include("handover.importing.urls"))]
