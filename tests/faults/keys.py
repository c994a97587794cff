"""The sealing keys: rolled while the bot runs, removed, another's put in their place, an old one missing.

In: a bot as a process, its key file. Out: a table: what people were told, what the doctor says, what was lost: nothing.
Never: a key in the report.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from storage.seal import new_keys
from tests import report
from tests.faults.disk import command
from tests.faults.outcomes import Outcome, read, table
from tests.faults.town import NotServed, Town, town
from tests.report import Table

#: What everybody is told then; an administrator why, too.
_REFUSED: Final = "take no concern"
Spoils: TypeAlias = Callable[[Town], None]


def rolled(here: Town) -> None:
    """As the guide says it is done, but for the restart."""
    assert command("keys", "rotate", "--data", here.data).returncode == 0


def removed(here: Town) -> None:
    here.keys.unlink()


def of_another(here: Town) -> None:
    """The key file of another database."""
    here.keys.unlink()
    new_keys(here.keys)


def old_one_missing(here: Town) -> None:
    """A new key was put in, and the one that wrapped everything taken out before `keys rotate`."""
    new_keys(other := here.keys.with_suffix(".other"))
    here.keys.write_bytes(other.read_bytes())


#: How, in words; what is done to the file; whether the bot that runs still takes concerns, and the next one.
_ALL: Final[Sequence[tuple[str, Spoils, bool, bool]]] = (
    ("rolled, with the older key below the new one", rolled, False, True),
    ("removed", removed, True, False),
    ("replaced by another database's", of_another, True, False),
    ("rolled by hand, without the older key", old_one_missing, True, False),
)


async def one_way(where: Path, words: str, spoils: Spoils, running: bool, next_: bool) -> Outcome:
    """While it runs; at the next start; and with the right file back again."""
    one = Outcome(f"the key file is {words}", "concerns are sent: at once, after a restart, after it is put right")
    async with town(where) as here:
        async with here.running():
            await here.raises("jo", "tom")
            await here.until(lambda: bool(here.told_of()))
            good = here.keys.read_bytes()
            await asyncio.to_thread(spoils, here)
            one.saw(f"at once: {await _sent(here, one, 'mark', running)}")
        async with here.running():
            one.saw(f"after a restart: {await _sent(here, one, 'owen', next_)}")
            doctor = await asyncio.to_thread(command, "doctor", "--offline", "--data", here.data, cwd=here.where)
            wrong = [line for line in doctor.stdout.splitlines() if line.strip().startswith("wrong")]
            one.must(next_ or any("key" in line for line in wrong), "doctor says what is wrong with the key file")
        if not next_:
            here.keys.write_bytes(good)
            here.keys.chmod(0o600)
            async with here.running():
                one.saw(f"put right: {await _sent(here, one, 'dev', True)}")
        one.holds(await here.broken())
    return one


async def _sent(here: Town, one: Outcome, who: str, taken: bool) -> str:
    """Whether a concern is taken, which it is to be, or not; and what they are told instead."""
    before = len(here.filed)
    try:
        told = await here.raises(who, "tom")
        await here.until(lambda: len(here.filed) > before and bool(here.told_of()), 10)
    except NotServed:
        told = here.sees(who)[-1]
    _, health = await here.told("healthz")
    one.must((len(here.filed) > before) is taken, f"{who} is {'served' if taken else 'told that nothing can be kept'}")
    one.must(taken or _REFUSED in told, "they are told so before they have written anything")
    one.must(taken or health["store"], "/healthz says why")
    one.must("expect" in await here.asks("ruth"), "a question is answered all the same")
    return "taken" if len(here.filed) > before else read(told)


async def every(which: Sequence[tuple[str, Spoils, bool, bool]]) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for number, one in enumerate(which):
            (where := Path(folder) / str(number)).mkdir()
            found.append(await one_way(where, *one))
        return found


def tables(which: Sequence[tuple[str, Spoils, bool, bool]] = _ALL) -> Iterator[Table]:
    """One, of everything that can happen to a key file."""
    yield table("The sealing keys", asyncio.run(every(which)))


if __name__ == "__main__":
    sys.exit(report.tell(tables()))
