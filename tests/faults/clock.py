"""The clock jumps an hour forward or back while the bot runs, was a day wrong, or comes to a day that is like no other.

In: libfaketime, where it is, for a process of its own; a clock that is told what to say for the rest. Out: a table.
Never: this computer's clock set.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from bot.workdays import LONDON
from storage.database import engine
from storage.seal import read_keys
from tests import databases, report
from tests.concerns.world import CANARY, World, people_of
from tests.core.council import Council
from tests.faults.outcomes import Outcome, made, read, table, untried
from tests.faults.promises import broken, unsound
from tests.faults.town import NotServed, Town, town
from tests.report import Table
from tests.reviews.years import Years, at
from tests.slack.standin import Fault
from tests.worlds import StandingClock

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
#: Where Debian's package libfaketime puts it, on whatever processor, and where others do.
_LIBRARIES: Final = ("lib/*/faketime/libfaketimeMT.so.1", "lib*/faketime/libfaketimeMT.so.1")
#: Of England, as gov.uk lists them, over the weeks that are walked through.
_BANK_HOLIDAYS: Final = frozenset(
    (date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29))
)
_TARGET: Final = 5  # working days in which a concern is to be acknowledged, as the made-up council sets it


#: What was said: when, to whom, in which words.
Said = tuple[datetime, str, str]


# ---------------------------------------------------------------- the running bot's own clock


class Wrong:
    """A process whose clock is wrong by what stands in a file; the time that only goes on is left as it is."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._file = folder / "wrong"
        self._library = library
        self.by(timedelta())

    def by(self, span: timedelta) -> None:
        half = self._file.with_suffix(".new")
        half.write_text(f"{span.total_seconds():+.0f}", encoding="ascii")
        half.replace(self._file)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }


def faketime() -> Path | None:
    """The library that tells a process another time, where it is."""
    return next((file for pattern in _LIBRARIES for file in sorted(Path("/usr").glob(pattern))), None)


async def jumps(where: Path, lasts: float = 8.0) -> AsyncIterator[Outcome]:
    """In a real process: what falls due is looked at meanwhile, and once it is right all that waited goes out."""
    library = faketime()
    if library is None:
        yield untried("the clock jumps while the bot runs", "on Debian: sudo apt install libfaketime")
        return
    for span, name, (who, other) in ((HOUR, "forward", ("jo", "mark")), (-HOUR, "back", ("owen", "dev"))):
        (folder := where / name).mkdir()
        wrong = Wrong(folder, library)
        async with town(folder, **wrong.environ) as here, here.running():
            one = Outcome(f"the clock jumps an hour {name} while the bot runs", "a notice waits; people ask and send")
            try:
                await _jumped(here, wrong, span, one, (who, other), lasts)
            except NotServed as why:
                one.must(False, f"people are served again: {why}")
            one.holds(await here.broken())
            yield one


async def _jumped(
    here: Town, wrong: Wrong, span: timedelta, one: Outcome, people: tuple[str, str], lasts: float
) -> None:
    form, calls = await here.looks(people[0], "tom"), len(here.slack.called("chat.postMessage"))
    late = await here.looks(people[1], "tom")
    here.slack.fail("chat.postMessage", Fault(status=503), times=30)
    await here.sends(form, "tom")
    await here.until(lambda: len(here.slack.called("chat.postMessage")) > calls + 1)
    await asyncio.sleep(1)
    wrong.by(span)
    here.slack.faults.clear()
    await asyncio.sleep(2.2)  # it looks after more than a second, counted in whole ones, how wrong it is to be
    told = await here.sends(late, "tom")
    one.saw(f"a form sent at once: {read(told)}")
    one.must("401" in told, "its clock did jump: what is signed now is an hour off for it, and is refused")
    await asyncio.sleep(lasts)
    _, said = await here.ready()
    one.saw(f"{lasts:.0f} s later what falls due was last looked at {said['last_tick']:.0f} s ago")
    one.must(said["last_tick"] < lasts, "what falls due is looked at every few seconds all the same")
    wrong.by(timedelta())
    took = await here.until(lambda: bool(here.told_of(0)), 30)
    one.saw(f"the notice arrived {took:.0f} s after the clock was put right, if not before")
    one.must(len(here.told_of(0)) == 1, "the notice that waited arrives, once")
    refused = ""
    for _ in range(3):  # the process asks once a second how wrong it is; people press Send again
        if len(here.filed) < 2:
            await asyncio.sleep(1.5)
            refused = await here.sends(late, "tom")
    one.must(len(here.filed) == 2, f"the same form is taken once the clock is right, but: {read(refused)}")
    await here.until(lambda: bool(here.told_of(1)))
    one.must(len(here.told_of(1)) == 1, "and somebody is told of it, once")


