"""A concern or a request that is damaged: everybody else's goes on, and whose it is they are told, and nobody else."""

import pytest
from sqlalchemy import text

from bot.conversation import Buttons, Visit, Whisper
from storage.seal import Damaged
from tests import databases
from tests.concerns.world import CANARY

pytestmark = pytest.mark.database

ONE_MORE = "One more can't be opened just now. Nothing of it is deleted"


async def spoilt(here, matter: str) -> None:
    """Whose key is gone does not open; what stands beside it does."""
    async with databases.whole(here.engine) as connection:
        await connection.execute(text("DELETE FROM keys WHERE matter = :matter"), {"matter": matter})


async def told(here, who: str, text: str) -> str:
    answer = await here.says(who, text)
    assert isinstance(answer, Whisper), answer
    return answer.post.plain()


async def test_the_lists_show_what_opens_and_say_that_one_more_does_not(world):
    here = await world()
    first, second = [await here.raises("councillor", about, step="declined") for about in ("officer", "officer-2")]
    await spoilt(here, first.matter)
    handlers = [seat for seat in second.parties.handlers if seat in first.parties.handlers]
    assert handlers
    for who, listing in (("councillor", "concerns"), *((seat, "waiting") for seat in handlers)):
        said = await told(here, who, listing)
        assert ONE_MORE in said
        assert second.reference in said
        assert first.reference not in said


async def test_where_none_opens_nobody_is_told_that_there_is_none(world):
    here = await world()
    concern = await here.raises("councillor", "officer", step="declined")
    await spoilt(here, concern.matter)
    for who, listing in (("councillor", "concerns"), (concern.parties.handlers[0], "waiting")):
        said = await told(here, who, listing)
        assert ONE_MORE in said
        assert "nothing here" not in said.casefold()


async def test_whom_it_is_about_is_told_what_they_would_be_told_without_it(world):
    here = await world()
    before = [await told(here, "officer", listing) for listing in ("concerns", "waiting")]
    concern = await here.raises("councillor", "officer", step="declined")
    await spoilt(here, concern.matter)
    assert [await told(here, "officer", listing) for listing in ("concerns", "waiting")] == before


async def test_ones_own_page_says_it_as_well(world):
    here = await world()
    concern = await here.raises("councillor", "officer", step="declined")
    await spoilt(here, concern.matter)
    page = await here.hear(Visit(**here._base("councillor", None, None)))
    assert any(ONE_MORE in post.plain() for post in page.posts)


async def test_another_can_be_raised_and_followed_beside_it(world):
    here = await world()
    damaged = await here.raises("councillor", "officer", step="declined")
    await spoilt(here, damaged.matter)
    form = await here.looks("councillor", "officer-2", step="declined")
    receipt = await here.sends("councillor", form)
    assert isinstance(receipt, Whisper)
    with pytest.raises(Damaged) as failed:
        await here.presses("councillor", f"concerns/follow/{damaged.id}")
    assert CANARY not in str(failed.value)
    listed = await here.says("councillor", "concerns")
    buttons = [button for block in listed.post.blocks if isinstance(block, Buttons) for button in block.buttons]
    assert len(buttons) == 1


async def test_a_request_waits_while_it_is_not_known_whom_a_concern_of_theirs_is_about(world):
    """Whoever looked after it might be who that concern is about, and must not learn of it."""
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    async with databases.whole(here.engine) as connection:
        (key,) = (await connection.execute(text("SELECT wrapped FROM keys"))).scalars()
    await spoilt(here, concern.matter)
    await here.says("councillor", "held")
    await here.tick()
    assert not [said for _, post in here.chat.arrived for said in [post.plain()] if "personal data" in said]
    again = "INSERT INTO keys (council, matter, wrapped) VALUES (:council, :matter, :wrapped)"
    async with databases.whole(here.engine) as connection:
        await connection.execute(text(again), {"council": here.council, "matter": concern.matter, "wrapped": key})
    await here.passes(days=4)
    told = {who for who, post in here.chat.arrived if "personal data" in post.plain()}
    assert told
    assert "clerk" not in told


async def test_a_request_that_does_not_open_is_said_so_to_whoever_deals_with_it(world):
    here = await world()
    await here.says("councillor", "held")
    await here.tick()
    (lead,) = {who for who, post in here.chat.arrived if "personal data" in post.plain()}
    (request,) = await here.store.requests(here.council, lead)
    assert request.reference in await told(here, lead, "waiting")
    await spoilt(here, request.matter)
    assert ONE_MORE in await told(here, lead, "waiting")
    pressed = await here.presses(lead, f"requests/open/{request.id}")
    assert "can't be opened at the moment" in pressed.post.plain()
    assert "One more" not in await told(here, "officer", "waiting")
