"""Custom patient fields: their definition in the settings, and values under the same tokens."""

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build

FUNDS = ("Bupa", "Medibank", "HCF", "None")
SPORTS = ("Running", "Swimming", "Netball")


def custom_fields_definition(build: Build) -> Record:
    """The definition as the settings give it; sections and fields may be archived."""
    return {
        "sections": [
            {
                "name": "Health fund",
                "token": build.token(),
                "archived": False,
                "fields": [
                    _field(build, "Membership number", "text"),
                    _options(build, "Fund", "radiobuttons", FUNDS),
                    _field(build, "Cover since", "date"),
                ],
            },
            {
                "name": "Lifestyle",
                "token": build.token(),
                "archived": True,
                "fields": [
                    _options(build, "Sports", "checkboxes", SPORTS),
                    _field(build, "Goals", "paragraph"),
                    _field(build, "Shoe size", "text", archived=True),
                ],
            },
        ]
    }


def _field(build: Build, name: str, kind: str, *, archived: bool = False) -> Record:
    return {"name": name, "type": kind, "token": build.token(), "archived": archived}


def _options(build: Build, name: str, kind: str, names: tuple[str, ...]) -> Record:
    options: list[Json] = [
        {"name": option, "token": build.token(), "archived": number == len(names) - 1}
        for number, option in enumerate(names)
    ]
    other: Json = {"enabled": True, "archived": False}
    return {**_field(build, name, kind), "options": options, "other": other}


def filled_custom_fields(build: Build) -> Record:
    """One client's values; a field without a value has no ``value`` key."""
    definition = build.settings["patient_custom_fields_definition"]
    sections: list[Json] = []
    for section in _rows(definition, "sections"):
        fields: list[Json] = [_filled(build, row) for row in _rows(section, "fields")]
        sections.append({**section, "fields": fields})
    return {"sections": sections}


def _rows(holder: Json, key: str) -> list[Record]:
    rows = holder.get(key) if isinstance(holder, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _filled(build: Build, field: Record) -> Record:
    kind = field["type"]
    if kind in {"checkboxes", "radiobuttons"}:
        return _chosen(build, field)
    if build.chance(30):
        return dict(field)
    values: dict[Json, str] = {
        "text": f"M{build.rng.randint(10_000, 99_999)}",
        "date": build.moment().date().isoformat(),
        "paragraph": "Run 10 km again.\nSleep better.",
    }
    return {**field, "value": values[kind]}


def _chosen(build: Build, field: Record) -> Record:
    options = [dict(option) for option in _rows(field, "options")]
    other: Record = {"enabled": True, "archived": False}
    if build.chance(20):
        other.update({"selected": True, "value": "Something else"})
    else:
        build.pick(options)["selected"] = True
    return {**field, "options": list[Json](options), "other": other}
