"""Taking a practice's records out again."""

from django.apps import AppConfig


class ExportingConfig(AppConfig):
    """Archives, and later other systems' formats."""

    name = "handover.exporting"
