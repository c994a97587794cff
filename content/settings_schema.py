"""What `protocol-bot.yaml` may hold, as a JSON Schema for editors.

In: the records of `bot.settings`, what each field means. Out: the schema (json-schema.org, draft 2020-12).
Never: stricter or laxer than the reading of a file is on the shape of its fields; what fields have to do with one
another is `content.settings`'s.
"""

import json
from importlib.resources import files
from typing import Any, Final

import msgspec

from bot.settings import Settings
from content import meanings
from content.settings import MANY

_FILE: Final = files("content") / "schema" / "settings.schema.json"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of a file of one council, or of many."""
    (one,), parts = msgspec.json.schema_components([Settings], ref_template="#/$defs/{name}")
    for part in parts.values():
        part.pop("description", None)  # written for who reads the code
    for setting in meanings.settings():
        name = setting.path.rpartition(".")[2]
        parts[setting.record]["properties"][name] |= {"description": " ".join(setting.means.split())}
    many = {
        "type": "object",
        "properties": {MANY: {"type": "array", "items": one, "minItems": 1, "description": "Each council's own."}},
        "required": [MANY],
        "additionalProperties": False,
    }
    whole = {"$schema": _DRAFT, "title": "Settings of Protocol Bot", "anyOf": [one, many], "$defs": parts}
    read: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))  # as a file has it: lists, no tuples
    return read


def printed() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def published() -> str:
    """The schema that comes with the project."""
    return _FILE.read_text(encoding="utf-8")
