"""What `protocol-bot.yaml` may hold, as a JSON Schema for editors.

In: the records of `bot.settings`, what each field means. Out: the schema.
Never: stricter or laxer than the reading of a file is on the shape of its fields; what fields have to do with one
another is `content.settings`'s.
"""

from typing import Any

import msgspec

from bot.settings import Settings
from content import meanings, schemas
from content.settings import MANY


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
    return schemas.whole({"title": "Settings of Protocol Bot", "anyOf": [one, many], "$defs": parts})
