"""Walking through concerns: a council, the people in it, and what they can do, each step watched.

In: Hypothesis's choices. Out: events, and what came of them. Never: a rule; what must hold (`tests.concerns.watch`).
"""

import asyncio
import itertools
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import event as sql_event
from sqlalchemy.exc import DBAPIError

from bot.concern import Concern
from bot.conversation import Answer, Due, Event, Form, Open, Reject, Submit
from bot.routing import party
from bot.settings import Settings
from tests import databases
from tests.concerns.watch import Heard, Watch
from tests.concerns.world import World, filled, options

T = TypeVar("T")
_folders = itertools.count(1)

#: Stands for a statement that the database refuses, at the worst moment.
_REFUSED = "the disk is full"
#: What a token in which a concern stands means, and who it is for.
_HANDLERS, _RAISERS = {"open", "recuse", "handle"}, {"follow", "mine", "further"}
_ODD = (
    "",
    "nobody",
    "formal",
    "none",
    "p1",
    "p4",
    "the-group",
    "the-council",
    "else-councillor",
    "\ud800",
    "x" * 20_001,
)


class Followed(World):
    """Every event and its answer are remembered, and watched."""

    watch: Watch | None = None

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kept: list[Event] = []
        self.forms: dict[str, Form] = {}

    async def hear(self, event: Event) -> Answer | None:
        if not isinstance(event, Due):
            self.now += timedelta(seconds=1)
        assert self.watch is not None
        self.watch.rows = self.dump()
        answer = await super().hear(event)
        if isinstance(answer, Open):
            self.forms[answer.form.id] = answer.form
        if await self.watch.after(event, answer):
            self.kept.append(event)
        return answer


