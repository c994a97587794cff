"""Opens a council's document with the reader that it needs.

In: a file's bytes and its name. Out: its `Paper`, or `Unreadable` in a clerk's words, whatever is in the file.
Never: goes by the name where the content tells; lets a library's own error out.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from content.reading.lines import Paper
from content.reading.refusals import DAMAGED, NO_TEXT, NOT_INSTALLED, SCAN, TOO_GREEDY, TOO_MUCH, Unreadable
from content.reading.sniffed import sniffed

#: The longest protocols have some 300 paragraphs and 60,000 letters; a whole constitution has more than these.
_MOST_LINES = 3_000
_MOST_LETTERS = 600_000
_LONGEST_LINE = 20_000  # letters: some ten pages without a paragraph between

Progress = Callable[[int, int], None]


class _Reader(Protocol):
    def read(self, data: bytes, progress: Progress | None = None) -> Paper: ...


def read(data: bytes, name: str, progress: Progress | None = None) -> Paper:
    """The paragraphs of a document, in this very process: `content.reading.apart` is for files from anybody.

    `progress` hears how many of how many steps (pages, as a rule) are done. Raises `Unreadable`.
    """
    form = sniffed(data, name)
    try:
        reader = cast(_Reader, import_module(f"content.reading.{form}"))
        paper = reader.read(data, progress)
    except Unreadable:
        raise
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] == "content":
            raise
        raise Unreadable(NOT_INSTALLED) from None
    except MemoryError:
        raise Unreadable(TOO_GREEDY) from None
    except Exception as broken:  # the libraries raise whatever a damaged file leads them to
        raise Unreadable(DAMAGED) from broken
    return _within_limits(paper)


def _within_limits(paper: Paper) -> Paper:
    letters = sum(len(line.text) for line in paper.lines)
    longest = max((len(line.text) for line in paper.lines), default=0)
    if len(paper.lines) > _MOST_LINES or letters > _MOST_LETTERS or longest > _LONGEST_LINE:
        raise Unreadable(TOO_MUCH)
    if not any(letter.isalnum() for line in paper.lines for letter in line.text):
        raise Unreadable(SCAN if paper.kind == "pdf" else NO_TEXT)
    return paper
