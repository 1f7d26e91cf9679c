"""What is written down about a client's care: progress notes, forms, and their templates."""

from django.apps import AppConfig


class ClinicalConfig(AppConfig):
    """What is written down about a client's care."""

    name = "handover.clinical"
