"""An invented council, Upper Mallow, which does not come with the project; and invented wordings of its protocol.

In: clauses as lines. Out: packs; a bot on a real store that goes by what is adopted. Never: a sentence of a real one.
"""

from datetime import date, datetime
from secrets import token_hex
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import adopting
from bot.adopting import Wanted
from bot.conversation import Due
from bot.edition import Edition, bare, latest
from bot.handbook import Handbook
from bot.naming import by_the_clock
from bot.pack import Clause, Heading, Item, Pack, Pair, Routes, Rule, Stage
from bot.records import Turn
from bot.review import PROTOCOL
from deploy.handbooks import kept_up
from storage.tables import audit
from tests import databases
from tests.core.council import Council, settings

ID, NAME = "upper-mallow", "Upper Mallow Parish Council"
CONCERNS = "When something goes wrong"
FIRST = (
    "# General",
    "1.1 Members speak to staff with respect.",
    "1.2 Letters are answered within ten working days.",
    f"# {CONCERNS}",
    "2.1 A member who is troubled by another speaks to the chair first.",
    "2.2 What was told in confidence stays so:",
    "- names of staff",
    "- matters of pay",
)
#: A clause is put in before the rule, which goes; the letters get more time.
SECOND = (
    "# General",
    "1.1 Members speak to staff with respect.",
    "1.2 Letters are answered within fifteen working days, in writing.",
    f"# {CONCERNS}",
    "2.1 Nobody is asked to put up with threats.",
    "2.2 Notes of such talks are kept by the clerk for a year.",
    "2.3 What was told in confidence stays so:",
    "- names of staff",
    "- matters of health",
)


def pack(*lines: str, rule: str = "", by: str = "chair", **changes: Any) -> Pack:
    """A wording: `# heading`, `number words`, `- line of a list`. `rule`: by which clause it is raised with `by`."""
    body: list[Heading | Clause] = []
    for number, line in enumerate(lines):
        mark, _, words = line.partition(" ")
        if mark == "#":
            body.append(Heading(heading=words, ref=None, level=1, id=f"h-{number}"))
        elif mark == "-" and isinstance(above := body[-1], Clause):
            id = f"{above.id}-{len(above.items) + 1}"
            item = Item(id=id, strength="none", topics=(), marker="•", text=words)
            body[-1] = replace(above, items=(*above.items, item))
        else:
            id = mark.replace(".", "-")
            body.append(Clause(id=id, ref=mark, strength="must", topics=(), text=words))
    routes = _routes(rule.replace(".", "-"), by) if rule else bare(ID, NAME, "england").routes
    whole = replace(bare(ID, NAME, "england"), body=tuple(body), routes=routes)
    return replace(whole, **changes)


def _routes(clause: str, by: str) -> Routes:
    """Informally, between councillors: with the chair, say."""
    silent = bare(ID, NAME, "england").routes
    stage: Stage = "informal"
    rule = Rule(id="speak-first", clause=clause, stage=stage, who=(by,), strength="must", plain="Speak first.")
    return Routes(rules=(rule,), pairs=tuple(_pair(pair) for pair in silent.pairs))


def _pair(pair: Pair) -> Pair:
    between = pair.raiser == pair.about == "councillor"
    return replace(pair, informal=("speak-first",)) if between else pair


def wanted(pack: Pack, on: date, minute: str = "2026/31", **changes: Any) -> Wanted:
    return Wanted(pack, on, minute, **changes)


class Mallow(Council):
    """Its bot; as many of them as a test wants, on one store."""

    def __init__(self, engine: Any, clock: Any, folder: Any, **changes: Any) -> None:
        own = {"council": ID, "name": NAME, "nation": "england"} | changes
        super().__init__(engine, clock, folder, **own)
        self._own = settings(**own)

    def another(self) -> Any:
        """The handbooks of another replica."""
        return kept_up([self._own], self.clock, self.store)

    async def book(self) -> Handbook:
        found = await self.books(by_the_clock(ID))
        assert found is not None
        return found

    async def keep_for(self, pack: Pack, on: date, minute: str = "2026/31") -> None:
        """An edition of a day that the clock of this bot has not reached yet: another one's goes before it."""
        number = latest((await self.book()).editions) + 1
        edition = Edition(council=ID, number=number, pack=pack, on=on, minute=minute, at=self.clock())
        await self.store.keep(ID, _event(self.clock()), Turn(keep=(edition,)))

    async def adopt(self, pack: Pack, on: date, minute: str = "2026/31", **changes: Any) -> None:
        """As another process does it."""
        book, now = await self.book(), self.clock()
        review, draft = await self.store.review(ID, PROTOCOL), await self.store.draft(ID)
        turn = adopting.adoption(wanted(pack, on, minute, **changes), book, review, now, draft)
        await self.store.keep(ID, _event(now), turn)


async def traced(engine: AsyncEngine) -> list[str]:
    """What was done, as the audit trail has it, in order."""
    async with databases.whole(engine) as connection:
        return list((await connection.execute(select(audit.c.did).order_by(audit.c.seq))).scalars())


def _event(now: datetime) -> Due:
    where = by_the_clock(ID)
    return Due(id=f"adopt/{token_hex(6)}", where=where, at=now, matter="edition", rung="adopt", due=now)
