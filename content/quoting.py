"""A text in quotation marks, as YAML reads it back to the letter.

In: a text. Out: the same for a YAML file, on one line. Never: a character that a YAML file may not hold, nor one that
its readers would take for the end of a line.
"""

import json
import re
from typing import Final

#: All but what a YAML file may hold as it is (yaml.org, spec 1.2.2, 5.1), lines and marks of byte order apart.
UNPRINTED: Final = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)  # fmt: skip


def quoted(text: str) -> str:
    """In quotation marks; what can't be printed is written by its number."""
    return UNPRINTED.sub(lambda found: _numbered(found[0]), json.dumps(text, ensure_ascii=False))


def _numbered(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
