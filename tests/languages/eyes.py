"""Everything that somebody reads of what is drawn for them, and what of it is in no language's words.

In: answers and notices; what packs, settings and people say. Out: texts, and what is hard-coded in them.
Never: an id, a token, a class or any other word that is for a machine.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import unescape
from typing import Any, Final

import msgspec
from bs4 import BeautifulSoup

from adapters.slack import render as slack
from adapters.slack import views
from adapters.teams import dialogs
from adapters.teams import render as teams
from adapters.web import render as web
from bot.bot import opens
from bot.conversation import Answer, File, Form, Open, Page, Place, Post, Reject, Whisper
from deploy.platforms import slack as on_slack
from deploy.platforms import teams as on_teams
from tests.languages.marked import WORDS

#: Of JSON for Slack (Block Kit) and Teams (Adaptive Cards, dialogs): the names of what people read.
_READ: Final = frozenset(
    {"text", "alt_text", "altText", "title", "label", "placeholder", "errorMessage", "fallbackText", "speak", "hint"}
    | {"accessibility_label", "summary", "submit", "close", "description", "tooltip"}
)
_SHOWN: Final = ("aria-label", "title", "placeholder", "alt", "label")
_NONCE: Final = "0123456789abcdef" * 2
_PLACE: Final = Place("slack", "T0001", "D0001", private=True)
#: What is nobody's language: references, ids of what is kept, the commands, addresses, days in figures.
_NEUTRAL: Final = re.compile(
    r"\bCN-[A-Z0-9]{4}-[A-Z0-9]{4}\b|\bDP-[A-Z0-9]{6}\b|\b(?:[0-9a-f]{4} ){7}[0-9a-f]{4}\b|\b[\w-]+\.ics\b"
    r"|\b(?:slack|teams|web|email):[\w.@:-]+"
)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
#: A piece of a clause: what was taken out or put in, or the beginning of one that is long.
_QUOTED: Final = re.compile(r"“([^“”]*)”|(?<=: )([^“”:]*)…")
#: Characters of the beginning of a clause that is cut off.
_LONG: Final = 40
_EDGES: Final = " \t\n–—-:;,.()[]“”’‘'\"•*_~<>/›…§#|?!&"


# ---------------------------------------------------------------- what there is to read


def read(shown: Any) -> Iterator[str]:
    """Every text of what JSON shows."""
    if isinstance(shown, Mapping):
        for name, value in shown.items():
            if name in _READ and isinstance(value, str):
                yield unescape(value)
            elif name not in ("data", "msteams", "value", "metadata", "private_metadata") or (
                name == "value" and isinstance(value, Mapping)
            ):
                yield from read(value)
    elif isinstance(shown, list | tuple):
        for one in shown:
            yield from read(one)


def html(markup: str) -> Iterator[str]:
    """Every text of a page, said aloud or shown."""
    page = BeautifulSoup(markup, "html.parser")
    for tag in page.find_all(("style", "script")):
        tag.decompose()
    yield from (str(text) for text in page.find_all(string=True))
    yield from (str(tag[name]) for tag in page.find_all(True) for name in _SHOWN if tag.get(name))


def answered(answer: Answer | None, values: Mapping[str, str] | None = None, form: Form | None = None) -> Iterator[str]:
    """An answer, as the core says it and as every platform draws it."""
    match answer:
        case Whisper(post=post, aloud=aloud):
            yield from (text for one in (post, aloud) if one is not None for text in posted(one))
        case Page(posts=posts):
            yield from (text for post in posts for text in posted(post))
            yield from read(views.page(posts, _slack()))
        case Open(form=opened):
            yield from formed(opened)
        case Reject(problems=wrong):
            yield from wrong.values()
            if form is not None:
                yield from read(dialogs.form(form, _NONCE, _teams(), problems=wrong, values=values or {}))


def posted(post: Post) -> Iterator[str]:
    yield post.plain()
    yield from read(slack.messages(post))
    yield from read(slack.messages(post, notice=True))
    yield from read(views.sheet(post, _slack(), _PLACE))
    yield from read(teams.messages(post, _NONCE, opens))
    yield from read(dialogs.sheet(post, _NONCE, _teams()))
    yield from html(str(web.post(post, WORDS)))
    for block in post.blocks:
        if isinstance(block, File):
            yield from _filed(block)


def formed(form: Form) -> Iterator[str]:
    yield from read(views.form(form, _PLACE, _slack()))
    yield from read(dialogs.form(form, _NONCE, _teams()))
    yield from html(str(web.form(form, WORDS)))


def _filed(file: File) -> Iterator[str]:
    """Of a calendar the lines that a calendar shows (RFC 5545); of anything else the whole."""
    if file.media != "text/calendar":
        yield file.text
        return
    unfolded = file.text.replace("\r\n ", "").replace("\r\n", "\n")
    named = re.compile(r"^(?:SUMMARY|DESCRIPTION|X-WR-CALNAME|LOCATION|COMMENT)[^:]*:(.*)$", re.MULTILINE)
    yield from (re.sub(r"\\([,;\\n])", " ", found[1]) for found in named.finditer(unfolded))


@cache
def _slack() -> slack.Sentences:
    return on_slack.sentences(WORDS)


@cache
def _teams() -> teams.Sentences:
    return on_teams.sentences(WORDS)


# ---------------------------------------------------------------- what is hard-coded in it


class Known:
    """Texts that packs, settings or people wrote; they are looked for by their first word."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_word: dict[str, list[str]] = {}
        self._whole = "\n".join(texts := sorted(texts))
        for one in texts:
            self._by_word.setdefault(_LETTERS.findall(one)[0], []).append(one)

    def holds(self, piece: str) -> bool:
        """Whether somebody wrote these words, among others."""
        return piece.strip(_EDGES) in self._whole

    def within(self, text: str) -> list[str]:
        """Those that stand in a text, the longest first."""
        words = dict.fromkeys(_LETTERS.findall(text))
        found = [one for word in words for one in self._by_word.get(word, ()) if one in text]
        return sorted(found, key=len, reverse=True)


