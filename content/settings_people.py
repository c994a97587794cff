"""What must hold of a council's people beyond the shape of their fields: ids, offices, accounts, who stands in.

In: `Settings`. Out: for each problem its path in the file, what is wrong, and the mend. Never: reads a file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from bot.addresses import EMAIL, is_address, mailbox
from bot.conversation import Person
from bot.settings import GROUP, HELD, OFFICES, Settings, Someone, may_sit
from content.check import ID, Problem

_ACCOUNT: Final = re.compile(r"[a-z]+(:[^\s:]+){1,2}")
_ACCOUNT_LENGTH: Final = 290


def people(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with the list of people."""
    ids = [person.id for person in settings.people]
    every = [account for person in settings.people for account in person.accounts]
    accounts = Counter(person_of(account, settings).account for account in every)
    mailboxes = Counter(mailbox(address) for account in accounts if (address := address_of(account)))
    for i, person in enumerate(settings.people):
        here = f"$.people[{i}]"
        yield from _id(f"{here}.id", person)
        if person.id in ids[:i]:
            yield f"{here}.id", f"the id {person.id!r} stands twice", "Give each person an id of their own."
        if not person.name.strip():
            yield f"{here}.name", "this is empty", "Write the name as people at the council know it."
        yield from _offices(here, person)
        for account in person.accounts:
            whole = person_of(account, settings).account
            yield from _account(f"{here}.accounts", account, accounts[whole], mailboxes)
            yield from _length(f"{here}.accounts", account, whole)


def _id(path: str, person: Someone) -> Iterator[Problem]:
    if not ID.fullmatch(person.id):
        yield path, f"{person.id!r} is no id", "Use small letters, digits and hyphens, such as jo-hartley."
    elif person.id == GROUP:
        yield path, f"{GROUP!r} is what the delegated group is called", "Give this person another id."
    elif person.id in OFFICES and person.id not in person.offices:
        yield path, f"{person.id!r} is an office that this person does not hold", "Give this person another id."


def _offices(path: str, person: Someone) -> Iterator[Problem]:
    if not person.offices:
        yield f"{path}.offices", "this is empty", f"Choose from: {', '.join(OFFICES)}."
    for office in twice(person.offices):
        yield f"{path}.offices", f"{office!r} stands twice", "Delete one of the two."
    if "guest" in person.offices and len(person.offices) > 1:
        yield f"{path}.offices", "a guest holds no office", "Take out `guest`, or the other offices."
    for field, days in (("starts", person.starts), ("ends", person.ends)):
        for office in days:
            if office not in person.offices:
                here = f"{path}.{field}.{office}"
                yield here, "this person does not hold that office", "Add it to `offices`, or delete it."
    for office, first in person.starts.items():
        if first > (last := person.ends.get(office, first)):
            yield f"{path}.starts.{office}", f"{first} is after its last day, {last}", "Correct one of the two."


def person_of(account: str, settings: Settings) -> Person:
    """Whom an account of the settings means: where it names no workspace, in the council's own."""
    platform, _, id = account.partition(":")
    return Person.of(account) or Person(platform, settings.workspaces.get(platform, settings.council), id)


def _account(path: str, account: str, times: int, mailboxes: Mapping[str, int]) -> Iterator[Problem]:
    address = address_of(account)
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


def address_of(account: str) -> str:
    """Of an account that is told by e-mail; empty for another."""
    platform, _, rest = account.partition(":")
    return rest.rpartition(":")[2] if platform == EMAIL else ""


# ---------------------------------------------------------------- who is turned to


def known(path: str, names: tuple[str, ...], settings: Settings) -> Iterator[Problem]:
    """Names that are no office, no person and not the group; and names that stand twice."""
    allowed = dict.fromkeys((*HELD, GROUP, *(person.id for person in settings.people)))
    for name in names:
        if name not in allowed:
            yield path, f"{name!r} is no office, no person's id and not the group", near(name, allowed)
        elif name == GROUP and settings.group is None and path.startswith("$.alternates"):
            yield path, "there is no group", "Add `group` with its name and members, or name an office."
    for name in twice(names):
        yield path, f"{name!r} stands twice", "Delete one of the two."


def near(name: str, allowed: Iterable[str]) -> str:
    """The nearest right name, or all of them where none is near."""
    names = list(allowed)
    found = get_close_matches(name, names, n=1)
    return f"Did you mean {found[0]!r}?" if found else f"Choose from: {', '.join(names)}."


def alternates(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with who stands in for whom."""
    for office, names in settings.alternates.items():
        here = f"$.alternates.{office}"
        if office == "guest":
            yield here, "a guest holds no office", "Delete this line."
        if office in names:
            yield here, f"{office!r} can't stand in for itself", "Name another office, or a person by their id."
        yield from known(here, names, settings)


def group(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with the delegated group."""
    group, people = settings.group, {person.id: person for person in settings.people}
    if group is None:
        return
    if not group.name.strip():
        yield "$.group.name", "this is empty", "Write what the council calls it, such as Staffing Committee."
    for id in twice(group.members):
        yield "$.group.members", f"{id!r} stands twice", "Delete one of the two."
    for id in group.members:
        if id not in people:
            yield "$.group.members", f"there is no person with the id {id!r}", near(id, people)
        elif not may_sit(people[id].offices):
            yield "$.group.members", f"{id!r} is no councillor", "The group is made of councillors: take them out."


def twice(values: Iterable[object]) -> list[str]:
    """What stands there more than once."""
    return [str(value) for value, times in Counter(values).items() if times > 1]
