"""Files about clients: what they are, and where their bytes lie."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files about clients: what they are, and where their bytes lie."""

    name = "handover.files"
