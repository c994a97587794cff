"""A concern or a request that is damaged: everybody else's goes on, and whose it is they are told, and nobody else."""

import pytest
from sqlalchemy import text

from bot.conversation import Buttons, Reject, Visit, Whisper
from tests import databases
from tests.concerns.world import CANARY, filled, opened, told

pytestmark = pytest.mark.database

ONE_MORE = "One more can't be opened just now. Nothing of it is deleted"
SHUT = "This can't be opened just now."


async def spoilt(here, matter: str) -> None:
    """Whose key is gone does not open; what stands beside it does."""
    async with databases.whole(here.engine) as connection:
        await connection.execute(text("DELETE FROM keys WHERE matter = :matter"), {"matter": matter})


async def listed(here, who: str, text: str) -> str:
    return told(await here.says(who, text))


async def test_the_lists_show_what_opens_and_say_that_one_more_does_not(world):
    here = await world()
    first, second = [await here.raises("councillor", about, step="declined") for about in ("officer", "officer-2")]
    await spoilt(here, first.matter)
    handlers = [seat for seat in second.parties.handlers if seat in first.parties.handlers]
    assert handlers
    for who, listing in (("councillor", "concerns"), *((seat, "waiting") for seat in handlers)):
        said = await listed(here, who, listing)
        assert ONE_MORE in said
        assert second.reference in said
        assert first.reference not in said


async def test_where_none_opens_nobody_is_told_that_there_is_none(world):
    here = await world()
    concern = await here.raises("councillor", "officer", step="declined")
    await spoilt(here, concern.matter)
    for who, listing in (("councillor", "concerns"), (concern.parties.handlers[0], "waiting")):
        said = await listed(here, who, listing)
        assert ONE_MORE in said
        assert "nothing here" not in said.casefold()


async def test_whom_it_is_about_is_told_what_they_would_be_told_without_it(world):
    here = await world()
    before = [await listed(here, "officer", listing) for listing in ("concerns", "waiting")]
    concern = await here.raises("councillor", "officer", step="declined")
    await spoilt(here, concern.matter)
    assert [await listed(here, "officer", listing) for listing in ("concerns", "waiting")] == before


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
    assert SHUT in told(await here.presses("councillor", f"concerns/follow/{damaged.id}"))
    left = await here.says("councillor", "concerns")
    buttons = [button for block in left.post.blocks if isinstance(block, Buttons) for button in block.buttons]
    assert len(buttons) == 1


async def test_whoever_opens_it_by_its_button_is_told_that_it_is_not_lost_and_the_log_says_which(world, caplog):
    here = await world()
    concern = await here.raises("councillor", "officer", step="declined")
    await spoilt(here, concern.matter)
    handlers = concern.parties.handlers
    assert handlers
    for who, step in (("councillor", "follow"), *((seat, "open") for seat in handlers)):
        caplog.clear()
        assert SHUT in told(await here.presses(who, f"concerns/{step}/{concern.id}"))
        assert f"{concern.matter} does not open" in caplog.text
        assert CANARY not in caplog.text


async def test_a_button_of_a_damaged_one_tells_everybody_else_what_a_button_of_none_would(world):
    here = await world()
    concern = await here.raises("councillor", "officer", step="declined")
    others = {one.id for one in here.settings[here.council].people} - {"councillor", *concern.parties.handlers}
    before = {who: told(await here.presses(who, "concerns/open/nothing")) for who in others}
    await spoilt(here, concern.matter)
    for who in others:
        for step in ("follow", "open"):
            assert told(await here.presses(who, f"concerns/{step}/{concern.id}")) == before[who]


async def test_whoever_misses_one_can_not_tell_by_a_button_whether_another_is_about_them(world):
    """One of a councillor's own is damaged; so is one about them, whose button came into their hands."""
    here = await world()
    own = await here.raises("councillor", "officer", step="declined")
    about = await here.raises("officer", "councillor", step="declined")
    for one in (own, about):
        await spoilt(here, one.matter)
    for step in ("follow", "open"):
        none = told(await here.presses("councillor", f"concerns/{step}/nothing"))
        assert told(await here.presses("councillor", f"concerns/{step}/{about.id}")) == none


@pytest.mark.parametrize("gone", ["matters", "parts"])
async def test_also_of_one_of_which_nearly_nothing_is_left(world, gone):
    here = await world()
    concern = await here.raises("councillor", "officer", step="declined")
    async with databases.whole(here.engine) as connection:
        await connection.execute(text(f"DELETE FROM {gone}"))  # noqa: S608  # our own words
    assert SHUT in told(await here.presses("councillor", f"concerns/follow/{concern.id}"))


async def test_what_was_written_for_it_stays_in_its_form(world):
    here = await world()
    concern = await here.raises("councillor", "officer", step="declined")
    form = opened(await here.presses("councillor", f"concerns/follow/{concern.id}"))
    await spoilt(here, concern.matter)
    answer = await here.sends("councillor", form, act="add", text=f"{CANARY} and again in June")
    assert isinstance(answer, Reject)
    assert SHUT in told(answer)


async def test_the_form_it_was_filed_from_files_it_no_second_time(world):
    here = await world()
    form = await here.looks("councillor", "officer", step="declined")
    sent = here.submit("councillor", form.id, filled(form))
    assert "Reference" in told(await here.hear(sent))
    (concern,) = await here.concerns()
    await spoilt(here, concern.matter)
    answer = await here.hear(here.submit("councillor", form.id, filled(form)))
    assert isinstance(answer, Reject)
    assert SHUT in told(answer)


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
    assert request.reference in await listed(here, lead, "waiting")
    await spoilt(here, request.matter)
    assert ONE_MORE in await listed(here, lead, "waiting")
    pressed = await here.presses(lead, f"requests/open/{request.id}")
    assert "can't be opened at the moment" in pressed.post.plain()
    assert "One more" not in await listed(here, "officer", "waiting")
