"""The page as the browser gets it: the files beside this one, and the page itself with its sentences filled in.

In: the words of the chat's language. Out: bytes, and what they are. Never: a file that is not named here; a sentence
that is taken for markup.
"""

import re
from pathlib import Path
from typing import Final

import msgspec
from markupsafe import escape

from bot.words import Words

_FOLDER: Final = Path(__file__).parent / "page"
_FILES: Final = {
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "dialog.js": "text/javascript",
    "drafts.js": "text/javascript",
    "forms.js": "text/javascript",
    "here.js": "text/javascript",
    "hints.js": "text/javascript",
    "log.js": "text/javascript",
    "sentences.js": "text/javascript",
    "server.js": "text/javascript",
    "status.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
#: Where a sentence stands in the page, by its name; and all of them, for the script.
_GAP: Final = re.compile(r"\{\{([a-z-]+)\}\}")
_EVERY: Final = "every-sentence"
_OURS: Final = "web-"


def page(words: Words) -> str:
    """The page itself."""
    html = (_FOLDER / "index.html").read_text(encoding="utf-8")
    return _GAP.sub(lambda gap: _every(words) if gap[1] == _EVERY else escape(words(gap[1])), html)


def _every(words: Words) -> str:
    """The browser chat's own sentences with their gaps open, as JSON that can't end the element that it stands in."""
    return msgspec.json.encode(words.beginning(_OURS)).decode().replace("<", "\\u003c")


def file(name: str) -> tuple[bytes, str] | None:
    """One of the page's files and its media type; None where it has none of this name."""
    return ((_FOLDER / name).read_bytes(), _FILES[name]) if name in _FILES else None
