"""Joins printed lines to one text: words that were broken at a line's end are whole again.

In: the lines of a paragraph, and what words the document has elsewhere. Out: its text. Never: takes a dash for a
hyphen; loses a letter.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from content.reading.pdf_lines import Printed, written

_HYPHENS = "-\u2010\u2011\u00ad"
_BROKEN = re.compile(rf"(?P<head>[^\W\d_]+)[{_HYPHENS}]$")
_TAIL = re.compile(r"[^\W\d_]+")
#: Words that are commonly joined with a hyphen of their own, so that a break after it is no broken word.
_PREFIXES = frozenset("co non self ex vice all cross anti pro semi well part full half multi quasi face third".split())
_HARDLY_EVER = 0.012


class Vocabulary:
    """The words of a document, and whether its writer breaks words at all."""

    def __init__(self, lines: Iterable[Printed]) -> None:
        self.whole: Counter[str] = Counter()
        self.hyphened: Counter[str] = Counter()
        count = broken = 0
        for line in lines:
            count += 1
            broken += bool(_BROKEN.search(line.text))
            for word in line.words:
                plain = word.text.strip(".,;:!?()[]“”‘’'\"").lower()
                (self.hyphened if "-" in plain[1:-1] else self.whole)[plain] += 1
        self.breaks_words = broken > _HARDLY_EVER * count

    def keeps_hyphen(self, head: str, tail: str) -> bool:
        """Whether the hyphen between these two belongs to the word, and was not put in to break it."""
        head, tail = head.lower(), tail.lower()
        if seen := self.hyphened[f"{head}-{tail}"] - self.whole[head + tail]:
            return seen > 0
        if head in _PREFIXES:
            return True
        return not self.breaks_words and bool(self.whole[head]) and bool(self.whole[tail])


def joined(texts: Sequence[str], vocabulary: Vocabulary) -> str:
    """Lines as one text."""
    said = ""
    for text in texts:
        said = _with(said, text, vocabulary) if said else text
    return tidy(said)


def text_of(lines: Sequence[Printed], vocabulary: Vocabulary) -> str:
    """A paragraph's text."""
    return joined([written(line.words) for line in lines], vocabulary)


def tidy(text: str) -> str:
    """Runs of blanks as one, soft hyphens that broke nothing left out; tabs stay."""
    text = text.replace("\u00ad", "")
    return re.sub(r" *\t[ \t]*", "\t", re.sub(r" {2,}", " ", text)).strip()


def _with(said: str, text: str, vocabulary: Vocabulary) -> str:
    broken, tail = _BROKEN.search(said), _TAIL.match(text)
    if not broken:
        # "and/" was broken after its stroke, and so was a number after its hyphen; a dash has blanks around it.
        close = re.search(rf"(?:\w/|\d[{_HYPHENS}]|\w[–—])$", said) and re.match(r"\w", text)
        return said + text if close else f"{said} {text}"
    if tail is None:
        return said + text if re.match(r"\d", text) else f"{said} {text}"
    if said.endswith("\u00ad"):
        return said[:-1] + text
    if text[0].isupper() or vocabulary.keeps_hyphen(broken["head"], tail[0]):
        return said + text
    if text.startswith(("and ", "or ")):
        return f"{said} {text}"
    return said[:-1] + text
