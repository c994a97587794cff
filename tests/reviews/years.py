"""Years of reviews in a moment: the clock jumps from one thing that falls due to the next.

In: a council, what people do meanwhile. Out: what was said, when and to whom. Never: a moment at which something is due
passed over; a tick for each hour.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from bot import workdays
from bot.conversation import Due, Send
from bot.naming import by_the_clock
from bot.review import Review
from bot.workdays import LONDON
from tests import queue
from tests.core.council import Council, tokens
from tests.worlds import command, press, submit

HERE = by_the_clock("barrow")


class Told(NamedTuple):
    """One reminder: the local day and time it came, everybody it came to, and what it says."""

    day: date
    hour: time
    to: frozenset[str]
    text: str


def at(day: str, hour: str = "12:00") -> datetime:
    """A moment by the council's own clock."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=LONDON)


class Years:
    """A council's bot through the years. `anew` makes the bot once more, as after a restart, on what is kept."""

    def __init__(self, council: Council, anew: Callable[[], Council] | None = None) -> None:
        self.council = council
        self.anew = anew
        self.told: list[Told] = []
        self._buttons: dict[str, dict[str, str]] = {}

    @property
    def clock(self) -> Any:
        return self.council.clock

    async def plan(self) -> None:
        """The daily look at what is to come; a second one on the same day is the same delivery."""
        now = self.clock()
        id = f"plan/{workdays.today(now)}"
        event = Due(id=id, where=HERE, at=now, matter="review/barrow", rung="plan", due=now)
        await self.council.bot.hear(event)

    async def until(self, moment: datetime) -> None:
        """Everything that falls due by then is brought up at its time."""
        await self.plan()
        while (due := await self.next()) is not None and due <= moment:
            self.clock.now = max(due, self.clock())
            await self.bring_up()
        self.clock.now = moment
        await self.plan()

    async def next(self) -> datetime | None:
        """When something falls due."""
        return min((one.due for one in await queue.promised(self.council.store)), default=None)

    async def away_until(self, moment: datetime) -> None:
        """Nobody is running until then; then somebody is again."""
        self.clock.now = moment
        await self.plan()
        await self.bring_up()

    async def bring_up(self) -> None:
        """Brought up, with a restart in between where there are any; then once more, for nothing."""
        if self.anew is not None:
            await self.council.ticker.tick()
            self.council = self.anew()
        self._add(await self.council.notices())
        self._add(await self.council.notices())

    def _add(self, notices: list[Send]) -> None:
        here = self.clock().astimezone(LONDON)
        texts: dict[str, set[str]] = {}
        for notice in notices:
            assert notice.once
            assert notice.rests
            assert workdays.next_open(here, "england", ("18:00", "08:30")) == here, f"somebody is disturbed at {here}"
            assert notice.to.id not in {who for known in texts.values() for who in known}, "told twice at once"
            texts.setdefault(said(notice), set()).add(notice.to.id)
            self._buttons[notice.to.id] = tokens(notice.post)
        for text, who in texts.items():
            self.told.append(Told(here.date(), here.time(), frozenset(who), text))

    # ------------------------------------------------------------ what people do

    async def press(self, label: str, who: str = "bea") -> Any:
        """A button of the newest reminder they got."""
        return await self.council.hear(press(self._buttons[who][label], who=who))

    async def fill(self, label: str, values: Mapping[str, str], who: str = "bea") -> str:
        """The form behind a button of theirs, filled in on top of what stands in it; what is then said."""
        form = await self.council.opened(press(self._buttons[who][label], who=who))
        return await self.send(form, values, who)

    async def send(self, form: Any, values: Mapping[str, str], who: str = "bea") -> str:
        whole = {field.name: field.value for field in form.fields} | dict(values)
        return await self.council.whispered(submit(form.id, whole, who=who))

    def buttons(self, who: str) -> dict[str, str]:
        """The tokens of their newest reminder, by label."""
        return self._buttons[who]

    async def look(self, who: str = "bea") -> str:
        """`/protocol review`; its buttons are theirs from now on."""
        answer = await self.council.hear(command("review", who=who))
        self._buttons[who] = tokens(answer.post)
        return answer.post.plain()

    async def review(self, document: str = "protocol") -> Review:
        found = await self.council.store.review("barrow", document)
        assert found is not None
        return found


def said(notice: Send) -> str:
    """Without who may press what: that differs from one to the other."""
    lines = notice.post.plain().splitlines()
    return "\n".join(line for line in lines if not line.startswith("The clerk or the chair records"))
