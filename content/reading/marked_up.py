"""What stands in a Markdown file beside Markdown: front matter, HTML, and wording that only looks like a mark.

In: the file's text. Out: the same, fit for a parser that would take words for marks; front matter apart.
Never: drops a word but in comments, scripts and styles that are closed.
"""

import html
import re
from typing import NamedTuple

from content.reading.piped import widened

_BEFORE = r"\A((?:\s|<!--.{0,5000}?-->)*)"
_FRONT = re.compile(
    _BEFORE + r"(---|\+\+\+)[ \t]*\n(.{0,20000}?\n)(?:\2|\.\.\.)[ \t]*(?:\n|\Z)",
    re.DOTALL,
)
_FIELD = re.compile(r"(?:[\w-]+[ \t]*[:=]|[ \t]+\S|- |#|\s*$)")
_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE)
#: CommonMark takes any number of up to nine digits for a list's; a date has four, a clause never.
_YEAR = re.compile(r"^([ \t>]*(?:[-*+] +)?\d{4,9})([.)])(?=\s|$)", re.MULTILINE)
_ADDRESS = r"<?(?:\w+:|#|\.?/|[\w-]+\.\w)"
_NAMED = r"\[(?=[^\]\n]{1,200}\]:)"
_DEFINITION = re.compile(rf"^( {{0,3}}){_NAMED}(?![^\]\n]+\]:\s*{_ADDRESS})", re.MULTILINE)
_FENCED_DIVISION = re.compile(r"^ {0,3}:{3,}.{0,200}$", re.MULTILINE)
#: Where HTML's unseen parts begin, and what ends each.
_UNSEEN = re.compile(r"<(?:!--|(script|style)\b[^<>]{0,2000}>)", re.IGNORECASE)
_BREAKING = frozenset(
    "address article aside blockquote br dd div dl dt figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main nav "
    "ol p pre section table tbody thead tr ul".split()
)
_TAGS = _BREAKING | frozenset(
    "a abbr b body button caption center cite code col colgroup del details dfn em figure font head html i img input "
    "ins kbd label mark meta picture q s small source span strike strong sub summary sup svg td tfoot th time title tt "
    "u video wbr".split()
)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,2000}>")


class FrontMatter(NamedTuple):
    """The fields that stand before the document, a line each, and the title among them."""

    lines: tuple[str, ...]
    title: str


def front_matter(text: str) -> tuple[FrontMatter, str]:
    """What stands between two lines of three dashes at the beginning, and the rest of the text."""
    found = _FRONT.match(text)
    if found is None:
        return FrontMatter((), ""), text
    lines = [line for line in found[3].split("\n") if line.strip()]
    if not lines or not all(_FIELD.match(line) for line in lines):
        return FrontMatter((), ""), text
    title = _TITLE.search(found[3])
    return FrontMatter(tuple(line.strip() for line in lines), title[1] if title else ""), text[found.end() :]


def prepared(text: str) -> str:
    """The text with a backslash before what is wording: a year at the beginning of a line, a note in brackets. A
    table's head is as wide as its widest row."""
    text = _FENCED_DIVISION.sub("", text)
    text = _YEAR.sub(r"\1\\\2", text)
    return widened(_DEFINITION.sub(r"\1\\[", text))


def is_tag(text: str) -> bool:
    """HTML's own, and no words that somebody put in angle brackets."""
    found = _TAG.fullmatch(text)
    return text.startswith("<!--") or (found is not None and found[1].lower() in _TAGS)


def breaks(tag: str) -> bool:
    """A new line begins at this tag."""
    found = _TAG.fullmatch(tag)
    return found is not None and found[1].lower() in _BREAKING


def _seen(text: str) -> str:
    """The same without comments, scripts and styles; one that is never closed stays, lest the rest be lost with it."""
    pieces: list[str] = []
    at = 0
    while begins := _UNSEEN.search(text, at):
        end = f"</{begins[1].lower()}" if begins[1] else "-->"
        closes = text.lower().find(end, begins.end()) if begins[1] else text.find(end, begins.end())
        if closes < 0:
            break
        pieces.append(text[at : begins.start()])
        at = text.find(">", closes) + 1 or len(text)
    return "".join([*pieces, text[at:]])


def plain_of_html(text: str) -> str:
    """The words of a piece of HTML, a line for each block, cells with tabs between."""

    def plainly(tag: re.Match[str]) -> str:
        name = tag[1].lower()
        if name in ("td", "th"):
            return "\t" if tag[0].startswith("</") else ""
        if name not in _TAGS:
            return tag[0]
        return "\n\n" if name in _BREAKING else ""

    return html.unescape(_TAG.sub(plainly, _seen(text))).replace("\t\n", "\n")
