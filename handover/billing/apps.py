"""What was charged, and what is still due."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """What was charged, and what is still due."""

    name = "handover.billing"
