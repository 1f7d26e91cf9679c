"""The calendar."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """The calendar."""

    name = "handover.scheduling"