class Walk(RuleBasedStateMachine):
    """A council, the people in it, and what they do; its rules are in the test."""

    #: How often the database broke in the middle of a turn, on any walk.
    broken: ClassVar[int] = 0

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world: Followed | None = None
        self.waited = False
        self.breaks_at = 0  # the statement of a form's turn at which the database breaks, before the form comes again
        self.heard, root = Heard(), logging.getLogger()
        self.level = root.level
        root.addHandler(self.heard)
        root.setLevel(logging.DEBUG)

    def begins(self, council: Settings) -> None:
        folder = self.folder / f"walk-{next(_folders)}"
        folder.mkdir()
        self.world = Followed(folder, council)
        self.run(self.world.open())
        self.watch = self.world.watch = Watch(self.world)

    def run(self, work: Awaitable[T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        logging.getLogger().removeHandler(self.heard)
        logging.getLogger().setLevel(self.level)
        if self.world is not None:
            self.run(self.world.close())
            shutil.rmtree(self.world.folder)
        self.runner.close()

    # ------------------------------------------------------------ who, and what they fill in

    def people(self) -> list[str]:
        """Every account, and somebody nobody knows."""
        seats = self.world.book().roster.seats.values()
        return [*(account.id for seat in seats for account in seat.accounts), "stranger"]

    def author(self, account: str) -> str:
        seat = self.world.book().roster.seat(self.world.press(account, "").who)
        return seat.id if seat else account

    def values(self, data, form: Form, account: str, *, sensible: bool, **chosen: str) -> dict[str, str]:
        """What somebody fills in: their own words in every field that takes words."""
        given = filled(form)
        for field in form.fields:
            if field.name in chosen:
                given[field.name] = chosen[field.name]
            elif field.options:
                offered = [option.value for option in field.options]
                given[field.name] = data.draw(st.sampled_from(offered if sensible else [*offered, *_ODD]), field.name)
            elif sensible and self.watch.wrote(self.author(account), field.value):
                continue  # their own words stand there already
            elif sensible or data.draw(st.booleans(), field.name):
                given[field.name] = self.watch.text(self.author(account))
            else:
                given[field.name] = ""
        return given

    def sends(self, data, form: Form, account: str, *, sensible: bool = True, **chosen: str) -> Answer | None:
        values = self.values(data, form, account, sensible=sensible, **chosen)
        event = self.world.submit(account, form.id, values)
        if self.breaks_at:
            rows = self.world.dump()
            if self.breaks(event, self.breaks_at):
                assert self.world.dump() == rows, "half a turn was kept"
        return self.run(self.world.hear(event))

    def presses(self, account: str, token: str) -> Answer | None:
        return self.run(self.world.presses(account, token))

    def raising(self, data) -> Iterator[Form]:
        """The forms in turn, until the receipt or a refusal; `fills` is what is chosen in each."""
        able = [s.accounts[0].id for s in self.world.book().roster.seats.values() if s.accounts and party(s.offices)]
        if not able:
            return
        account = data.draw(st.sampled_from(able), "raiser")
        answer = self.presses(
            account, data.draw(st.sampled_from(("concerns/start/", "concerns/start/formal")), "start")
        )
        for _ in range(6):
            if not isinstance(answer, Open):
                break
            form, self.fills = answer.form, {}
            if form.id.startswith("concerns/letter/"):
                break
            yield form
            answer = self.sends(data, form, account, **self.fills)
            if isinstance(answer, Reject):
                shown = {"", *(field.name for field in form.fields)}
                assert set(answer.problems) <= shown, "what is wrong is in a field that they were not shown"

    def handler_does(self, data, concern: Concern, act: str | None) -> None:
        able = [id for id in concern.parties.handlers if id in self.world.book().roster.seats]
        accounts = [a.id for id in able for a in self.world.book().roster.seats[id].accounts[:1]]
        if not accounts:
            return
        account = data.draw(st.sampled_from(accounts), "handler")
        answer = self.presses(account, f"concerns/open/{concern.id}")
        if isinstance(answer, Open):
            self.sends(data, answer.form, account, **({"act": act} if act else {}))

    def raiser_does(self, data, but: tuple[str, ...]) -> None:
        """One of the things that they are offered, except these."""
        concern = data.draw(st.sampled_from(list(self.watch.known.values())), "concern")
        seat = self.world.book().roster.seats.get(concern.parties.raiser)
        if seat is None or not seat.accounts:
            return
        account = seat.accounts[-1].id
        answer = self.presses(account, f"concerns/follow/{concern.id}")
        for _ in range(2):
            if isinstance(answer, Open):
                acts = [act for act in options(answer.form, "act") if act not in but]
                chosen = {"act": data.draw(st.sampled_from(acts), "act")} if acts else {}
                answer = self.sends(data, answer.form, account, **chosen)

    # ------------------------------------------------------------ anybody, anything

    def as_anybody(self, data, token: str, event: Callable[[str, str], Event]) -> None:
        """What is not theirs changes nothing, and tells no more than what was never there."""
        account = data.draw(st.sampled_from(self.people()), "who")
        _, step, value = token.split("/", 2)
        mine = self._is_theirs(account, step, value)
        made = event(account, token)
        rows = self.world.dump()
        answer = self.run(self.world.hear(made))
        if not mine:
            assert self.world.dump() == rows, "something that was not theirs was changed"
            id, dot, rest = value.partition(".")
            nothing = self.run(self.world.hear(event(account, f"concerns/{step}/{'0' * len(id)}{dot}{rest}")))
            assert answer == nothing, "the answer tells that there is something"

    def _is_theirs(self, account: str, step: str, value: str) -> bool:
        concern = self.watch.known.get(value.partition(".")[0])
        if step not in _HANDLERS | _RAISERS or (step == "mine" and not value):
            return True
        seat = self.author(account)
        if concern is None:
            return False
        return seat in concern.parties.handlers if step in _HANDLERS else seat == concern.parties.raiser

    def filings(self) -> list[Submit]:
        """Forms by which something was filed that is still there."""
        return [
            one
            for one in self.world.kept
            if isinstance(one, Submit)
            and one.form.startswith("concerns/send/")
            and any(one.values["story"] in said.text for concern in self.watch.known.values() for said in concern.words)
        ]

    def breaks(self, event: Event, at: int) -> bool:
        """Whether the store failed at this statement of its transaction."""
        counted = itertools.count(1)

        def wall(connection, _cursor, statement, values, context, _many):
            if databases.only_reads(connection):
                return statement, values
            if several := context.execution_options.get("several"):  # see storage.at_once: to SQLAlchemy they are one
                each, _ = several
                each[:] = [said._replace(sql=_REFUSED) if next(counted) == at else said for said in each]
                return statement, values
            return (_REFUSED if next(counted) == at else statement), values

        sync = self.world.engine.sync_engine
        sql_event.listen(sync, "before_cursor_execute", wall, retval=True)
        try:
            self.run(self.world.bot.hear(event))
        except DBAPIError:
            Walk.broken += 1
            return True
        finally:
            sql_event.remove(sync, "before_cursor_execute", wall)
        self.run(self.world.watch.after(event, None))
        return False