# ---------------------------------------------------------------- weeks of a concern that nobody sees to


async def unattended(where: Path, begins: datetime, wrong: Sequence[tuple[timedelta, timedelta]] = ()) -> list[Said]:
    """All that is said to anybody in thirty days. `wrong`: how long after the beginning the clock jumps by how much."""
    world = await World(made(where), people_of("southwell"), at=begins).open()
    try:
        concern = await world.raises("councillor", "clerk", step="declined")
        said, known, jumps = list[Said](), 0, dict(wrong)
        real = begins
        while real < begins + 30 * DAY:
            real += timedelta(minutes=30)
            world.now += timedelta(minutes=30)
            world.now += jumps.pop(real - begins, timedelta())
            await world.tick()
            new, known = world.chat.arrived[known:], len(world.chat.arrived)
            said += [(real, who, post.plain()) for who, post in new]
            open_ = [one for one in await world.concerns() if one.state != "closed"]
            assert all(one.promised for one in open_), "an open concern of which nobody will be reminded"
        assert not [text for _, who, text in said if who == "clerk" and concern.reference in text]
        assert world.keys is not None
        amiss = await broken(world.engine.url, world.keys, private=CANARY)
        assert not amiss, "; ".join(amiss)
        return said
    finally:
        await world.close()


async def chased(where: Path) -> AsyncIterator[Outcome]:
    """With the clock right, then wrong in each way: the same is said as often, to the same people."""
    begins = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    right = await unattended(where / "right", begins)
    first = right[1][0] - begins
    ways = {
        "jumps an hour forward just before somebody is reminded": ((first - HOUR / 2, HOUR),),
        "jumps an hour back just after somebody was reminded": ((first + HOUR / 2, -HOUR),),
        "jumps forward, then back, each day for ten days": tuple(
            (day * DAY + hour * HOUR, span) for day in range(10) for hour, span in ((9, HOUR), (10, -HOUR))
        ),
        "was a day ahead when it was raised, and is then put right": ((2 * HOUR, -DAY),),
        "was a day behind when it was raised, and is then put right": ((2 * HOUR, DAY),),
    }
    for number, (way, wrong) in enumerate(ways.items()):
        one = Outcome(f"the clock {way}", "a concern that nobody sees to, for thirty days")
        shift = -sum((span for _, span in wrong), timedelta())
        said = await unattended(where / str(number), begins + shift, wrong)
        _compare(one, right, said, shift)
        yield one


def _compare(one: Outcome, right: Sequence[Said], said: Sequence[Said], shift: timedelta) -> None:
    """The words name days and references, which differ: who is told how often does not."""
    end = min(right[-1][0], *(moment - shift for moment, _, _ in said[-1:])) - 2 * DAY
    often = Counter(who for moment, who, _ in said if moment - shift <= end)
    usual = Counter(who for moment, who, _ in right if moment <= end)
    one.saw(f"{sum(often.values())} notices, where with a clock that is right there are {sum(usual.values())}")
    pairs = list(zip(right, said, strict=False))
    apart = max((abs(a[0] - (b[0] - shift)) for a, b in pairs if a[0] <= end), default=timedelta())
    one.saw(f"at most {apart.total_seconds() / 3600:.1f} h apart")
    one.must(often == usual, f"nobody is chased twice or never ({dict(usual)}, not {dict(often)})")
    weekend = 2 * DAY if abs(shift) >= DAY else timedelta()
    one.must(apart <= abs(shift) + weekend + HOUR, "each on its day, as nearly as the clock and the weekends let it")


