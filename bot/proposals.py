"""What a change to the settings says: read from a form, told in words, and whom it gives something.

In: the values of a form, or a `Change`; a handbook. Out: its parts, a sentence, ids of people.
Never: keeps or tells anything; lets through what the settings file could not hold.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, Literal, TypeAlias

from msgspec import ValidationError, convert

from bot.days import read_day
from bot.handbook import Handbook, Seat
from bot.settings import GROUP, HELD, SHORTEST_MONTH, Change, Months, Office, Retention, may_sit

What: TypeAlias = Literal["office", "alternate", "group", "retention"]
#: What is to change, its name and its new value, as in a `Change`.
Proposed: TypeAlias = tuple[What, str, str]

#: What can be proposed, and the sentence it is offered by.
KINDS: Final = {
    "gained": "change-kind-gained",
    "lost": "change-kind-lost",
    "alternate": "change-kind-alternate",
    "group": "change-kind-group",
    "retention": "change-kind-retention",
}
#: How a concern can have ended.
OUTCOMES: Final = {
    "withdrawn": "change-outcome-withdrawn",
    "informal": "change-outcome-informal",
    "formal": "change-outcome-formal",
    "outside": "change-outcome-outside",
}
#: Who may change anything.
_HOLDERS: Final[frozenset[Office]] = frozenset({"clerk", "chair", "vice-chair"})
_DIGITS: Final = 9  # of a number of months; longer ones are none
_UNTIL: Final = " until "
#: Stands for somebody's id where it can't be told whose is meant; no id is empty.
_SEVERAL: Final = ""
_FEWEST = 2  # of the group, so that nobody closes something alone


def may_change(seat: Seat) -> bool:
    """Whether somebody may propose and confirm changes."""
    return bool(seat.offices & _HOLDERS)


def office_holders(handbook: Handbook) -> list[Seat]:
    """Everybody who may, and has an account to do it with."""
    return [seat for seat in handbook.roster.seats.values() if may_change(seat) and seat.accounts]


# ---------------------------------------------------------------- from a form


def proposed(values: Mapping[str, str], today: date, handbook: Handbook, wrong: dict[str, str]) -> Proposed | None:
    """What the form proposes. What does not hold together is put into `wrong`, by field."""
    read = {"gained": _gained, "lost": _lost, "alternate": _alternate, "group": _group, "retention": _retention}
    return read[values["what"].strip()](_Values(values, today, handbook, wrong))


class _Values:
    """A form's values, and the problems found so far."""

    def __init__(self, values: Mapping[str, str], today: date, handbook: Handbook, wrong: dict[str, str]) -> None:
        self.today = today
        self.handbook = handbook
        self._values = values
        self._wrong = wrong

    def optional(self, field: str) -> str:
        """What was written."""
        return self._values.get(field, "").strip()

    def needed(self, field: str) -> str:
        """The same where it must not be empty."""
        value = self.optional(field)
        return value or self.refuse(field, "change-needed")

    def refuse(self, field: str, sentence: str, **facts: object) -> str:
        """Say what is wrong with a field."""
        self._wrong.setdefault(field, self.handbook.words(sentence, **facts))
        return ""

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self._wrong


def _gained(form: _Values) -> Proposed | None:
    person, office, until = form.needed("person"), form.needed("office"), form.optional("until")
    seat = form.handbook.roster.seats.get(person)
    end = read_day(until)
    if until and end is None:
        form.refuse("until", "change-no-day")
    if end is not None and end <= form.today:
        form.refuse("until", "change-past")
    if (first := _first_day(form, person, office)) is not None:
        form.refuse("office", "change-begins", day=form.handbook.words.day(first))
    if seat is not None and office in seat.offices and not until:
        form.refuse("office", "change-holds-it", name=seat.name)
    ends = f"{_UNTIL}{end.isoformat()}" if end else ""
    return ("office", office, f"+{person}{ends}") if form.fine else None


def _first_day(form: _Values, person: str, office: str) -> date | None:
    """That of an office given ahead in the settings file: until then a change in the chat counts for nothing."""
    starts = next((one.starts for one in form.handbook.settings.people if one.id == person), {})
    first = next((day for name, day in starts.items() if name == office), None)
    return first if first and first > form.today else None


