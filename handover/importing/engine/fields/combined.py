"""Fields that are made of others, of several keys, or of none."""

# ruff: noqa: ARG002  # every field has the same signature

from __future__ import annotations

from handover.core.json import Json, JsonObject
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.field import Field
from handover.importing.engine.values import Draft


class FirstOf(Field):
    """The first of several readings that gives a value; the last one's empty value else."""

    def __init__(self, *readings: Field, required: bool = False, note: str = "") -> None:
        sources = (source for reading in readings for source in reading.sources)
        super().__init__(*sources, required=required, note=note)
        self.readings = readings
        self.empty = readings[-1].empty

    @property
    def reads_as(self) -> str:
        """Say it once, for the first reading."""
        return f"{self.readings[0].reads_as}; the first that is there"

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Try one after the other; what cannot be read is noted and passed over."""
        for reading in self.readings:
            reading.name = self.name
            try:
                value = reading.read(payload, draft)
            except BadValue as problem:
                draft.note(self.name, problem.code, str(problem))
                continue
            if value not in (None, ""):
                return value
        return self.empty

    def convert(self, value: Json, draft: Draft) -> object:  # pragma: no cover - read() does it
        """Not used: each reading converts what it reads."""
        return value


class Constant(Field):
    """The same for every record of the resource."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = str(value) if isinstance(value, str) else value

    @property
    def reads_as(self) -> str:
        """Show the value."""
        return f"always {self.value}"

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Ignore the payload."""
        return self.value


class Several(Field):
    """Several keys kept together as one piece of JSON, under their own names."""

    words = "kept whole, together"
    empty: object = {}

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Keep those that are there."""
        return {key: payload[key] for key in self.sources if key in payload}
