"""What every app may use."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every app may use and knows nobody."""

    name = "handover.core"
