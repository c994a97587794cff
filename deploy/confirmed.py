"""A council's settings with what was confirmed in the chat on top.

In: the settings as the file has them, changes from the chat. Out: the settings that hold.
Never: makes anything of a change that nobody confirmed; an office that the file dates later, by an older change;
leaves one vacant until then.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, get_args

import msgspec
from msgspec.structs import replace

from bot import workdays
from bot.settings import Change, Group, Months, Office, Retention, Settings, Someone

#: What a concern may have ended as, each with its own time of keeping.
OUTCOMES: Final = tuple(field for field in Retention.__struct_fields__ if field != "warn")
#: Offices that one person holds at a time.
_ONE_HOLDS: Final[frozenset[Office]] = frozenset({"chair", "vice-chair", "clerk"})
_A_DAY: Final = timedelta(days=1)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)  # confirmed before it was written down when


def applied(file: Settings, changes: Iterable[Change]) -> Settings:
    """The settings with every confirmed change on top, as they were confirmed. What no longer fits is passed over.

    Of an office that begins on a day the file names (`starts`), the file says who holds it: a change confirmed before
    that day is passed over, whatever it gave or took; one confirmed on it or later counts. Where one person holds an
    office, whom the chat gave it before that day holds it until the day before.
    """
    settings, taken = file, dict[str, Change]()
    confirmed = [change for change in changes if change.state == "confirmed"]
    for change in sorted(confirmed, key=lambda change: change.settled or _LONG_AGO):
        after = _APPLY[change.what](settings, change, file)
        if change.what == "office" and change.value.strip().startswith("-") and after != settings:
            taken[change.name] = change
        settings = after
    for change in taken.values():
        settings = _not_vacant(settings, change, confirmed, file)
    return settings


class _Read(NamedTuple):
    """A change of an office: who, whether it is given, until when; and the day on which it was confirmed."""

    office: Office
    id: str
    gives: bool
    end: date | None
    day: date


def _read(change: Change) -> _Read | None:
    """`+jo`, `-jo` or `+jo until 2027-05-10`."""
    value = change.value.strip()
    sign, (id, _, until) = value[:1], value[1:].partition(" until ")
    if change.name not in get_args(Office) or sign not in ("+", "-"):
        return None
    office: Office = change.name  # type: ignore[assignment]  # it is one: see above
    try:
        end = date.fromisoformat(until) if until else None
    except ValueError:
        return None
    day = workdays.today(change.settled) if change.settled else date.min
    return _Read(office, id, sign == "+", end, day)


def _office(settings: Settings, change: Change, file: Settings) -> Settings:
    read = _read(change)
    written = next((one for one in file.people if read and one.id == read.id), None)
    if read is None or written is None or read.day < written.starts.get(read.office, date.min):
        return settings
    last = written.ends.get(read.office)  # which a change that names no day does not put off
    end = read.end or (last if last and read.day <= last else None)
    if (first := _first_of_another(read, file)) is not None:
        end = min(end or date.max, first - _A_DAY)
    return _with(settings, read.id, read.office, read.gives, end)


def _first_of_another(read: _Read, file: Settings) -> date | None:
    """From when the file gives somebody else, after the change, an office that one person holds."""
    others = (one.starts.get(read.office, date.min) for one in file.people if one.id != read.id)
    return min((day for day in others if day > read.day), default=None) if read.office in _ONE_HOLDS else None


def _not_vacant(settings: Settings, change: Change, confirmed: Iterable[Change], file: Settings) -> Settings:
    """Where an office was taken from one and given to another, and the file dates the second half, the first waits too.

    Otherwise nobody would hold it until that day.
    """
    took = _read(change)
    if took is None or (first := _first_of_another(took, file)) is None:
        return settings
    next_ones = {one.id for one in file.people if one.starts.get(took.office) == first}
    gave = [read for one in confirmed if one.what == "office" and (read := _read(one)) and read.gives]
    dated = any(one.office == took.office and one.id in next_ones and one.day < first for one in gave)
    if not dated or any(took.office in one.offices and took.office not in one.starts for one in settings.people):
        return settings
    return _with(settings, took.id, took.office, True, first - _A_DAY)


def _with(settings: Settings, id: str, office: Office, holds: bool, end: date | None) -> Settings:
    people = (_given(one, office, holds, end) if one.id == id else one for one in settings.people)
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
