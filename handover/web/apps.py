"""The shell of the site."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The shell of the site: base templates and components."""

    name = "handover.web"
