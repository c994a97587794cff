"""How differences between two wordings are shown in the chat, and the buttons that show them.

In: differences, an edition's number. Out: blocks, posts, buttons. Never: a page without end: what is more is counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from bot import cutting
from bot.conversation import Block, Button, Facts, Paragraph, Post
from bot.differing import Difference, Run, between
from bot.edition import SHIPPED, Wording, counted
from bot.handbook import Handbook
from bot.pairing import number
from bot.posts import buttons as offered
from bot.posts import note
from bot.tokens import Token
from bot.words import Words

DESK: Final = "earlier"
STEP: Final = "changes"
ROWS: Final = 40  # that one post shows
_DIGITS: Final = 6  # of a row's place: a button may have been made up
_TEXT: Final = 300  # characters of a piece of wording
_BUTTONS: Final = 6  # the latest editions
_ANEW: Final = 0.3  # of the old words: where fewer stay, what was changed in them can't be read


def buttons(handbook: Handbook) -> tuple[Button, ...]:
    """One for each edition, the latest first: what it changed."""
    adopted = [one for one in handbook.editions if one.number != SHIPPED]
    return tuple(_button(one, handbook.words) for one in adopted[: -_BUTTONS - 1 : -1])


def _button(wording: Wording, words: Words) -> Button:
    day = words.day(wording.on) if wording.on else ""
    return Button(words("changed-button", day=day), str(Token(DESK, STEP, str(wording.number))))


def page(value: str, today: date, handbook: Handbook) -> Post:
    """An edition beside the one before it: from the row after the hyphen on, if the value has one."""
    words = handbook.words
    which, _, row = value.partition("-")
    wording = next((one for one in handbook.editions if str(one.number) == which and one.on), None)
    if wording is None or wording.on is None:
        return note(words, "changed-gone")
    facts = {"day": words.day(wording.on), "minute": wording.minute}
    intro = words("changed-intro-ahead" if wording.on > today else "changed-intro", **facts)
    earlier = before(wording, handbook.editions)
    if not earlier.pack.body:
        return note(words, "changed-first", title=words("changed-title", day=facts["day"]))
    found = between(earlier.contents, wording.contents)
    start = place(row, len(found))
    shown = rows(found[start : start + ROWS], words) or (Paragraph(words("changed-none")),)
    further = further_button(found, start, str(Token(DESK, STEP, f"{which}-{start + ROWS}")), words)
    return Post((Paragraph(intro), *shown, *offered(further)), title=words("changed-title", day=facts["day"]))


def place(said: str, count: int) -> int:
    """Where to begin in a list, as a button has it; at the beginning where that is none of its places."""
    known = said.isdecimal() and len(said) <= _DIGITS and int(said) < count
    return int(said) if known else 0


def further_button(found: Sequence[Difference], start: int, token: str, words: Words) -> Button | None:
    """Shows those after the rows that begin at `start`; None where there are none."""
    rest = len(found) - start - ROWS
    return Button(words("changed-further", count=rest), token, primary=True) if rest > 0 else None


def before(wording: Wording, known: Sequence[Wording]) -> Wording:
    """The wording that was in force until then; of the same day, the one that another took the place of."""
    earlier = list(known)[: list(known).index(wording)]
    return counted(earlier, wording.on or date.max)[-1]


def rows(found: Sequence[Difference], words: Words) -> tuple[Block, ...]:
    """A row for each difference: the clause, and what became of it."""
    if not found:
        return ()
    told = tuple((one.stand.label, " ".join(_said(one, words))) for one in found[:ROWS])
    more = (Paragraph(words("changed-more", count=len(found) - ROWS), small=True),) if len(found) > ROWS else ()
    return (Facts(told), *more)


def _said(one: Difference, words: Words) -> Iterator[str]:
    if one.old is None or one.new is None:
        name = "changed-added" if one.old is None else "changed-taken-out"
        yield words(name, text=_cut(one.stand.wording))
        return
    if "worded" in one.what:
        yield words("changed-worded")
    if "renamed" in one.what:
        yield words("changed-renamed", old=one.old.wording)
    if "changed" in one.what:
        yield from _words_of(one.runs, words)
    if "moved" in one.what:
        yield words("changed-moved")
    if "renumbered" in one.what:
        old = number(one.old)
        yield words("changed-renumbered", number=old) if old else words("changed-renumbered-none")


def _words_of(runs: Sequence[Run], words: Words) -> Iterator[str]:
    """What was taken out and what was put in; where hardly a word stayed, that it was worded anew."""
    kept = sum(len(run.text) for run in runs if run.what == "kept")
    if kept < _ANEW * sum(len(run.text) for run in runs if run.what != "in"):
        yield words("changed-anew")
    for what, name in (("out", "changed-out"), ("in", "changed-in")):
        told = [run.text.strip() for run in runs if run.what == what and run.text.strip()]
        if told:
            yield words(name, text=_quoted(told))


def _quoted(told: Iterable[str]) -> str:
    return ", ".join(f"“{_cut(one)}”" for one in told)


def _cut(text: str) -> str:
    return cutting.shortened(" ".join(text.split()), _TEXT)
