"""What was said to clients and by them."""

from django.apps import AppConfig


class CommunicationsConfig(AppConfig):
    """What was said to clients and by them."""

    name = "handover.communications"
