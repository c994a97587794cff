"""One clerk of three councils, in one file: what one of them says names no other, and no concern is seen elsewhere."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.concern import Concern
from bot.conversation import Due, Notice, Person, Place, Send
from bot.handbook import Handbook
from bot.naming import by_the_clock
from bot.outbox import Outbox
from deploy.handbooks import kept_up
from deploy.settings import councils
from tests.concerns.world import CANARY, World, told

THREE = ("barrow", "southwell", "crickhowell")
MAILBOX = "ruth@example.org"
#: Everybody but the clerk is called after their council, so that a word of another council's shows.
_ONE = """  - council: {0}
    workspaces: {{slack: T0{1}}}
    people:
      - {{id: ruth, name: Ruth Ellison, offices: [clerk], accounts: ["slack:U{1}RUTH", "email:ruth@example.org"]}}
      - {{id: chair, name: Priya {1}, offices: [chair, councillor], accounts: ["slack:U{1}CHAIR"]}}
      - {{id: vice, name: Owen {1}, offices: [vice-chair, councillor], accounts: ["slack:U{1}VICE"]}}
      - {{id: jo, name: Jo {1}, offices: [councillor], accounts: ["slack:U{1}JO"]}}
      - {{id: mark, name: Mark {1}, offices: [councillor], accounts: ["slack:U{1}MARK"]}}
      - {{id: dev, name: Dev {1}, offices: [councillor], accounts: ["slack:U{1}DEV"]}}
    group: {{name: Committee of {1}, members: [vice, mark, dev]}}
    alternates: {{chair: [ruth]}}
    administrators: [clerk]
    data_lead: [clerk]
"""


def written(where: Path) -> Path:
    file = where / "protocol-bot.yaml"
    file.write_text("councils:\n" + "".join(_ONE.format(id, id.upper()) for id in THREE), encoding="utf-8")
    return file


class Carrier:
    """Carries whatever it is given, and remembers for whom."""

    def __init__(self) -> None:
        self.arrived: list[tuple[Person, str]] = []

    async def deliver(self, notice: Notice, _key: str) -> None:
        assert isinstance(notice, Send)
        self.arrived.append((notice.to, f"{notice.post.title}\n{notice.post.plain()}"))

    async def reaches(self, _who: Person) -> str:
        return ""


class Three(World):
    """The three of them with one bot and one database, as `run` would serve them."""

    async def open(self, *args: Any, **more: Any) -> "Three":
        await super().open(*args, **more)
        self.slack, self.mail = Carrier(), Carrier()
        self.outbox = Outbox(self.store, {"slack": self.slack, "email": self.mail}, lambda: self.now)
        self.books = kept_up(self.settings.values(), lambda: self.now, self.store)
        return self

    async def _handbook(self, where: Place) -> Handbook | None:
        return await self.books(where)

    def _base(self, who: str, id: str | None, council: str | None) -> dict[str, Any]:
        mark = (council or self.council).upper()
        person = Person("slack", f"T0{mark}", f"U{mark}{who.upper()}")
        place = Place("slack", person.tenant, person.id, private=True)
        return {"id": id or f"e{next(self._ids)}", "who": person, "where": place, "at": self.now}

    async def week(self) -> None:
        """The daily look ahead at each council, and what falls due in the next days."""
        for council in THREE:
            where = by_the_clock(council)
            matter = f"review/{council}"
            plan = Due(id=f"plan/{council}", where=where, at=self.now, matter=matter, rung="plan", due=self.now)
            await self.hear(plan)
        await self.passes(days=8)

    def told(self, council: str) -> list[str]:
        """What the clerk was told for a council, in its Slack and by e-mail."""
        return [
            text
            for to, text in (*self.slack.arrived, *self.mail.arrived)
            if (to.id == f"U{council.upper()}RUTH") or (to.id == MAILBOX and to.tenant == council)
        ]


@pytest.fixture
async def here(tmp_path):
    world = await Three(tmp_path, *councils.read([written(tmp_path)])).open()
    yield world
    await world.close()


def names_another(text: str, council: str) -> list[str]:
    """Every other council that a text names: by its id, its name, its workspace or its people."""
    return [other for other in THREE if other != council and other in text.casefold()]


async def raised(here: Three, council: str) -> Concern:
    """One that the clerk of that council deals with: about the chair, for whom the clerk stands in."""
    here.council = council
    concern = await here.raises("jo", "chair")
    await here.tick()
    return concern


# ---------------------------------------------------------------- what is told


@pytest.mark.parametrize("council", THREE)
async def test_a_concern_is_told_in_its_own_workspace_and_names_no_other_council(here, council):
    concern = await raised(here, council)
    await here.passes(days=30)
    heard = [(to, text) for to, text in here.slack.arrived if concern.reference in text]
    assert heard
    assert {to.tenant for to, _ in heard} == {f"T0{council.upper()}"}
    assert [names_another(text, council) for _, text in heard if names_another(text, council)] == []


async def test_every_council_reminds_its_clerk_of_its_own_review_and_of_no_other(here):
    await here.week()
    for council in THREE:
        said = here.told(council)
        assert said, council
        assert [names_another(text, council) for text in said if names_another(text, council)] == []


async def test_by_e_mail_the_one_address_is_told_for_each_council_apart(here):
    for council, own in here.settings.items():  # whoever stands first is told first
        ruth, *others = own.people
        first = msgspec.structs.replace(ruth, accounts=ruth.accounts[::-1])
        here.settings[council] = msgspec.structs.replace(own, people=(first, *others))
    await here.restart()
    await here.week()
    assert {to.tenant for to, _ in here.mail.arrived} == set(THREE)
    assert {to.id for to, _ in here.mail.arrived} == {MAILBOX}
    for to, text in here.mail.arrived:
        assert names_another(text, to.tenant) == []


# ---------------------------------------------------------------- what is seen


async def test_a_concern_at_one_council_is_seen_by_its_clerk_there_and_nowhere_else(here):
    concern = await raised(here, "barrow")
    assert "ruth" in set(concern.parties.handlers) | {one.seat for one in concern.way.chain}
    for other in ("southwell", "crickhowell"):
        for text in ("waiting", "concerns", concern.reference, "requests", "review", "offices"):
            said = told(await here.says("ruth", text, council=other))
            assert text == concern.reference or concern.reference not in said
            assert CANARY not in said
        for press in (f"concerns/open/{concern.id}", f"concerns/follow/{concern.id}"):
            said = told(await here.presses("ruth", press, council=other))
            assert CANARY not in said
            assert names_another(said, other) == []


async def test_the_same_reference_at_two_councils_is_two_concerns(here):
    first, second = await raised(here, "barrow"), await raised(here, "southwell")
    assert {first.council, second.council} == {"barrow", "southwell"}
    for concern in (first, second):
        seen = await here.store.called(concern.council, concern.reference)
        assert seen is not None
        assert seen.id == concern.id
