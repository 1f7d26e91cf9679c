"""The practice: places, practitioners, services, price list."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """The practice: places, practitioners, services, price list."""

    name = "handover.practice"
