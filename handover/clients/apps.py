"""The people who are cared for, and the people around them."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """The people who are cared for, and the people around them."""

    name = "handover.clients"
