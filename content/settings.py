"""Reads a council's own settings, `protocol-bot.yaml`.

In: the file. Out: `Settings`. Never: half a file: it is sound, or `UnsoundContent` says where it is not, and the mend.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from difflib import get_close_matches
from typing import Final, get_args

from bot.addresses import EMAIL, is_address, mailbox
from bot.pack import PAIRS
from bot.review import PROTOCOL
from bot.settings import GROUP, Linked, Office, Retention, Settings, Someone
from content import load
from content.check import Problem
from content.fields import convert
from content.tree import File, Tree

#: The outside bodies that `bodies` may name: those of `bot.pack.PARTIES` that are no part of the council.
OUTSIDE: Final = ("monitoring-officer", "ombudsman-wales", "independent-adviser", "county-association", "slcc")
#: Who may sit on the delegated group.
_COUNCILLORS: Final[frozenset[Office]] = frozenset({"councillor", "chair", "vice-chair", "panel"})
_OFFICERS: Final[frozenset[Office]] = frozenset({"clerk", "officer"})
#: Offices that something may be turned to.
_OFFICES: Final = tuple(office for office in get_args(Office) if office != "guest")

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLATFORM = re.compile(r"[a-z]+")
_WORKSPACE = re.compile(r"[^\s:]+")
_ACCOUNT = re.compile(r"[a-z]+(:[^\s:]+){1,2}")
_CLOCK = "Write it on the 24-hour clock, in quotation marks, for example '18:00'."
_MONTHS = "Write a number of months from 1 to 1200, or never."
#: What `reviews` can't do without, and how it looks.
_NEEDED: Final = {
    "lead": "Write days before the review, such as [90, 30, 7, 0].",
    "late": "Write days after it was due, such as [7, 14, 28].",
    "ladder": "Write who is told in turn, such as [clerk, chair, group].",
}
_ID_LENGTH: Final = 60
_ACCOUNT_LENGTH: Final = 290
_WORKSPACE_LENGTH: Final = 100
_MENDS: Final = {
    "quiet.from": _CLOCK,
    "quiet.until": _CLOCK,
    **{f"retention.{outcome}": _MONTHS for outcome in Retention.__struct_fields__ if outcome != "warn"},
}


def settings(file: File) -> Settings:
    """A council's settings from a file. Raises `UnsoundContent`."""
    tree = Tree(file)
    read = convert(tree, Settings, "deploy/try.yaml shows", _MENDS)
    for path, problem, mend in problems(read):
        raise tree.error(path, problem, mend)
    return read


