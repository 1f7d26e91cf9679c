"""The app of people who sign in, and of the workspaces that they work in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in, workspaces, roles."""

    name = "handover.accounts"
