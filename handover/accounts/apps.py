"""The app of people who sign in, and of the workspaces that they work in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in, workspaces, roles."""

    name = "handover.accounts"

    def ready(self) -> None:
        """Listen to what happens at sign-in."""
        from handover.accounts.signals import connect  # noqa: PLC0415  # models are there by now

        connect()
