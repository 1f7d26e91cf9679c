"""The content of Cliniko's notes, forms and templates, read into our documents. Pure."""

from handover.importing.cliniko.content.field import Content

__all__ = ["Content"]
