"""Who is told that a wording was put in force, by whichever door; and what the audit trail has of it."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bot import adopting, telling
from bot.concern import Concern
from bot.edition import Draft
from bot.records import Turn
from tests.core.council import without
from tests.editions.test_concerns import RULE, raised, text
from tests.editions.world import FIRST, ID, SECOND, Mallow, pack, traced, wanted
from tests.worlds import NOON, command, press

pytestmark = pytest.mark.database

MAY, TODAY = date(2026, 5, 3), NOON.date()


@pytest.mark.parametrize(
    ("by", "told"),
    [("", {"dee", "bea"}), ("bea", {"dee"}), ("dee", {"eve", "bea"})],
    ids=["the command line", "the clerk", "the chair"],
)
async def test_the_chair_and_the_clerk_are_told_but_for_whoever_did_it(mallow, by, told):
    await mallow.adopt(pack(*FIRST, rule="2.1"), TODAY, by=by)
    found = await mallow.told()
    assert set(found) == told
    assert all("in force from 22 November 2026 (minute 2026/31)" in one for one in found.values())


@pytest.mark.parametrize(
    ("gone", "alternates", "told"),
    [
        (("dee",), {"chair": ("gus", "fay")}, {"gus"}),
        (("dee",), {}, {"eve"}),
        (("dee", "eve"), {}, set()),
    ],
    ids=["an alternate", "the vice-chair", "nobody"],
)
async def test_without_a_chair_whoever_stands_in_is_told(database, clock, tmp_path, gone, alternates, told):
    mallow = Mallow(database, clock, tmp_path, people=without(*gone), alternates=alternates)
    says = adopting.tells("bea", await mallow.book())
    await mallow.adopt(pack(*FIRST), TODAY, by="bea")
    assert set(await mallow.told()) == told
    names = [(await mallow.book()).roster.seats[id].name for id in told]
    assert all(name in says for name in names)
    assert ("Nobody can be told of it here" in says) == (not told)


async def test_it_is_said_by_name_who_did_it_or_that_it_was_the_command_line(mallow):
    await mallow.adopt(pack(*FIRST), MAY, by="bea")
    assert "by Bea Hall" in (await mallow.told())["dee"]
    await mallow.adopt(pack(*SECOND), TODAY)
    assert "on the computer that the bot runs on" in (await mallow.told())["dee"]


async def test_the_audit_trail_has_a_line_on_each_adoption(mallow, database):
    await mallow.adopt(pack(*FIRST), MAY)
    await mallow.adopt(pack(*SECOND), TODAY, by="bea")
    assert await traced(database) == ["adopted", "adopted"]
    turn = adopting.adoption(wanted(pack(*FIRST), TODAY), await mallow.book(), None, NOON)
    assert [(one.matter, one.who) for one in turn.traces] == [("edition/3", "terminal")]


@pytest.mark.parametrize("same", [True, False])
async def test_a_draft_is_emptied_by_either_door_if_it_is_this_very_wording(mallow, same):
    made = pack(*FIRST)
    draft = Draft(council=ID, pack=made if same else pack(*SECOND), at=mallow.clock())
    await mallow.store.keep(ID, command("x", council=ID), Turn(keep=(draft,)))
    await mallow.adopt(made, TODAY)
    assert ((await mallow.store.draft(ID)).pack is None) == same


async def test_nothing_is_put_in_force_before_its_day_nor_behind_one_that_waits_for_its_own(mallow):
    ahead = wanted(pack(*FIRST), TODAY + timedelta(days=1))
    found = adopting.problems(ahead, await mallow.book(), TODAY)
    assert found == {
        "on": "23 November 2026 is still to come, and nothing can be put in force before it was adopted. "
        "Please come back on that day."
    }
    await mallow.keep_for(pack(*SECOND), TODAY + timedelta(days=1))
    assert set(adopting.problems(wanted(pack(*FIRST), TODAY), await mallow.book(), TODAY)) == {"on"}


async def test_a_concern_whose_wording_is_gone_says_so_and_shows_no_rule_of_today(mallow, caplog):
    await mallow.adopt(pack(*FIRST, rule="2.1"), MAY)
    first, _ = await raised(mallow)
    lost: Concern = replace(first, edition=7)
    await mallow.store.keep(ID, command("lost", council=ID), Turn(keep=(lost,)))
    told = text(await mallow.opened(press(f"concerns/open/{first.id}", who="dee", council=ID)))
    assert "The wording that this was raised under can’t be found" in told
    assert RULE not in told
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == [
        f"{ID}: edition 7 is not there, and a concern goes by it"
    ]
    assert telling.labels(("speak-first",), (await mallow.book()).as_of(7)) == "its clause can’t be found"