def said_by(*sources: Any, typed: Iterable[str] = ()) -> Known:
    """Every text that packs, settings or people wrote; a single small word of a pack's is an id, nothing to read."""
    told = (
        text for source in sources for text in _texts(msgspec.to_builtins(source)) if not text.islower() or " " in text
    )
    return Known({piece for text in (*told, *typed) for piece in _whole(text)})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for one in value:
            yield from _texts(one)


def _whole(text: str) -> Iterator[str]:
    """A text and its lines, as they are compared."""
    for one in (text, *text.splitlines()):
        if _letters(flat := " ".join(one.split()).strip(_EDGES)):
            yield flat


def left_over(text: str, known: Known) -> str:
    """What of a text is neither marked nor anybody's: with the rest taken out, what still has letters."""
    flat = _NEUTRAL.sub(" ", " ".join(text.split()))
    if not _letters(flat):
        return ""
    flat = _without_cut(flat, known)
    for one in known.within(flat):
        flat = re.sub(rf"(?<![a-zA-Z]){re.escape(one)}(?![a-zA-Z])", " ", flat)
    flat = _QUOTED.sub(lambda found: " " if known.holds(found[1] or found[2] or "") else found[0], flat)
    return " ".join(flat.split()) if _letters(flat) else ""


def _without_cut(text: str, known: Known) -> str:
    """Without the beginnings of long clauses, which end in an ellipsis."""
    kept = []
    for part in text.split("…"):
        starts = [0, *(found.end() for found in re.finditer(r": |“", part))]
        start = next((start for start in starts if len(part) - start > _LONG and known.holds(part[start:])), len(part))
        kept.append(part[:start])
    return " ".join(kept)


def _letters(text: str) -> bool:
    return any(len(word) > 1 and word.isascii() for word in _LETTERS.findall(text))
