"""Cliniko's content, rebuilt from a document as it stands in the archive and from nothing else.

This is a reader of its own, written from docs/documents.md: it shares no code with the import.
"""

import json
from decimal import Decimal

from tests.archive import Value

TYPES = {
    "multiple_choice": "radiobuttons", "dropdown": "select", "body_charts": "bodycharts",
    "phones": "phone",
}  # fmt: skip
#: Our key -> Cliniko's, where both have one value.
KEYS = {
    "question": {"label": "name", "required": "required", "connection": "patient_field_connection"},
    "text": {"answer": "answer"},
    "paragraph": {"html": "answer"},
    "date": {"day": "answer", "text": "answer"},
    "dropdown": {"options": "options", "answer": "answer"},
    "body_charts": {"charts": "body_chart_ids"},
    "signature": {"signature": "signature_id"},
    "address": {"answer": "answer"},
    "full_name": {"answer": "answer", "asks": "options"},
    "pronouns": {"answer": "answer"},
    "unknown": {"type": "type"},
}
OPTION = {"label": "value", "chosen": "selected"}
OTHER = {"offered": "enabled", "chosen": "selected", "text": "value", "label": "label"}
PHONE = {"number": "number", "type": "phone_type"}


def content(document: Value) -> Value:
    """What Cliniko had under `content`."""
    if document is None:
        return None
    assert document["version"] == 1
    if instead(document):
        return instead(document)[0]
    found = kept(document)
    if "sections" in document:
        found["sections"] = [section(each) for each in document["sections"]]
    return found


def section(part: Value) -> Value:
    if instead(part):
        return instead(part)[0]
    found, items = kept(part), list(part.get("items", ()))
    if "name" in part:
        found["name"] = part["name"]
    if items and items[0]["kind"] == "statement":
        found["description"] = items.pop(0)["html"]
    if items:
        found["questions"] = [question(each) for each in items]
    return found


def question(part: Value) -> Value:
    if instead(part):
        return instead(part)[0]
    kind = part["kind"]
    found = kept(part) | named(part, KEYS["question"]) | named(part, KEYS.get(kind, {}))
    if kind != "unknown":
        found["type"] = TYPES.get(kind, kind)
    if kind in {"checkboxes", "multiple_choice"} and "options" in part:
        found["answers"] = [kept(each) | named(each, OPTION) for each in part["options"]]
    if "other" in part:
        found["other"] = kept(part["other"]) | named(part["other"], OTHER)
    if "numbers" in part:
        found["answer"] = [kept(each) | named(each, PHONE) for each in part["numbers"]]
    return found


def named(part: Value, keys: dict[str, str]) -> dict[str, Value]:
    return {theirs: part[ours] for ours, theirs in keys.items() if ours in part}


def kept(part: Value) -> dict[str, Value]:
    texts = part.get("kept_text", {})
    return dict(part.get("kept", {})) | {key: parsed(text) for key, text in texts.items()}


def instead(part: Value) -> list[Value]:
    """What stood there instead of an object: nothing, or one thing."""
    if "instead_text" in part:
        return [parsed(part["instead_text"])]
    return [part["instead"]] if "instead" in part else []


def parsed(text: str) -> Value:
    return json.loads(text, parse_float=Decimal)
