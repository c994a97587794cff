"""Tells the text of a web page from what the page has around it on every other page of the site.

In: a page's elements. Out: the part that holds its text, what is hidden, what is furniture. Never: leaves words out by
itself: the reader does, and says so.
"""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from msgspec import Struct

from content.reading.lines import Whence
from content.reading.stylesheet import Sheet, classes

#: Elements whose text is not shown, or belongs to a control and not to the page.
UNSEEN = frozenset(
    "head script style template noscript svg select datalist textarea iframe object embed video audio canvas map rp "
    "rt".split()
)
_LAYERS = frozenset("table h1 h2 h3 h4 h5 h6".split())
_FURNITURE: dict[str, Whence] = {
    "nav": "header",
    "header": "header",
    "footer": "footer",
    "aside": "footer",
    "form": "header",
}
_ROLES: dict[str, Whence] = {
    "navigation": "header", "banner": "header", "search": "header", "menu": "header", "menubar": "header",
    "contentinfo": "footer", "complementary": "footer", "dialog": "footer", "alertdialog": "footer",
}  # fmt: skip
_IDS = re.compile(
    r"(?:site|page|main)?[-_]?(?:header|footer|nav|navigation|navbar|menu|sidebar|masthead|breadcrumbs?|banner)"
    r"|(?:left|right)[-_]?(?:column|sidebar|nav|menu)",
    re.IGNORECASE,
)
_CLASSES = re.compile(
    r"(?:site|page)[-_](?:header|footer|nav)|breadcrumbs?|sidebar|navbar|nav[-_]menu|skip(?:[-_]?(?:link|to)[\w-]*)?"
    r"|social[-_]?(?:share|links|icons)|share[-_]?(?:links|buttons)",
    re.IGNORECASE,
)
#: What closes a page; before its text such a box may hold when the document was adopted.
_CLOSING = re.compile(
    r"(?:\w+[-_])?footer|share|sharing|(?:\w+[-_])?(?:meta|copyright|credits?)|colophon|(?:page|last)[-_]updated",
    re.IGNORECASE,
)
_CONSENT = re.compile(r"cookie|consent|gdpr", re.IGNORECASE)
_UNHEARD = frozenset("sr-only visually-hidden visuallyhidden screen-reader-text govuk-visually-hidden".split())
_NOTES = re.compile(r"footnotes?(?:-list)?|endnotes?|MsoFootnoteText|MsoEndnoteText", re.IGNORECASE)
_CONTENTS = re.compile(r"toc|table[-_]of[-_]contents|contents[-_]?list|MsoToc\w*", re.IGNORECASE)
#: A part of a page with at least this share of its text is no furniture, whatever it is called, and is not hidden.
_TOO_MUCH = 0.4
_SENTENCE = re.compile(r"(?:[\w’'()-]{1,40}[,;]?\s+){5}(?:[\w’'()-]{1,40}[,;]?\s+){0,60}[\w’'()-]{1,40}[.?!](?:\s|$)")
#: What is marked as the page's text is believed if it holds at least this share of it.
_ENOUGH = 0.25


class _Holds(Struct):
    """What an element holds: letters, links, links to places in the page and the letters of these; `texts` are `main`
    and its like, `layers` tables and headings."""

    letters: int = 0
    links: int = 0
    within: int = 0
    letters_within: int = 0
    texts: int = 0
    layers: int = 0


