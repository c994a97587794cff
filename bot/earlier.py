"""The desk for earlier wordings: what a clause said before, and what changed from one wording to the next.

In: "3.2 was", "what did 3.2 say before", "3.2 in 2024"; buttons under the record of versions. Out: whispers that may be
said aloud. Never: ranks an answer to a question; a wording that was not in force yet as one that was.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from bot import changed, posts, workdays
from bot.contents import Stand
from bot.conversation import Block, Paragraph, Post, Press, Whisper
from bot.days import read_day
from bot.desk import Asking, Desk
from bot.edition import Wording, counted
from bot.handbook import Handbook
from bot.help import example
from bot.pack import Heading, day
from bot.pairing import number
from bot.ports import Records
from bot.records import Turn
from bot.spells import Bearer, Spell, bore, spells
from bot.words import Words

WAS: Final = "was"
_NAME = r"(?P<name>.{1,80}?)"
_WHEN = r"(?:in (?:the year )?(?P<year>(?:19|20)\d\d)|on (?P<day>.{6,30}))"
_BEFORE = r"(?:before|earlier|previously|formerly|in the past|until now)"
#: Ways of asking what a clause said: nothing but these, for a question may have the same words in it.
_ASKS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NAME} (?:was|were|{_BEFORE})(?: {_WHEN})?",
        rf"what (?:was|were) {_NAME}(?: {_BEFORE})?(?: {_WHEN})?",
        rf"(?:what|how) did {_NAME} (?:say|read|look|run)(?: like)? (?:{_BEFORE}|{_WHEN})",
        rf"what {_NAME} said (?:{_BEFORE}|{_WHEN})",
        rf"(?:the )?(?:earlier|former|old|previous|past) (?:wordings?|versions?|texts?) of {_NAME}",
        rf"{_NAME} {_WHEN}",
    )
)
_SHOWN: Final = 4  # spells of one clause
_CLAUSES: Final = 3  # under a heading


class _Asked(NamedTuple):
    """What somebody named, when, and the span of days they asked about: any time before, where there is none."""

    name: str
    stands: tuple[Stand, ...]
    of: Wording | None
    today: date
    first: date | None = None
    last: date | None = None
    then: str = ""


# ---------------------------------------------------------------- what was asked


def _recognises(text: str, handbook: Handbook) -> str | None:
    return WAS if any(_stands(name, handbook, handbook.editions)[0] for name, *_ in _read(text)) else None


def _read(text: str) -> Iterator[tuple[str, date | None, date | None]]:
    """What may have been named, and the first and the last day that was asked about."""
    bare = " ".join(text.strip(" ?!.").split())
    for found in filter(None, (pattern.fullmatch(bare) for pattern in _ASKS)):
        named = found.groupdict()
        if year := named.get("year"):
            yield named["name"], date(int(year), 1, 1), date(int(year), 12, 31)
        elif not named.get("day"):
            yield named["name"], None, None
        elif (day := read_day(named["day"])) is not None:
            yield named["name"], day, day


def _stands(name: str, handbook: Handbook, known: Sequence[Wording]) -> tuple[tuple[Stand, ...], Wording | None]:
    """What a name stands for in the wording in force; a number that is gone, in the latest earlier one that has it."""
    gone = reversed(known) if re.search(r"\d", name) else ()
    for wording in (None, *gone):
        found = (handbook if wording is None else handbook.by(wording)).named(name)
        if found is not None and found.stands:
            return found.stands, wording
    return (), None


def _asked(text: str, today: date, handbook: Handbook, known: Sequence[Wording]) -> _Asked | None:
    for name, first, last in _read(text):
        stands, of = _stands(name, handbook, known)
        if stands:
            return _Asked(name, stands, of, today, first, last, _then(first, last, handbook))
    return None


def _then(first: date | None, last: date | None, handbook: Handbook) -> str:
    if first is None:
        return ""
    words = handbook.words
    return words("was-on", day=words.day(first)) if first == last else words("was-in", year=first.year)


# ---------------------------------------------------------------- the answer


async def _was(event: Asking, text: str, handbook: Handbook, _records: Records) -> Turn:
    today = workdays.today(event.at)
    known = [one for one in counted(handbook.editions, today) if one.pack.body]
    asked = _asked(text, today, handbook, known) if text else None
    if asked is None:
        which = posts.note(handbook.words, "was-which", number=example(handbook))
        shown = posts.nothing_yet(handbook) or which
    else:
        shown = _answer(asked, known, handbook)
    return Turn(answer=Whisper(shown, aloud=shown))


def _answer(asked: _Asked, known: Sequence[Wording], handbook: Handbook) -> Post:
    words = handbook.words
    at = known.index(asked.of) + 1 if asked.of in known else len(known)
    clauses = list(_clauses(asked.stands, known[at - 1]))
    blocks = [block for stand in clauses[:_CLAUSES] for block in _of_clause(stand, asked, known, at, handbook)]
    label = clauses[0].label if len(clauses) == 1 else asked.stands[0].label
    return Post(tuple(blocks), title=words("was-title", label=label, place=handbook.place))


def _clauses(stands: Iterable[Stand], of: Wording) -> Iterator[Stand]:
    """A heading stands for the clauses under it."""
    for stand in stands:
        yield from of.contents.within(stand.id) if isinstance(stand.node, Heading) else (stand,)


def _of_clause(stand: Stand, asked: _Asked, known: Sequence[Wording], at: int, handbook: Handbook) -> Iterator[Block]:
    words, present = handbook.words, at == len(known)
    until = None if present else known[at].on
    found = list(spells(stand, known[:at], until))
    if asked.first is not None and asked.last is not None:
        yield from _then_shown(stand, found, asked, known, handbook)
        return
    if not present:
        facts = _since(known[-1], words)
        yield Paragraph(words("was-not-now", label=stand.label, **facts))
    else:
        yield from _how_it_stands(found, known, handbook)
    for spell in found[present : present + _SHOWN]:
        yield from _spell(spell, stand, handbook)
    if present and number(stand) and (other := bore(number(stand), stand, known)) is not None:
        yield from _other(number(stand), other, handbook)


def _how_it_stands(found: Sequence[Spell], known: Sequence[Wording], handbook: Handbook) -> Iterator[Block]:
    words, latest = handbook.words, found[0]
    label = latest.stand.label
    if len(known) == 1:
        yield Paragraph(words("was-only", label=label))
    elif latest.new:
        yield Paragraph(words("was-new", label=label, **_since(latest.wording, words)))
    elif len(found) == 1:
        yield Paragraph(words("was-same", label=label))
    else:
        yield Paragraph(words("was-since", label=label, **_since(latest.wording, words)))


def _since(wording: Wording, words: Words) -> dict[str, str]:
    return {"day": words.day(wording.on) if wording.on else "", "minute": wording.minute}


def _spell(spell: Spell, now: Stand, handbook: Handbook) -> Iterator[Block]:
    """When, what it said, and what was changed in it then."""
    words, contents = handbook.words, spell.wording.contents
    yield Paragraph(_when(spell, now, handbook))
    yield posts.cited(contents, spell.stand, words)
    if not spell.stand.adopted:
        yield posts.whose_words([spell.stand], words)
    yield from changed.rows(spell.changes, words)


def _when(spell: Spell, now: Stand, handbook: Handbook) -> str:
    """From when until when; and under which number, where it had another."""
    words, same = handbook.words, spell.stand.label == now.label
    since = {"since": words.day(spell.since) if spell.since else "", "minute": spell.wording.minute}
    if spell.until is None:
        if spell.since:
            return words("was-now", **since)
        begun = _begun(spell.wording)
        return words("was-stated", since=words.day(begun)) if begun else words("was-always")
    facts = {"until": words.day(spell.until), "label": spell.stand.label}
    if spell.since is None:
        return words("was-until" if same else "was-until-as", **facts)
    return words("was-from" if same else "was-from-as", **since, **facts)


def _then_shown(
    stand: Stand, found: Sequence[Spell], asked: _Asked, known: Sequence[Wording], handbook: Handbook
) -> Iterator[Block]:
    """What it said at some time: every spell that has a day in common with what was asked about."""
    shown = [one for one in found if _overlaps(one, asked, known)]
    for spell in shown[:_SHOWN]:
        yield from _spell(spell, stand, handbook)
    if not shown:
        yield Paragraph(_nothing_shown(stand.label, found[-1], asked, known, handbook.words))


def _nothing_shown(label: str, first: Spell, asked: _Asked, known: Sequence[Wording], words: Words) -> str:
    """Why nothing can be shown of that time: it was not there yet, or nobody knows."""
    facts, begun = {"label": label, "then": asked.then}, _begun(known[0])
    if first.new and first.since and asked.last and asked.last >= _sure_from(known[0], known, asked.today):
        return words("was-then-nothing", day=words.day(first.since), **facts)
    return words("was-then-unknown", day=words.day(begun), **facts) if begun else words("was-then-no-day", **facts)


def _overlaps(spell: Spell, asked: _Asked, known: Sequence[Wording]) -> bool:
    begun = asked.last is None or _sure_from(spell.wording, known, asked.today) <= asked.last
    return begun and (spell.until is None or asked.first is None or spell.until > asked.first)


def _sure_from(wording: Wording, known: Sequence[Wording], today: date) -> date:
    """The first day on which it is known to have been in force: where nobody knows since when, the last one it was."""
    begun = _begun(wording)
    if wording.on is not None:
        return wording.on
    following = next((one.on for one in known if one.on), None)
    last = following - timedelta(days=1) if following else today
    return min(begun, last) if begun else last


def _begun(wording: Wording) -> date | None:
    """Since when it is in force: of one that nobody put in force here, as far as the document itself tells."""
    document = wording.pack.document
    stated = (day(text) for text in (document.adopted, *(row.date for row in document.versions)))
    return wording.on or max(filter(None, stated), default=None)


def _other(asked: str, bearer: Bearer, handbook: Handbook) -> Iterator[Block]:
    """The clause that bore this number before: whoever remembers the number may mean that one."""
    words = handbook.words
    facts = {"until": words.day(bearer.until), "number": asked}
    now = bearer.now
    yield Paragraph(words("was-number", label=now.label, **facts) if now else words("was-number-gone", **facts))
    yield posts.cited(bearer.wording.contents, bearer.stand, words)


# ---------------------------------------------------------------- from one wording to the next


async def _changes(event: Press, value: str, handbook: Handbook, _records: Records) -> Turn:
    """What changed with an edition, clause by clause."""
    shown = changed.page(value, workdays.today(event.at), handbook)
    return Turn(answer=Whisper(shown, aloud=shown))


DESK = Desk(changed.DESK, commands={WAS: _was}, buttons={changed.STEP: _changes}, recognises=_recognises)