def _lost(form: _Values) -> Proposed | None:
    person, office = form.needed("person"), form.needed("office")
    seat = form.handbook.roster.seats.get(person)
    if seat is not None and office and office not in seat.offices:
        form.refuse("office", "change-holds-not", name=seat.name)
    return ("office", office, f"-{person}") if form.fine else None


def _alternate(form: _Values) -> Proposed | None:
    """Offices, people or the group, in order."""
    office, written = form.needed("office"), form.needed("value")
    names = _names(form, written, _known(form.handbook))
    if office in names:
        form.refuse("value", "change-for-itself")
    if names == list(form.handbook.settings.alternates_of(office)) and names:
        form.refuse("value", "change-so-already")
    return ("alternate", office, ",".join(names)) if form.fine else None


def _group(form: _Values) -> Proposed | None:
    """Councillors, at least two."""
    ids = _names(form, form.needed("value"), _by_name(form.handbook.roster.seats.values()))
    seats = [form.handbook.roster.seats[id] for id in ids]
    no_councillors = [seat.name for seat in seats if not may_sit(seat.offices)]
    if no_councillors:
        form.refuse("value", "change-councillors-only", names=", ".join(no_councillors))
    if ids and len(ids) < _FEWEST:
        form.refuse("value", "change-too-few")
    if ids and set(ids) == set(_members(form.handbook)):
        form.refuse("value", "change-so-already")
    return ("group", "members", ",".join(ids)) if form.fine else None


def _retention(form: _Values) -> Proposed | None:
    outcome, months = form.needed("outcome"), _months(form, form.needed("value").casefold())
    retention = form.handbook.settings.retention
    if isinstance(months, int) and retention.warn > months * SHORTEST_MONTH:
        form.refuse("value", "change-before-warning", count=retention.warn)
    if form.fine and months == kept_for(retention, outcome):
        form.refuse("value", "change-so-already")
    return ("retention", outcome, str(months)) if form.fine else None


def _months(form: _Values, written: str) -> Months | None:
    """What the settings file could hold."""
    plain = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    try:
        months: Months = "never" if written == "never" else convert(int(written) if plain else 0, Months)
    except ValidationError:
        form.refuse("value", "change-months")
        return None
    return months


def kept_for(retention: Retention, outcome: str) -> Months:
    """How many months a concern is kept that ended in this way."""
    months: Months = getattr(retention, outcome)
    return months


def _names(form: _Values, written: str, known: Mapping[str, str]) -> list[str]:
    """Each name as the settings have it; what nobody is called, or more than one, is refused."""
    parts = [name for part in written.split(",") if (name := " ".join(part.split()))]
    strange = [part for part in parts if part.casefold() not in known]
    several = [part for part in parts if known.get(part.casefold()) == _SEVERAL]
    for sentence, wrong in (("change-unknown", strange), ("change-several", several)):
        if wrong:
            form.refuse("value", sentence, names=", ".join(wrong))
            return []
    return list(dict.fromkeys(known[part.casefold()] for part in parts))


def _known(handbook: Handbook) -> dict[str, str]:
    """Everything that may stand in for an office, by what people call it; an office goes before a person."""
    people = _by_name(seat for seat in handbook.roster.seats.values() if "guest" not in seat.offices)
    words, group = handbook.words, handbook.settings.group
    groups = {GROUP: GROUP, group.name.casefold(): GROUP} if group else {}
    offices = {name: office for office in HELD for name in (office, words(f"office-{office}").casefold())}
    return people | groups | offices


def _by_name(seats: Iterable[Seat]) -> dict[str, str]:
    """People's ids by what they are called, and by the ids themselves; `_SEVERAL` for a name that more than one has."""
    found: dict[str, str] = {}
    known = list(seats)
    for seat in known:
        name = " ".join(seat.name.casefold().split())
        found[name] = _SEVERAL if name in found else seat.id
    return found | {seat.id.casefold(): seat.id for seat in known}


# ---------------------------------------------------------------- what it would come to


