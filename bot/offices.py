"""The desk that shows how a council is set up here: who holds which office, targets, gaps, the last changes.

In: `/protocol offices`. Out: a whisper. The buttons under it, for those who may change something, go to `bot.changing`.
Never: reads a concern; shows anything that depends on whether there is one.
"""

from collections.abc import Sequence
from datetime import date, datetime

from bot import changing, reach, routing, telling, watching, workdays
from bot.changing import CONFIRM, DECLINE, LOOK, PROPOSE
from bot.clauses import look_up
from bot.conversation import Block, Button, Facts, Paragraph, Post, Whisper
from bot.desk import Asking, Desk
from bot.handbook import Handbook, Reached, Seat
from bot.ports import Records
from bot.posts import buttons
from bot.proposals import OUTCOMES, called, in_order, kept_for, may_change, months, told
from bot.records import Turn
from bot.settings import Change, Office

#: Offices in the order they are shown, and the sentence for each.
_SHOWN: dict[Office, str] = {
    "clerk": "offices-clerk",
    "officer": "offices-officer",
    "chair": "offices-chair",
    "vice-chair": "offices-vice-chair",
    "councillor": "offices-councillor",
    "panel": "offices-panel",
}
#: Those that somebody has to hold.
_FILLED: frozenset[Office] = frozenset({"clerk", "chair", "vice-chair"})
#: The council's own targets, and the sentence for each.
_TARGETS = {
    "acknowledge": "offices-acknowledge",
    "answer": "offices-answer",
    "speak": "offices-speak",
    "climb": "offices-climb",
}
_LAST = 5  # changes that are shown

#: The gaps of each council, for the handbook they were found in: looking at every pair takes a while.
_gaps: dict[str, tuple[Handbook, tuple[str, ...]]] = {}


