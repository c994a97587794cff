"""A council's settings with what was confirmed in the chat on top.

In: the settings as the file has them, changes from the chat. Out: the settings that hold.
Never: makes anything of a change that nobody confirmed; an office that the file dates later, by an older change.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final, get_args

import msgspec
from msgspec.structs import replace

from bot import workdays
from bot.settings import Change, Group, Months, Office, Retention, Settings, Someone

#: What a concern may have ended as, each with its own time of keeping.
OUTCOMES: Final = tuple(field for field in Retention.__struct_fields__ if field != "warn")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)  # confirmed before it was written down when


def applied(file: Settings, changes: Iterable[Change]) -> Settings:
    """The settings with every confirmed change on top, as they were confirmed. What no longer fits is passed over.

    Of an office that begins on a day the file names (`starts`), the file says who holds it: a change confirmed before
    that day is passed over, whatever it gave or took; one confirmed on it or later counts.
    """
    settings = file
    confirmed = [change for change in changes if change.state == "confirmed"]
    for change in sorted(confirmed, key=lambda change: change.settled or _LONG_AGO):
        settings = _APPLY[change.what](settings, change, file)
    return settings


def _office(settings: Settings, change: Change, file: Settings) -> Settings:
    """`+jo`, `-jo` or `+jo until 2027-05-10`."""
    value = change.value.strip()
    sign, (id, _, until) = value[:1], value[1:].partition(" until ")
    if change.name not in get_args(Office) or sign not in ("+", "-"):
        return settings
    office: Office = change.name  # type: ignore[assignment]  # it is one: see above
    try:
        end = date.fromisoformat(until) if until else None
    except ValueError:
        return settings
    written = next((one for one in file.people if one.id == id), None)
    day = workdays.today(change.settled) if change.settled else date.min
    if written is None or day < written.starts.get(office, date.min):
        return settings
    last = written.ends.get(office)  # which a change that names no day does not put off
    end = end or (last if last and day <= last else None)
    people = (_given(one, office, sign == "+", end) if one.id == id else one for one in settings.people)
    return replace(settings, people=tuple(people))


def _given(person: Someone, office: Office, holds: bool, end: date | None) -> Someone:
    offices = tuple(one for one in person.offices if one != office)
    starts, ends = ({one: day for one, day in days.items() if one != office} for days in (person.starts, person.ends))
    if holds:
        offices = (*offices, office)
        ends |= {office: end} if end else {}
    return replace(person, offices=offices, starts=starts, ends=ends)


def _alternate(settings: Settings, change: Change, _file: Settings) -> Settings:
    if change.name not in get_args(Office):
        return settings
    return replace(settings, alternates={**settings.alternates, change.name: _list(change.value)})


def _group(settings: Settings, change: Change, _file: Settings) -> Settings:
    known = {person.id for person in settings.people}
    members = tuple(member for member in _list(change.value) if member in known)
    name = settings.group.name if settings.group else ""  # whoever shows it has a word for one without a name
    return replace(settings, group=Group(name=name, members=members))


def _retention(settings: Settings, change: Change, _file: Settings) -> Settings:
    try:
        months = msgspec.convert(change.value.strip(), Months, strict=False)
    except msgspec.ValidationError:
        return settings
    if change.name not in OUTCOMES:
        return settings
    return replace(settings, retention=replace(settings.retention, **{change.name: months}))


def _list(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


_APPLY: Final[Mapping[str, Callable[[Settings, Change, Settings], Settings]]] = {
    "office": _office,
    "alternate": _alternate,
    "group": _group,
    "retention": _retention,
}
