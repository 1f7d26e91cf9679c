"""The import tool."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """The import tool; its checks hold every mapping against its model."""

    name = "handover.importing"

    def ready(self) -> None:
        """Register the system checks."""
        from handover.importing import checks  # noqa: F401, PLC0415  # needs the models