class Places:
    """Where things stand in one page."""

    def __init__(self, page: BeautifulSoup, sheet: Sheet) -> None:
        self._sheet = sheet
        self._every = [page, *page.descendants]  # an element's identity stands for it only as long as it lives
        self._holds: dict[int, _Holds] = {}
        self._add_up()
        self._length = max(self._of(page.body or page).letters, 1)
        self.main = self._main(page)

    def _add_up(self) -> None:
        """From the innermost outwards, so that nothing is gone through twice however deep the page is nested."""
        for node in reversed(self._every):
            if not isinstance(node, Tag):
                if type(node) is NavigableString and node.parent is not None:
                    self._of(node.parent).letters += len(node.strip())
                continue
            own = self._of(node)
            if node.name == "a":
                own.links += 1
                if str(node.get("href", "")).startswith("#"):
                    own.within += 1
                    own.letters_within += own.letters
            if node.parent is not None:
                around = self._of(node.parent)
                for name in own.__struct_fields__:
                    setattr(around, name, getattr(around, name) + getattr(own, name))
                around.texts += node.name in ("main", "article")
                around.layers += node.name in _LAYERS

    def _of(self, element: Tag) -> _Holds:
        return self._holds.setdefault(id(element), _Holds())

    def hidden(self, element: Tag) -> bool:
        """Whether an element is not shown. Most of a page never is: scripts show such a page once it has loaded."""
        said = (
            element.has_attr("hidden")
            or element.get("aria-hidden") == "true"
            or self._sheet.of(element, "display") == "none"
            or self._sheet.of(element, "visibility") in ("hidden", "collapse")
            or self._sheet.of(element, "mso-hide") == "all"
            or not _UNHEARD.isdisjoint(classes(element))
        )
        return said and not self._much(element)

    def lays_out(self, table: Tag) -> bool:
        """Whether a table lays out a page: it has headings or further tables in it, or says so itself."""
        return table.get("role") in ("presentation", "none") or bool(self._of(table).layers)

    def whence(self, element: Tag, around: Whence, *, begun: bool, inside: bool) -> Whence:
        """Where an element's text stands; `around` is where that around it does, `begun` whether the text has begun,
        `inside` whether it is within what is marked as a text."""
        if element is self.main:
            return "body"
        if around == "body" and self._note(element):
            return "note"
        if around == "body" and self._lists_contents(element):
            return "contents"
        if around != "body":
            return around
        furniture = self._furniture(element, inside=inside) or ("footer" if begun and _closes(element) else None)
        if not furniture or self._much(element) or self._of(element).texts:
            return around
        return "footer" if begun else furniture

    def _main(self, page: BeautifulSoup) -> Tag | None:
        """The element that the page marks as its text; None where nothing is, or where most of the text is outside."""
        marked = page.find_all("main") or page.find_all(role="main") or page.find_all("article")
        if len(marked) != 1:
            return None
        return marked[0] if self._of(marked[0]).letters >= _ENOUGH * self._length else None

    def _furniture(self, element: Tag, *, inside: bool) -> Whence | None:
        named = f"{element.get('id', '')} {' '.join(classes(element))}"
        if _CONSENT.search(named) and element.name in ("div", "section", "aside", "form", "dialog"):
            return "footer"
        if inside and (element.name in ("header", "form") or (element.name in ("aside", "footer") and _says(element))):
            return None
        kind: Whence | None = _ROLES.get(str(element.get("role", ""))) or _FURNITURE.get(element.name)
        if not kind and not inside and _IDS.fullmatch(str(element.get("id", ""))):
            kind = "header"
        if not kind and any(_CLASSES.fullmatch(each) for each in classes(element)):
            kind = "header"
        return None if not kind else "footer" if kind == "footer" else "header"

    def _note(self, element: Tag) -> bool:
        if element.get("role") in ("doc-footnote", "doc-endnotes", "doc-endnote"):
            return True
        return element.name not in ("a", "sup", "span") and any(_NOTES.fullmatch(each) for each in classes(element))

    def _lists_contents(self, element: Tag) -> bool:
        """Whether it is a contents list: by its name, or because it holds nothing but links to places in the page."""
        if element.name in ("nav", "div", "ul", "ol", "p", "section"):
            names = [str(element.get("id", "")), *classes(element)]
            if any(_CONTENTS.fullmatch(each) for each in names) and not self._much(element):
                return True
        if element.name not in ("nav", "ul", "ol"):
            return False
        held = self._of(element)
        return 3 <= held.within == held.links and held.letters_within >= 0.8 * held.letters

    def _much(self, element: Tag) -> bool:
        return element.name in ("html", "body") or self._of(element).letters >= _TOO_MUCH * self._length


def _says(element: Tag) -> bool:
    """Whether a box within the text holds a sentence that is no link."""
    linked = {id(text) for link in element.find_all("a") for text in link.find_all(string=True)}
    said = " ".join(text for text in element.find_all(string=True) if id(text) not in linked)
    return bool(_SENTENCE.search(said))


def _closes(element: Tag) -> bool:
    """Whether a box is named as those at the end of pages are."""
    named = (str(element.get("id", "")), *classes(element))
    return element.name in ("div", "p", "section", "ul") and any(_CLOSING.fullmatch(each) for each in named)