def problems(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with settings, in the order of the fields."""
    yield from _council(settings)
    yield from _workspaces(settings)
    yield from _people(settings)
    yield from _alternates(settings)
    yield from _group(settings)
    for field in ("data_lead", "administrators"):
        yield from _known(f"$.{field}", getattr(settings, field), settings)
    yield from _bodies(settings)
    for stage in ("informal", "formal"):
        yield from _known(f"$.silent.{stage}", getattr(settings.silent, stage), settings)
    yield from _not_informal(settings)
    for day in _twice(settings.meetings):
        yield "$.meetings", f"{day} stands twice", "Delete one of the two."
    yield from _quiet(settings)
    yield from _retention(settings)
    yield from _reviews(settings)


def _council(settings: Settings) -> Iterator[Problem]:
    if not _ID.fullmatch(settings.council):
        yield "$.council", f"{settings.council!r} is no id", "Use small letters, digits and hyphens: leigh-on-sea."
    if settings.council in load.councils():
        nation = load.council(settings.council).nation
        if settings.nation not in (None, nation):
            yield "$.nation", f"{settings.council} is in {nation.title()}", "Delete this line: its protocol says so."
    elif settings.name.strip() and settings.nation is None:
        yield "$.name", "a name alone will not do", "Add `nation: england` or `nation: wales` below it."
    elif settings.nation is not None and not settings.name.strip():
        yield "$.nation", "a nation alone will not do", "Add `name:` and the council's name in full above it."


def _workspaces(settings: Settings) -> Iterator[Problem]:
    for platform, id in settings.workspaces.items():
        here = f"$.workspaces.{platform}"
        if not _PLATFORM.fullmatch(platform):
            yield here, f"{platform!r} is no platform", "Write it in small letters, as accounts do, such as slack."
        elif platform == EMAIL:
            yield here, "an e-mail address is in no workspace", "Delete this line."
        if not id:
            yield here, "this is empty", "Write the workspace's own id there, such as T0123ABCD, or delete this line."
        elif not _WORKSPACE.fullmatch(id):
            yield here, f"{id!r} is no workspace's id", "Write the id alone, without spaces and colons."
        elif len(id) > _WORKSPACE_LENGTH:
            wrong = f"an id of {len(id)} characters is too long"
            yield here, wrong, f"Write at most {_WORKSPACE_LENGTH} characters."


# ---------------------------------------------------------------- people


def _people(settings: Settings) -> Iterator[Problem]:
    ids = [person.id for person in settings.people]
    accounts = Counter(_whole(account, settings) for person in settings.people for account in person.accounts)
    mailboxes = Counter(mailbox(address) for account in accounts if (address := _address(account)))
    for i, person in enumerate(settings.people):
        here = f"$.people[{i}]"
        yield from _id(f"{here}.id", person)
        if person.id in ids[:i]:
            yield f"{here}.id", f"the id {person.id!r} stands twice", "Give each person an id of their own."
        if not person.name.strip():
            yield f"{here}.name", "this is empty", "Write the name as people at the council know it."
        yield from _offices(here, person)
        for account in person.accounts:
            yield from _account(f"{here}.accounts", account, accounts[_whole(account, settings)], mailboxes)
            yield from _length(f"{here}.accounts", account, _whole(account, settings))


def _id(path: str, person: Someone) -> Iterator[Problem]:
    if not _ID.fullmatch(person.id):
        yield path, f"{person.id!r} is no id", "Use small letters, digits and hyphens, such as jo-hartley."
    elif person.id == GROUP:
        yield path, f"{GROUP!r} is what the delegated group is called", "Give this person another id."
    elif person.id in get_args(Office) and person.id not in person.offices:
        yield path, f"{person.id!r} is an office that this person does not hold", "Give this person another id."


def _offices(path: str, person: Someone) -> Iterator[Problem]:
    if not person.offices:
        yield f"{path}.offices", "this is empty", f"Choose from: {', '.join(get_args(Office))}."
    for office in _twice(person.offices):
        yield f"{path}.offices", f"{office!r} stands twice", "Delete one of the two."
    if "guest" in person.offices and len(person.offices) > 1:
        yield f"{path}.offices", "a guest holds no office", "Take out `guest`, or the other offices."
    for office in person.ends:
        if office not in person.offices:
            yield f"{path}.ends.{office}", "this person does not hold that office", "Add it to `offices`, or delete it."


def _whole(account: str, settings: Settings) -> str:
    """As it is kept: where it names no workspace, with the council's own."""
    platform, _, id = account.partition(":")
    return account if ":" in id else f"{platform}:{settings.workspaces.get(platform, settings.council)}:{id}"


def _account(path: str, account: str, times: int, mailboxes: Mapping[str, int]) -> Iterator[Problem]:
    address = _address(account)
    if not _ACCOUNT.fullmatch(account):
        yield path, f"{account!r} is no account", "Write platform:id, or platform:tenant:id."
    elif address and not is_address(address):
        yield path, f"{address!r} is no e-mail address", f"Write {EMAIL}:name@example.org."
    elif times > 1:
        yield path, f"the account {account!r} stands twice", "An account belongs to one person."
    elif address and mailboxes[mailbox(address)] > 1:
        yield path, f"the mailbox {address!r} stands twice, capitals apart", "A mailbox belongs to one person."


def _length(path: str, account: str, whole: str) -> Iterator[Problem]:
    if len(whole) > _ACCOUNT_LENGTH:
        fits = _ACCOUNT_LENGTH - (len(whole) - len(account))
        yield path, f"an account of {len(account)} characters is too long", f"Write at most {fits} characters."


def _address(account: str) -> str:
    """Of an account that is told by e-mail; empty for another."""
    platform, _, rest = account.partition(":")
    return rest.rpartition(":")[2] if platform == EMAIL else ""


# ---------------------------------------------------------------- who is turned to


def _known(path: str, names: tuple[str, ...], settings: Settings) -> Iterator[Problem]:
    """Names that are no office, no person and not the group; and names that stand twice."""
    allowed = dict.fromkeys((*_OFFICES, GROUP, *(person.id for person in settings.people)))
    for name in names:
        if name not in allowed:
            yield path, f"{name!r} is no office, no person's id and not the group", _near(name, allowed)
        elif name == GROUP and settings.group is None and path.startswith("$.alternates"):
            yield path, "there is no group", "Add `group` with its name and members, or name an office."
    for name in _twice(names):
        yield path, f"{name!r} stands twice", "Delete one of the two."


def _near(name: str, allowed: Iterable[str]) -> str:
    names = list(allowed)
    near = get_close_matches(name, names, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Choose from: {', '.join(names)}."


def _alternates(settings: Settings) -> Iterator[Problem]:
    for office, names in settings.alternates.items():
        here = f"$.alternates.{office}"
        if office == "guest":
            yield here, "a guest holds no office", "Delete this line."
        if office in names:
            yield here, f"{office!r} can't stand in for itself", "Name another office, or a person by their id."
        yield from _known(here, names, settings)


def _group(settings: Settings) -> Iterator[Problem]:
    group, people = settings.group, {person.id: person for person in settings.people}
    if group is None:
        return
    if not group.name.strip():
        yield "$.group.name", "this is empty", "Write what the council calls it, such as Staffing Committee."
    for id in _twice(group.members):
        yield "$.group.members", f"{id!r} stands twice", "Delete one of the two."
    for id in group.members:
        if id not in people:
            yield "$.group.members", f"there is no person with the id {id!r}", _near(id, people)
        elif _OFFICERS & set(people[id].offices) or not _COUNCILLORS & set(people[id].offices):
            yield "$.group.members", f"{id!r} is no councillor", "The group is made of councillors: take them out."


def _bodies(settings: Settings) -> Iterator[Problem]:
    for name, body in settings.bodies.items():
        if name not in OUTSIDE:
            yield f"$.bodies.{name}", f"there is no outside body {name!r}", _near(name, OUTSIDE)
        for field in ("name", "reach"):
            if not getattr(body, field).strip():
                yield f"$.bodies.{name}.{field}", "this is empty", "Write it, so that people can be told."
    nation = load.council(settings.council).nation if settings.council in load.councils() else settings.nation
    if nation is not None:
        wrong = {"england": "ombudsman-wales", "wales": "monitoring-officer"}[nation]
        if wrong in settings.bodies:
            where = {"england": "Wales", "wales": "England"}[nation]
            yield f"$.bodies.{wrong}", f"this deals with councillors' conduct in {where} only", "Delete it here."


def _not_informal(settings: Settings) -> Iterator[Problem]:
    for i, pair in enumerate(settings.not_informal):
        if pair not in PAIRS:
            raised = ", ".join(f"[{raiser}, {about}]" for raiser, about in PAIRS)
            yield f"$.not_informal[{i}]", f"nobody raises [{', '.join(pair)}]", f"Choose from: {raised}."


# ---------------------------------------------------------------- times


def _quiet(settings: Settings) -> Iterator[Problem]:
    begins, ends = time.fromisoformat(settings.quiet.begins), time.fromisoformat(settings.quiet.ends)
    if not ends <= time(12) < begins or _minutes(begins) - _minutes(ends) < 60:
        yield (
            "$.quiet",
            f"nobody could be reminded by day: it is quiet from {begins:%H:%M} until {ends:%H:%M}",
            "It is meant to be quiet in the evening and at night: from 18:00 until 08:30, for example.",
        )


def _minutes(of: time) -> int:
    return of.hour * 60 + of.minute


def _retention(settings: Settings) -> Iterator[Problem]:
    for outcome in Retention.__struct_fields__:
        months = getattr(settings.retention, outcome)
        if outcome != "warn" and months != "never" and settings.retention.warn > months * 28:
            yield (
                "$.retention.warn",
                f"the warning would come before the concern ended: {outcome} is kept for {months} months",
                f"Write at most {months * 28} days, or keep it longer.",
            )


# ---------------------------------------------------------------- reviews


def _reviews(settings: Settings) -> Iterator[Problem]:
    reviews = settings.reviews
    for field, mend in _NEEDED.items():
        values = getattr(reviews, field)
        if not values:
            yield f"$.reviews.{field}", "this is empty", mend
        for value in _twice(values):
            yield f"$.reviews.{field}", f"{value} stands twice", "Delete one of the two."
    yield from (
        found for found in _known("$.reviews.ladder", reviews.ladder, settings) if "stands twice" not in found[1]
    )
    ids = [linked.id for linked in reviews.documents]
    for i, linked in enumerate(reviews.documents):
        yield from _linked(f"$.reviews.documents[{i}]", linked, linked.id in ids[:i])


def _linked(path: str, linked: Linked, seen: bool) -> Iterator[Problem]:
    if not _ID.fullmatch(linked.id) or len(linked.id) > _ID_LENGTH:
        yield f"{path}.id", f"{linked.id!r} is no id", "Use small letters, digits and hyphens: dignity-at-work."
    elif linked.id == PROTOCOL:
        yield f"{path}.id", f"{PROTOCOL!r} is what the protocol itself is called", "Give this document another id."
    elif seen:
        yield f"{path}.id", f"the id {linked.id!r} stands twice", "Give each document an id of its own."
    if not linked.name.strip():
        yield f"{path}.name", "this is empty", "Write what people call the document."
    if linked.next and linked.last and linked.next <= linked.last:
        yield f"{path}.next", f"{linked.next} is not after the last review, {linked.last}", "Correct one of the two."


def _twice(values: Iterable[object]) -> list[str]:
    return [str(value) for value, times in Counter(values).items() if times > 1]
