"""Mail that the product sends."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Mail that the product sends."""

    name = "handover.messaging"
