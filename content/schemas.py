"""JSON Schemas for editors (json-schema.org, draft 2020-12): what that of a pack file and that of the settings share.

In: the parts of a schema. Out: the whole of it, as a file has it; its text.
Never: what it says of a field: `content.pack_schema` and `content.settings_schema` know that.
"""

import json
from typing import Any, Final

import msgspec

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def whole(parts: dict[str, Any]) -> dict[str, Any]:
    """A schema of these parts, with lists where msgspec gives tuples."""
    read: dict[str, Any] = msgspec.json.decode(msgspec.json.encode({"$schema": _DRAFT, **parts}))
    return read


def printed(schema: dict[str, Any]) -> str:
    """A schema as the command line prints it, and as it is kept in `content/schema/`."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
