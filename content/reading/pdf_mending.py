"""Joins printed lines to one text: words that were broken at a line's end are whole again.

In: the lines of a paragraph, and what words the document has elsewhere. Out: its text. Never: takes a dash for a
hyphen; loses a letter.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from content.reading.hyphens import belongs
from content.reading.pdf_lines import Printed, written

_HYPHENS = "-\u2010\u2011\u00ad"
_BROKEN = re.compile(rf"(?P<head>[^\W\d_]+)[{_HYPHENS}]$")
_TAIL = re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 80
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

    def keeps_hyphen(self, before: str, head: str, after: str) -> bool:
        """Whether the hyphen between these belongs to the word, and was not put in to break it. `head` is the last
        part of `before`."""
        head, tail = head.lower(), _TAIL.match(after)
        last = tail[0].lower() if tail else ""
        if seen := self.hyphened[f"{head}-{last}"] - self.whole[head + last]:
            return seen > 0
        if belongs(before, after, self._has):
            return True
        return not self.breaks_words and bool(self.whole[head]) and bool(self.whole[last])

    def _has(self, word: str) -> bool:
        return bool(self.hyphened[word] if "-" in word else self.whole[word])


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
    end = said[-_LONGEST_WORD:]
    broken, tail = _BROKEN.search(end), _TAIL.match(text)
    if not broken:
        # "and/" was broken after its stroke, and so was a number after its hyphen; a dash has blanks around it.
        close = re.search(rf"(?:\w/|\d[{_HYPHENS}]|\w[–—])$", end) and re.match(r"\w", text)
        return said + text if close else f"{said} {text}"
    if tail is None:
        return said + text if re.match(r"\d", text) else f"{said} {text}"
    if said.endswith("\u00ad"):
        return said[:-1] + text
    if text[0].isupper() or vocabulary.keeps_hyphen(end[:-1], broken["head"], text):
        return said + text
    if text.startswith(("and ", "or ")):
        return f"{said} {text}"
    return said[:-1] + text
