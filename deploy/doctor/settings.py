"""The councils' settings: whether they can be read, whether everybody can be told, what is left of the example.

In: settings, handbooks as things stand today. Out: findings. Never: a person's name or account: offices alone.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from bot import routing, workdays
from bot.handbook import Handbook
from bot.settings import Office, Settings
from deploy.doctor.findings import SETTINGS as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import NEEDED, Ground
from deploy.documents.routes import NAMES
from deploy.handbooks import in_english, seats
from deploy.settings import made_up

#: Days ahead that an office which ends is told of: an election takes about so long to prepare.
_AHEAD: Final = timedelta(days=90)
#: Of so many two are left when a concern is about one of them.
_ENOUGH: Final = 3
_HELD: Final[tuple[Office, ...]] = ("clerk", "chair")


def findings(ground: Ground) -> Iterator[Finding]:
    """All of them."""
    if ground.unread:
        yield AREA.wrong("read", *parted(ground.unread))
        return
    yield AREA.fine("read", f"The settings of {_councils(len(ground.every))} can be read.")
    today = workdays.today(ground.now)
    for own in ground.councils:
        book = ground.books[own.council]
        yield from _routes(book)
        yield from _ends(book, today)
        yield from _group(book.settings)
        yield from _turned_to(book)
        yield from _bodies(book.settings)
        yield from _meetings(book.settings, today)
        yield from _made_up(book.settings)


def _councils(many: int) -> str:
    return "1 council" if many == 1 else f"{many} councils"


# ---------------------------------------------------------------- who deals with what


def _routes(book: Handbook) -> Iterator[Finding]:
    """As `protocol-bot check` finds it; what is no more than a gap is worth a look."""
    english = in_english(book)
    unreached = list(dict.fromkeys(routing.unreached(english)))
    amiss = set(_of_offices(english))
    for gap in routing.gaps(english):
        told, mend = parted(gap)
        if gap in unreached:
            yield AREA.wrong("routes", told, mend, book.council)
        elif gap in amiss or not book.roster.seats:
            yield AREA.wrong("offices", told, mend, book.council)
        else:
            yield AREA.look("gaps", told, mend, book.council)
    if book.roster.seats and not unreached:
        yield _nobody_is_left(book)
    if book.roster.seats and amiss.isdisjoint(routing.gaps(english)):
        yield AREA.fine("offices", "There are a clerk and a chair, and both can be told.", book.council)


def _of_offices(english: Handbook) -> Iterator[str]:
    """What `routing.gaps` says where nobody holds an office that is needed, or its holder can't be told anything."""
    for office in (english.words(f"office-{one}") for one in NEEDED):
        yield english.words("gap-vacant", office=office)
        yield english.words("gap-untold", office=office)


def _nobody_is_left(book: Handbook) -> Finding:
    if routing.may_arise(book):
        told = "Whoever raises a concern about whomever: somebody can be told."
        return AREA.fine("routes", told, book.council)
    told = "Nobody who is listed could raise a concern about anybody else."
    mend = "List the councillors and officers, with their accounts, under `people` in the settings."
    return AREA.look("routes", told, mend, book.council)


def _ends(book: Handbook, today: date) -> Iterator[Finding]:
    """Offices that nobody will hold the day after their holder's last."""
    own = book.settings
    for office in _HELD:
        days = {person.ends[office] for person in own.people if office in person.ends}
        for day in sorted(one for one in days if today <= one <= today + _AHEAD):
            after = seats(own, day + timedelta(days=1))
            if not any(office in seat.offices for seat in after):
                told = f"Nobody is set to be {NAMES[office]} after {workdays.said(day)}."
                mend = "Add whoever follows to the settings, with `starts`; or move the day in `ends`."
                yield AREA.look("ends", told, mend, own.council)


def _group(own: Settings) -> Iterator[Finding]:
    members = len(own.group.members) if own.group else 0
    if own.group and routing.TOGETHER <= members < _ENOUGH:
        told = f"The delegated group has {members} members: too few are left when a concern is about one of them."
        yield AREA.look("group", told, "Have three or more, in `group` of the settings.", own.council)


def _turned_to(book: Handbook) -> Iterator[Finding]:
    """Those who answer for personal data, and those who are told when the bot can't work, have to be somebody."""
    own = book.settings
    asked = (("data-lead", "data_lead", "answers for personal data"),
             ("administrators", "administrators", "is told when the bot can't work"))  # fmt: skip
    for check, field, what in asked:
        names = getattr(own, field)
        if any(seat.told for name in names for seat in book.standing_for(name)):
            yield AREA.fine(check, f"Somebody {what}.", own.council)
        elif names:
            told = f"Nobody who can be told anything {what}: whoever is named has no account, or the office is vacant."
            yield AREA.wrong(check, told, f"Correct `{field}` in the settings.", own.council)
        elif field == "administrators":  # of the other `routing.gaps` tells
            told = f"Nobody is set who {what}."
            yield AREA.look(check, told, f"Set `{field}` in the settings.", own.council)


# ---------------------------------------------------------------- what is left of the example


def _bodies(own: Settings) -> Iterator[Finding]:
    example = {
        body.reach for council in ("barrow", "crickhowell") for body in made_up.settings_of(council).bodies.values()
    }
    left = [NAMES.get(name, name) for name, body in own.bodies.items() if body.reach in example and name != _WALES]
    if left:
        told = f"How to reach {_and(left)} still says what the example says."
        yield AREA.look("bodies", told, "Write their own address under `bodies` in the settings.", own.council)


#: An ombudsman has one address for everybody, and the example has it.
_WALES: Final = "ombudsman-wales"


def _meetings(own: Settings, today: date) -> Iterator[Finding]:
    if own.meetings and max(own.meetings) < today:
        told = f"The last meeting that is set was on {workdays.said(max(own.meetings))}."
        yield AREA.look("meetings", told, "Add the council's next meetings to `meetings` in the settings.", own.council)
    elif not own.meetings:
        told = "No meeting is set, so that no review can be put on an agenda in time."
        yield AREA.look("meetings", told, "Add the council's next meetings to `meetings` in the settings.", own.council)
    else:
        yield AREA.fine("meetings", f"Meetings are set until {workdays.said(max(own.meetings))}.", own.council)


def _made_up(own: Settings) -> Iterator[Finding]:
    """People of the example who are still there, by id and name."""
    example = {(person.id, person.name) for person in made_up.everywhere().people}
    left = [person for person in own.people if (person.id, person.name) in example]
    if left:
        told = f"{_people(len(left))} of the example, whom somebody made up, still stand among the council's."
        mend = "Put the council's own people in their place, under `people` in the settings."
        yield AREA.wrong("made-up", told, mend, own.council)
    browser = [person for person in own.people if all(one.startswith("web:") for one in person.accounts)]
    listed = [person for person in browser if person.accounts]
    if listed and not left:
        told = f"{_people(len(listed))} can only be told in the browser chat, which is for trying out."
        yield AREA.look("made-up", told, "Give them accounts in the council's own chat.", own.council)


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _people(many: int) -> str:
    return "One person" if many == 1 else f"{many} people"
