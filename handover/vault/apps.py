"""Secrets of workspaces."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Secrets of workspaces."""

    name = "handover.vault"
