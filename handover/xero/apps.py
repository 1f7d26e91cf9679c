"""What is sent to Xero, once somebody asks for it."""

from django.apps import AppConfig


class XeroConfig(AppConfig):
    """What is sent to Xero, once somebody asks for it."""

    name = "handover.xero"