def gainers(change: Change, handbook: Handbook) -> set[str]:
    """Whom a change gives something: an office, or a place in a line or a group."""
    if change.what == "office":
        return {_person(change)[0]} if change.value.startswith("+") else set()
    if change.what == "group":
        return set(_listed(change)) - set(_members(handbook))
    if change.what == "alternate":
        before = _people(handbook.settings.alternates_of(change.name), handbook)
        return _people(_listed(change), handbook) - before
    return set()


def still_fits(change: Change, handbook: Handbook) -> bool:
    """Whether everybody it names is there still, and whoever proposed it still may."""
    seats = handbook.roster.seats
    if change.by not in seats or not may_change(seats[change.by]):
        return False
    if change.what == "office":
        return _person(change)[0] in seats
    if change.what == "group":
        return all(id in seats for id in _listed(change))
    if change.what == "alternate":
        allowed = {*seats, *HELD, *((GROUP,) if handbook.settings.group else ())}
        return all(name in allowed for name in _listed(change))
    return True


def _people(names: Iterable[str], handbook: Handbook) -> set[str]:
    return {seat.id for name in names for seat in handbook.standing_for(name)}


def _members(handbook: Handbook) -> tuple[str, ...]:
    group = handbook.settings.group
    return group.members if group else ()


def _listed(change: Change) -> list[str]:
    return [name for name in change.value.split(",") if name]


def named_in(change: Change) -> tuple[str, ...]:
    """The people whom a change names, by id: who gets or loses an office, the group, those in a line of alternates.

    Of alternates the offices among them come too: no office is anybody's id.
    """
    if change.what == "office":
        return (_person(change)[0],)
    return tuple(_listed(change)) if change.what in ("group", "alternate") else ()


def _person(change: Change) -> tuple[str, str]:
    """Who gets or loses an office, and until when."""
    id, _, until = change.value[1:].partition(_UNTIL)
    return id, until


# ---------------------------------------------------------------- in words


def told(change: Change, handbook: Handbook) -> str:
    """A change as a sentence."""
    tell: Mapping[str, Callable[[Change, Handbook], str]] = {
        "office": _told_office,
        "alternate": _told_alternate,
        "group": _told_group,
        "retention": _told_retention,
    }
    return tell[change.what](change, handbook)


def called(name: str, handbook: Handbook) -> str:
    """An office, the group or a person of the settings, as people say it."""
    words, group, seats = handbook.words, handbook.settings.group, handbook.roster.seats
    if name == GROUP:
        return (group.name if group else "") or words("office-group")
    if name in HELD:
        return words(f"office-{name}")
    return seats[name].name if name in seats else words("change-somebody")


def in_order(names: Iterable[str], handbook: Handbook) -> str:
    """Several of them."""
    return ", ".join(called(name, handbook) for name in names)


def months(kept: Months | str, handbook: Handbook) -> str:
    """How long something is kept."""
    words = handbook.words
    return words("offices-never") if kept == "never" else words("months", count=kept)


def _told_office(change: Change, handbook: Handbook) -> str:
    words, (id, until) = handbook.words, _person(change)
    seats = handbook.roster.seats
    facts = {"name": seats[id].name if id in seats else words("change-somebody")}
    facts["office"] = words(f"office-{change.name}")
    if change.value.startswith("-"):
        return words("change-tells-lost", **facts)
    if until:
        return words("change-tells-until", until=words.day(date.fromisoformat(until)), **facts)
    return words("change-tells-gained", **facts)


def _told_alternate(change: Change, handbook: Handbook) -> str:
    office = handbook.words(f"office-{change.name}")
    return handbook.words("change-tells-alternate", office=office, names=in_order(_listed(change), handbook))


def _told_group(change: Change, handbook: Handbook) -> str:
    seats = handbook.roster.seats
    names = [seats[id].name if id in seats else handbook.words("change-somebody") for id in _listed(change)]
    return handbook.words("change-tells-group", names=", ".join(names))


def _told_retention(change: Change, handbook: Handbook) -> str:
    outcome = handbook.words(OUTCOMES[change.name])
    return handbook.words("change-tells-retention", outcome=outcome, kept=months(change.value, handbook))
