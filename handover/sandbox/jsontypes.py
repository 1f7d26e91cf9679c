"""JSON as a type. The sandbox keeps its own copy: it stands apart from the rest of Handover."""

from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Record: TypeAlias = dict[str, "Json"]
