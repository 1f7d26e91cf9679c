"""JSON in a column, and read from it and written without loss of a digit."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any  # what Django says of its own signatures

import msgspec
from django.db import models
from django.db.models.fields import NOT_PROVIDED

_encoder = msgspec.json.Encoder(decimal_format="number")


def written(value: object) -> bytes:
    """Write JSON in its shortest form; a Decimal becomes a number with all its digits."""
    return _encoder.encode(value)


class ExactDecoder(json.JSONDecoder):
    """Reads numbers with a fraction as Decimals: binary fractions hold some 16 digits only."""

    def __init__(self) -> None:
        super().__init__(parse_float=Decimal)


class ExactEncoder(json.JSONEncoder):
    """Writes Decimals as numbers."""

    def encode(self, o: object) -> str:
        """Write a value."""
        return written(o).decode()


class ExactJSONField(models.JSONField):
    """For JSON from elsewhere, of which nobody knows what it holds."""

    def __init__(
        self,
        *,
        null: bool = False,
        default: Callable[[], object] | type[NOT_PROVIDED] = NOT_PROVIDED,
    ) -> None:
        super().__init__(null=null, default=default, encoder=ExactEncoder, decoder=ExactDecoder)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Say what the database must know: how Python reads the column is no concern of it."""
        name, _, args, kwargs = super().deconstruct()
        left = {key: each for key, each in kwargs.items() if key not in {"encoder", "decoder"}}
        return name, "django.db.models.JSONField", args, left
