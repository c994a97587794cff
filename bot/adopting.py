"""Putting a wording in force: what is wrong with that, what should be known first, and what is kept of it.

In: a pack, the day, the minute and the next review that somebody gives; the handbook; the record of reviews; the draft.
Out: sentences; a turn that keeps the edition, puts its adoption into the record of reviews, and tells of it.
Never: takes a wording out of the past; puts one in force before its day, or a rule in force that nobody confirmed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from msgspec.structs import replace

from bot import cycle, nudges, reach, routing, workdays
from bot.contents import Contents
from bot.conversation import Paragraph, Post, Send
from bot.cutting import one_line
from bot.days import EARLIEST, YEARS_AHEAD
from bot.differing import WHATS, Difference, between
from bot.edition import Draft, Edition, Wording, emptied, in_force, latest
from bot.handbook import Handbook, Seat
from bot.pack import PAIRS, STAGES, Clause, Pack, Routes, Rule, day
from bot.records import COMMAND_LINE, Kept, Trace, Turn
from bot.review import PROTOCOL, Outcome, Review
from bot.words import Words

#: Characters of a minute's reference.
LINE: Final = 200
_LABELS: Final = 12  # clauses named in the record; the rest are counted
#: What the council itself changed. That the adopted words are known by now is none of it.
_TOLD: Final = tuple(what for what in WHATS if what != "worded")


class Wanted(NamedTuple):
    """A wording that somebody wants to put in force. `by` is the id of their seat, empty for the command line."""

    pack: Pack
    on: date
    minute: str
    next_review: date | None = None
    by: str = ""


# ---------------------------------------------------------------- what is wrong, and what to know first


def problems(wanted: Wanted, handbook: Handbook, today: date) -> dict[str, str]:
    """Why it can't be put in force, a sentence for each field: `pack`, `on`, `minute`, `next_review`."""
    words = handbook.words
    found = {
        "pack": _of_pack(wanted.pack, handbook),
        "on": _of_day(wanted, handbook, today),
        "minute": _of_minute(wanted.minute, words),
        "next_review": words("adopt-bad-next") if _wrong_next(wanted) else "",
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def _of_pack(pack: Pack, handbook: Handbook) -> str:
    words = handbook.words
    if pack.council != handbook.council:
        return words("adopt-bad-council", other=pack.name, council=handbook.contents.pack.name)
    what = next(_unsound(pack, words), "")
    return words("adopt-bad-unsound", what=what) if what else ""


def _unsound(pack: Pack, words: Words) -> Iterator[str]:
    """What would break an answer or a concern later: the full check, with lines, is that of the file."""
    ids = [node.id for node in pack.body]
    if not any(isinstance(node, Clause) for node in pack.body):
        yield words("adopt-unsound-empty")
    yield from (words("adopt-unsound-twice", id=id) for id, times in Counter(ids).items() if times > 1)
    stands, rules = Contents(pack).stands, {rule.id for rule in pack.routes.rules}
    yield from (words("adopt-unsound-rule", id=rule.id) for rule in pack.routes.rules if rule.clause not in stands)
    cells = [getattr(pair, stage) for pair in pack.routes.pairs for stage in STAGES]
    named = {id for cell in cells if cell != "silent" for id in cell}
    if tuple((pair.raiser, pair.about) for pair in pack.routes.pairs) != PAIRS or named - rules:
        yield words("adopt-unsound-pairs")


def _of_day(wanted: Wanted, handbook: Handbook, today: date) -> str:
    words, since = handbook.words, handbook.editions[-1].on
    if wanted.on < EARLIEST:
        return words("adopt-bad-on-ancient")
    if wanted.on > today:
        return words("adopt-bad-on-ahead", day=words.day(wanted.on))
    if since and wanted.on < since:
        return words("adopt-bad-on-before", day=words.day(wanted.on), since=words.day(since))
    return ""


def _of_minute(minute: str, words: Words) -> str:
    if not minute.strip():
        return words("adopt-bad-minute")
    return words("adopt-bad-minute-long", most=LINE) if len(minute.strip()) > LINE else ""


def _wrong_next(wanted: Wanted) -> bool:
    following = wanted.next_review
    return following is not None and not wanted.on < following <= workdays.months_after(wanted.on, YEARS_AHEAD * 12)


def again(wanted: Wanted, handbook: Handbook) -> Wording | None:
    """The edition that this very wording is already, from this very day; None where another counts from that day.

    With another minute, or another next review, it is not the same: a slip is put right by adopting it once more.
    """
    from_then = [one for one in handbook.editions if one.on == wanted.on]
    same = bool(from_then) and (from_then[-1].pack, from_then[-1].minute) == (wanted.pack, one_line(wanted.minute))
    other = wanted.next_review is not None and same and wanted.next_review != from_then[-1].next_review
    return from_then[-1] if same and not other else None


def said_again(wording: Wording, words: Words) -> str:
    """That it is in force already, in a sentence."""
    on = words.day(wording.on) if wording.on else ""
    return words("adopt-again", day=on, minute=wording.minute)


def warnings(wanted: Wanted, handbook: Handbook) -> tuple[str, ...]:
    """What somebody should know before they put it in force, as sentences; none of it keeps them from it."""
    words, waiting = handbook.words, len(wanted.pack.proposed)
    found = []
    if waiting:
        found.append(words("adopt-proposals", count=waiting))
    if not wanted.pack.routes.rules:
        found.append(words("adopt-no-rules"))
    found += _rules_told(wanted, handbook)
    return (*found, *dict.fromkeys(routing.unreached(handbook.by(Wording(wanted.pack, citing=handbook.words.citing)))))


def _rules_changed(wanted: Wanted, handbook: Handbook) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules about concerns that begin with this wording, and those that end.

    Compared by what they say and for whom, not by their ids: one that is worded anew for people is the same rule.
    """
    old, new = in_force(handbook.editions, wanted.on).pack.routes, wanted.pack.routes
    before, after = (Counter(_says(rule, routes) for rule in routes.rules) for routes in (old, new))
    return (
        tuple(rule for rule in new.rules if after[_says(rule, new)] > before[_says(rule, new)]),
        tuple(rule for rule in old.rules if before[_says(rule, old)] > after[_says(rule, old)]),
    )


def _says(rule: Rule, routes: Routes) -> tuple[object, ...]:
    cells = frozenset(
        (pair.raiser, pair.about, stage)
        for pair in routes.pairs
        for stage in STAGES
        if (cell := getattr(pair, stage)) != "silent" and rule.id in cell
    )
    return rule.stage, rule.who, rule.raised_with, rule.strength, cells


def _rules_told(wanted: Wanted, handbook: Handbook) -> Iterator[str]:
    """Which rules begin and which end, each in its own words; nothing where there was none: all of them begin."""
    words = handbook.words
    if not in_force(handbook.editions, wanted.on).pack.routes.rules:
        return
    begin, end = _rules_changed(wanted, handbook)
    for name, rules in (("adopt-rules-begin", begin), ("adopt-rules-end", end)):
        if rules:
            yield words(name, rules=" ".join(f"– {' '.join(rule.plain.split())}" for rule in rules))


# ---------------------------------------------------------------- who is told


def _told_of_it(by: str, handbook: Handbook) -> tuple[Seat, ...]:
    """Who is told when somebody puts a wording in force, each once; nobody where nobody can be told.

    The chair, else whoever stands in for them, and the clerk: but for whoever does it, by the id of their seat.
    """
    alternates = handbook.settings.alternates.get("chair", ())
    others = (_able(name, by, handbook) for name in ("chair", *alternates, "vice-chair"))
    found = (*next(filter(None, others), ()), *_able("clerk", by, handbook))
    return tuple({seat.id: seat for seat in found}.values())


def _able(name: str, by: str, handbook: Handbook) -> list[Seat]:
    seats = reach.able(handbook.standing_for(name))
    return [seat for seat in seats if seat.id != by and "guest" not in seat.offices]


def tells(by: str, handbook: Handbook) -> str:
    """Who will be told, by name, in a sentence; or that nobody can be."""
    names = ", ".join(seat.name for seat in _told_of_it(by, handbook))
    return handbook.words("adopt-tells", names=names) if names else handbook.words("adopt-tells-nobody")


def in_force_now(wanted: Wanted, handbook: Handbook) -> str:
    """That it is in force, in a sentence for whoever is told."""
    words = handbook.words
    facts = {"day": words.day(wanted.on), "minute": one_line(wanted.minute)}
    return words("adopted-now", place=handbook.place, **facts)


def _notices(wanted: Wanted, handbook: Handbook) -> Iterator[Send]:
    words, seat = handbook.words, handbook.roster.seats.get(wanted.by)
    by = words("adopted-by", name=seat.name) if seat else words("adopted-by-command")
    shown = (Paragraph(in_force_now(wanted, handbook)), Paragraph(by))
    post = Post(shown, title=words("adopted-title"))
    yield from (Send(to=one.told[0], post=post) for one in _told_of_it(wanted.by, handbook))


# ---------------------------------------------------------------- what changes


def changes(wanted: Wanted, handbook: Handbook) -> tuple[Difference, ...]:
    """Against the wording that is in force on that day, clause by clause."""
    return between(in_force(handbook.editions, wanted.on).contents, Contents(wanted.pack, citing=handbook.words.citing))


def summary(found: Sequence[Difference], words: Words) -> str:
    """What changed, in a line for the record of reviews: which clauses, by what became of them."""
    worded = sum("worded" in one.what for one in found)
    parts = [words("changes-worded", count=worded)] if worded else []
    for what in _TOLD:
        labels = [one.stand.label for one in found if what in one.what]
        parts += [words(f"changes-what-{what}", labels=_listed(labels, words))] if labels else []
    return " ".join(parts) or words("changes-none")


def _listed(labels: Sequence[str], words: Words) -> str:
    shown, rest = list(dict.fromkeys(labels))[:_LABELS], len(set(labels)) - _LABELS
    return words("changes-more", labels="; ".join(shown), count=rest) if rest > 0 else "; ".join(shown)


# ---------------------------------------------------------------- what is kept


def adoption(
    wanted: Wanted, handbook: Handbook, review: Review | None, now: datetime, draft: Draft | None = None
) -> Turn:
    """The edition and the review it came of, kept together; who is told; that it was done, for the audit trail.

    `review` is what is kept of the protocol's reviews, `draft` the council's: it is empty from then on where it is this
    very wording. Nothing is kept where `again` finds it in force already. Raises `ValueError` where `problems` finds
    any: whoever asks must have told them.
    """
    if again(wanted, handbook):
        return Turn()
    if wrong := problems(wanted, handbook, workdays.today(now)):
        raise ValueError(f"not asked for what is wrong: {', '.join(wrong)}")
    new = edition(wanted, handbook, now)
    kept: list[Kept] = [new]
    if reviewed := _reviewed(wanted, handbook, review, now):
        kept.append(reviewed)
    if draft is not None and draft.pack == wanted.pack:
        kept.append(emptied(draft, wanted.by, now))
    trace = Trace(f"edition/{new.number}", wanted.by or COMMAND_LINE, "adopted")
    return Turn(keep=tuple(kept), notices=tuple(_notices(wanted, handbook)), traces=(trace,))


def edition(wanted: Wanted, handbook: Handbook, now: datetime) -> Edition:
    """The next edition, as it is kept."""
    return Edition(
        council=handbook.council,
        number=latest(handbook.editions) + 1,
        pack=wanted.pack,
        on=wanted.on,
        minute=one_line(wanted.minute),
        next_review=_following(wanted),
        by=wanted.by,
        at=now,
    )


def _following(wanted: Wanted) -> date | None:
    """The next review as it was decided, else as the document itself states it, where that is still to come."""
    stated = day(wanted.pack.document.next_review)
    return wanted.next_review or (stated if stated and stated > wanted.on else None)


def _reviewed(wanted: Wanted, handbook: Handbook, review: Review | None, now: datetime) -> Review | None:
    """The record with this adoption in it. What was recorded of that very day before is put right, not told twice."""
    after = handbook.by(Wording(wanted.pack, citing=handbook.words.citing))
    before, terms = review or cycle.fresh(handbook, PROTOCOL, now), cycle.terms(after, PROTOCOL)
    if before is None or terms is None:
        return None
    outcome = _outcome(wanted, handbook, now)
    same = next((one for one in before.outcomes if one.on == wanted.on), None)
    if same is None:
        moved = cycle.recorded(before, outcome, terms)
    else:
        right = replace(outcome, by=same.by, at=same.at, next=outcome.next or same.next)
        moved = cycle.corrected(before, same, replace(right, corrected_by=wanted.by, corrected=now), now)
    if wanted.next_review and moved.due != wanted.next_review:
        moved = cycle.dated(moved, wanted.next_review, now)
    return nudges.acted(moved, terms, now)


def _outcome(wanted: Wanted, handbook: Handbook, now: datetime) -> Outcome:
    """As a review that was recorded by hand would be; in the document's own words where it lists that day itself."""
    found = changes(wanted, handbook)
    amended = any(set(one.what) & set(_TOLD) for one in found) or any(_rules_changed(wanted, handbook))
    document = wanted.pack.document
    row = next((row for row in document.versions if row.date == wanted.on.isoformat()), None)
    return Outcome(
        kind="amended" if amended else "no-change",
        on=wanted.on,
        minute=one_line(wanted.minute),
        approved_by=row.approved_by if row and row.approved_by else wanted.pack.name,
        changes=row.changes if row else _changes(wanted, found, handbook) if amended else "",
        next=_following(wanted),
        by=wanted.by,
        at=now,
    )


def _changes(wanted: Wanted, found: Sequence[Difference], handbook: Handbook) -> str:
    """What changed; of the first wording there is, that it is the first."""
    words = handbook.words
    if not in_force(handbook.editions, wanted.on).pack.body:
        return words("changes-first")
    begin, end = _rules_changed(wanted, handbook)
    told = summary(found, words) if found or not (begin or end) else ""
    rules = words("changes-rules", begin=len(begin), end=len(end)) if begin or end else ""
    return " ".join(part for part in (told, rules) if part)
