"""Cliniko's OpenAPI 3.0 document as JSON Schema, with the few places where it is known to err."""

import json
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parents[4] / "shared" / "cliniko"
FORMATS = {
    "int64": r"^\d+$",
    "decimal": r"^-?\d+\.\d+$",
    "date": r"^\d{4}-\d\d-\d\d$",
    "date-time": r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$",
    "time": r"^\d\d:\d\d$",
}
CONNECTED = ("Address", "FullName", "Phone", "Pronouns", "Select")
UNKNOWN_QUESTION = {"type": "object", "patternProperties": {"^type$": {"const": "scale"}}}


def load(name: str) -> Any:  # noqa: ANN401 - a document of many shapes
    """A file of the reference."""
    return json.loads((REFERENCE / name).read_text())


def schemas() -> dict[str, Any]:
    """``components.schemas``, converted, deviations included."""
    raw = load("openapi.json")["components"]["schemas"]
    _deviate(raw)
    return {name: convert(schema) for name, schema in raw.items()}


def convert(schema: Any) -> Any:  # noqa: ANN401  # a schema of any shape
    """An OpenAPI 3.0 schema as JSON Schema: nullable, bounds, formats, no stray properties."""
    if isinstance(schema, list):
        return [convert(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": "#/$defs/" + schema["$ref"].rsplit("/", 1)[1]}
    made = {name: convert(value) for name, value in schema.items() if name not in _DROPPED}
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {k: convert(v) for k, v in schema["properties"].items()}
        made["additionalProperties"] = False
    if schema.get("type") == "string" and schema.get("format") in FORMATS:
        made["pattern"] = FORMATS[schema["format"]]
    elif "pattern" in schema and "@" not in schema["pattern"]:
        made["pattern"] = schema["pattern"].replace(r"\h", "[0-9A-Fa-f]")
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


_DROPPED = {
    "nullable", "example", "format", "pattern", "properties", "description", "deprecated",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
}  # fmt: skip


def _deviate(raw: dict[str, Any]) -> None:
    """What the document leaves out, as met by others (and shown by the demo practice)."""
    for name in ("PatientForm", "PatientFormTemplate"):
        kinds = _kinds_of_questions(raw[name])
        kinds += [{"$ref": f"x/{name}Question{kind}"} for kind in CONNECTED]
        for kind in ("Text", "Date"):
            plain = raw[f"{name}Question{kind}"]["properties"]
            plain["patient_field_connection"] = {"type": "string"}
    _kinds_of_questions(raw["PatientForm"]).append(UNKNOWN_QUESTION)
    _kinds_of_questions(raw["TreatmentNote"]).append(UNKNOWN_QUESTION)
    form = raw["PatientForm"]["properties"]
    one = form["signatures"]
    form["signatures"] = {"anyOf": [one, {"type": "array", "items": one}]}
    total = raw["InvoiceItem"]["properties"]["total_including_tax"]
    text = {"type": "string", "format": "decimal"}
    raw["InvoiceItem"]["properties"]["total_including_tax"] = {"anyOf": [total, text]}
    raw["AttachmentPresignedPost"]["properties"]["fields"]["properties"]["x-amz-date"] = {
        "type": "string"
    }


def _kinds_of_questions(schema: dict[str, Any]) -> list[Any]:
    sections = schema["properties"]["content"]["properties"]["sections"]
    kinds: list[Any] = sections["items"]["properties"]["questions"]["items"]["oneOf"]
    return kinds