async def _offices(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    if text:
        return await look_up(event, handbook, records)
    changes, reached = await records.changes(handbook.council), await records.reach(handbook.council)
    return Turn(answer=Whisper(_page(handbook.roster.seat(event.who), event.at, changes, reached, handbook)))


def _page(
    seat: Seat | None, now: datetime, changes: Sequence[Change], reached: Sequence[Reached], handbook: Handbook
) -> Post:
    words, settings = handbook.words, handbook.settings
    blocks: tuple[Block, ...] = (
        Paragraph(words("offices", place=handbook.place)),
        Facts((*_holders(workdays.today(now), handbook), *_standing_in(handbook))),
        Paragraph(words("offices-outside")),
        telling.reach(settings.bodies, handbook),
        Paragraph(words("offices-times")),
        Facts((*_targets(handbook), *_times(workdays.today(now), handbook))),
        *_missing(handbook),
        *_unreached(seat, reached, handbook),
        *_trail(changes, handbook),
        *_offered(seat, changes, handbook),
    )
    return Post(blocks, title=words("offices-title", place=handbook.place))


# ---------------------------------------------------------------- who


def _holders(today: date, handbook: Handbook) -> list[tuple[str, str]]:
    words, rows = handbook.words, list[tuple[str, str]]()
    for office, label in _SHOWN.items():
        names = [_until(seat, office, handbook) for seat in handbook.roster.holding(office)]
        names += _to_come(office, today, handbook)
        if names or office in _FILLED:
            rows.append((words(label), ", ".join(names) or words("offices-vacant")))
    return rows


def _until(seat: Seat, office: Office, handbook: Handbook) -> str:
    """A name, and the last day of an office that ends by itself."""
    ends = {person.id: person.ends for person in handbook.settings.people}.get(seat.id, {})
    if office not in ends:
        return seat.name
    return handbook.words("offices-until", name=seat.name, until=handbook.words.day(ends[office]))


def _to_come(office: Office, today: date, handbook: Handbook) -> list[str]:
    """Who holds an office from a later day on, with that day."""
    words = handbook.words
    begin = ((one.name, one.starts[office]) for one in handbook.settings.people if office in one.starts)
    return [words("offices-from", name=name, begins=words.day(day)) for name, day in begin if day > today]


def _standing_in(handbook: Handbook) -> list[tuple[str, str]]:
    """The group, the alternates, who looks after personal data: by office, as the settings have it."""
    words, settings, seats = handbook.words, handbook.settings, handbook.roster.seats
    rows: list[tuple[str, str]] = []
    if settings.group:
        members = ", ".join(seats[id].name for id in settings.group.members if id in seats)
        rows.append(
            (
                words("offices-group", name=settings.group.name or words("office-group")),
                members or words("offices-vacant"),
            )
        )
    for office, names in settings.alternates.items():
        rows.append((words("offices-alternates", office=called(office, handbook)), in_order(names, handbook)))
    rows.append((words("offices-data-lead"), in_order(settings.data_lead, handbook) or words("offices-vacant")))
    return rows


# ---------------------------------------------------------------- times


def _targets(handbook: Handbook) -> list[tuple[str, str]]:
    words, targets = handbook.words, handbook.settings.targets
    return [(words(label), words("offices-target", count=getattr(targets, name))) for name, label in _TARGETS.items()]


def _times(today: date, handbook: Handbook) -> list[tuple[str, str]]:
    words, settings = handbook.words, handbook.settings
    kept = [
        words("offices-kept", outcome=words(label), kept=months(kept_for(settings.retention, outcome), handbook))
        for outcome, label in OUTCOMES.items()
    ]
    coming = [words.day(day) for day in sorted(settings.meetings) if day >= today]
    quiet = words("offices-quiet-hours", begins=settings.quiet.begins, ends=settings.quiet.ends)
    return [
        (words("offices-quiet"), quiet),
        (words("offices-retention"), "; ".join(kept)),
        (words("offices-meetings"), ", ".join(coming) or words("offices-no-meetings")),
    ]


# ---------------------------------------------------------------- what is missing, and what was changed


def _missing(handbook: Handbook) -> tuple[Block, ...]:
    found, words = _gaps_of(handbook), handbook.words
    if not found:
        return (Paragraph(words("offices-no-gaps")),)
    return (Paragraph(words("offices-gaps")), *(Paragraph(words("offices-gap", gap=gap)) for gap in found))


def _gaps_of(handbook: Handbook) -> tuple[str, ...]:
    known = _gaps.get(handbook.council)
    if known is None or known[0] is not handbook:
        known = _gaps[handbook.council] = handbook, tuple(routing.gaps(handbook))
    return known[1]


def _unreached(seat: Seat | None, reached: Sequence[Reached], handbook: Handbook) -> tuple[Block, ...]:
    """Who can't be told anything, for those who can mend it."""
    if seat is None or not (may_change(seat) or seat.id in handbook.settings.administrators):
        return ()
    words, others = handbook.words, [one for one in handbook.roster.seats.values() if "guest" not in one.offices]
    rows = [watching.row(one, handbook) for one in reach.cut_off(handbook, reached)]
    without = words("unreached-no-account")
    rows += [words("unreached-never", name=one.name, why=without) for one in others if not one.accounts]
    return (Paragraph(words("offices-unreached")), *map(Paragraph, rows)) if rows else ()


def _trail(changes: Sequence[Change], handbook: Handbook) -> tuple[Block, ...]:
    words, seats = handbook.words, handbook.roster.seats
    rows = []
    for change in reversed(changes[-_LAST:]):
        names = {"by": change.by, "second": change.second}
        facts = {part: seats[id].name if id in seats else words("change-somebody") for part, id in names.items()}
        state = {
            "proposed": "offices-change-proposed",
            "confirmed": "offices-change-confirmed",
            "declined": "offices-change-declined",
        }[change.state]
        on = words.day_of(datetime.fromisoformat(change.at))
        rows.append((on, f"{told(change, handbook)} {words(state, **facts)}"))
    return (Paragraph(words("offices-changes")), Facts(tuple(rows))) if rows else ()


def _offered(seat: Seat | None, changes: Sequence[Change], handbook: Handbook) -> tuple[Block, ...]:
    """For those who may change something: the form, and what waits for their word."""
    if seat is None or not may_change(seat):
        return ()
    return buttons(*looks(seat, changes, handbook), changing.button(handbook))


def looks(seat: Seat | None, changes: Sequence[Change], handbook: Handbook) -> tuple[Button, ...]:
    """A button for each of the last changes that wait for somebody's word; none for whoever has no say."""
    waiting = [c for c in changes if c.state == "proposed" and seat in changing.confirmers(c, handbook)][-_LAST:]
    return tuple(changing.look_button(change, number, handbook) for number, change in enumerate(waiting, start=1))


DESK = Desk(
    "offices",
    commands={"offices": _offices},
    buttons={
        PROPOSE: changing.propose,
        LOOK: changing.look,
        CONFIRM: changing.confirm,
        DECLINE: changing.decline,
    },
    forms={PROPOSE: changing.sent},
    opens=frozenset({PROPOSE}),
)