async def odd_days(where: Path) -> AsyncIterator[Outcome]:
    """Reminded so many working days later, counted by hand, at the same time by the clock on the wall."""
    named = {
        "the clocks go back (25 October 2026)": date(2026, 10, 21),
        "the clocks go forward (28 March 2027)": date(2027, 3, 24),
        "29 February 2028": date(2028, 2, 24),
        "the end of a year": date(2026, 12, 22),
    }
    for number, (name, day) in enumerate(named.items()):
        one = Outcome(f"over {name}", "a concern that nobody sees to")
        begins = datetime.combine(day, time(10), LONDON)
        said = await unattended(where / f"odd-{number}", begins.astimezone(UTC))
        here = [moment.astimezone(LONDON) for moment, _, _ in said]
        due = _working_days_after(day, _TARGET)
        again = next(moment for moment in here if moment.date() > day)
        one.saw(f"raised on {day:%-d %B}, reminded on {again:%-d %B at %H:%M}")
        one.must(again.date() == due and abs(_minutes(again) - 600) <= 30, f"the reminder comes on {due} at 10:00")
        one.must(all(_is_open(moment) for moment in here), "nobody is disturbed at night or on a day off")
        yield one


def _minutes(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _working_days_after(day: date, many: int) -> date:
    while many:
        day += DAY
        many -= day.weekday() < 5 and day not in _BANK_HOLIDAYS
    return day


def _is_open(moment: datetime) -> bool:
    return moment.weekday() < 5 and moment.date() not in _BANK_HOLIDAYS and 510 <= _minutes(moment) < 1080


# ---------------------------------------------------------------- reviews


async def reviews(where: Path) -> AsyncIterator[Outcome]:
    """Due on the leap day; an hour too far whenever something is about to fall due, then right again."""
    for span, name in ((timedelta(), "right"), (HOUR, "an hour ahead"), (-HOUR, "an hour behind")):
        (folder := where / f"review-{span}").mkdir()
        memory = engine(databases.url(folder))
        try:
            clock = StandingClock()
            life = Years(Council(memory, clock, folder, meetings=()))
            await life.plan()
            await life.look()
            label = next(label for label in life.buttons("bea") if label.startswith("Set "))
            await life.fill(label, {"due": "2028-02-29"})
            while (due := await life.next()) is not None and due <= at("2028-04-01"):
                clock.now = due + span
                await life.bring_up()
                clock.now = due
                await life.bring_up()
            one = Outcome(
                f"the clock is {name} when a reminder falls due", "a review on 29 February 2028 that nobody does"
            )
            days = [told.day.isoformat() for told in life.told]
            one.saw(f"reminded on {', '.join(days[:4])} and {len(days) - 4} times after")
            one.must("2028-02-29" in days, "reminded on the day itself")
            one.must(len(set(days)) == len(days), "on no day twice")
            one.must(days[:4] == ["2027-12-01", "2028-01-28", "2028-02-22", "2028-02-29"], "on the days that were set")
            one.holds(await unsound(memory.url, read_keys(folder / "keys"), CANARY))
            yield one
        finally:
            await memory.dispose()


# ---------------------------------------------------------------- all of it


ALL: Final = {"jumps": jumps, "chased": chased, "odd_days": odd_days, "reviews": reviews}


async def every(tried: Sequence[str]) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        found = list[Outcome]()
        for name in tried:
            (where := Path(folder) / name).mkdir()
            found += [one async for one in ALL[name](where)]
    return found


def tables(tried: Sequence[str] = tuple(ALL)) -> Iterator[Table]:
    """One, of everything that a clock can do."""
    yield table("The clock", asyncio.run(every(tried)))


if __name__ == "__main__":
    sys.exit(report.tell(tables(sys.argv[1:] or tuple(ALL))))
