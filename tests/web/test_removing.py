"""What somebody wrote in their own chat goes when they say so, and nothing else does."""

import pytest

from bot.conversation import Paragraph, Post, Whisper
from tests import databases
from tests.web.live import came

TYPED = {"kind": "text", "id": "e1", "council": "barrow", "seat": "clerk", "place": "private", "text": "zebra-canary"}
REMOVE = {"kind": "remove", "id": "r1", "council": "barrow", "seat": "clerk", "place": "private"}


@pytest.fixture
async def typed(client, scripted) -> str:
    """The id of something typed into the clerk's chat, and answered."""
    scripted.answer = Whisper(Post((Paragraph("please don't write it here"),)))
    told = await (await client.post("/api/events", json=TYPED)).json()
    return told["posts"][0]["id"]


async def shown(client, seat: str = "clerk", council: str = "barrow") -> str:
    response = await client.get("/api/workspace", params={"council": council, "seat": seat})
    return await response.text()


async def test_words_taken_back_are_gone_and_the_bot_hears_nothing_of_it(client, scripted, typed):
    heard = len(scripted.heard)
    told = await (await client.post("/api/events", json=REMOVE | {"post": typed})).json()
    assert told["posts"] == [{"place": "private", "id": typed, "gone": True}]
    assert "zebra" not in await shown(client)
    assert "write it here" in await shown(client)
    assert len(scripted.heard) == heard


async def test_words_taken_back_are_in_no_file(client, typed, tmp_path):
    assert b"zebra-canary" in databases.raw(tmp_path)
    await client.post("/api/events", json=REMOVE | {"post": typed})
    assert b"zebra-canary" not in databases.raw(tmp_path)


async def test_taking_them_back_twice_is_the_same_as_once(client, typed):
    for _ in range(2):
        response = await client.post("/api/events", json=REMOVE | {"post": typed})
        assert response.status == 200
    assert "write it here" in await shown(client)


@pytest.mark.parametrize("change", [{"seat": "chair"}, {"council": "twywell"}])
async def test_nobody_elses_words_go(client, typed, change):
    await client.post("/api/events", json=REMOVE | {"post": typed} | change)
    assert "zebra" in await shown(client)


async def test_what_the_bot_said_stays(client, typed):
    response = await client.post("/api/events", json=REMOVE | {"post": "answer-clerk:e1"})
    assert response.status == 400
    assert "write it here" in await shown(client)


async def test_what_was_said_in_the_channel_stays(client, scripted):
    told = await (await client.post("/api/events", json=TYPED | {"place": "channel"})).json()
    post = told["posts"][0]["id"]
    for place, status in (("channel", 400), ("private", 200)):
        response = await client.post("/api/events", json=REMOVE | {"place": place, "post": post})
        assert response.status == status
    assert "zebra" in await shown(client)


async def test_only_ones_own_words_have_the_button(client, scripted, typed):
    await client.post("/api/events", json=TYPED | {"id": "e2", "place": "channel"})
    assert (await shown(client)).count("data-remove") == 1
    assert "data-remove" not in await shown(client, "chair")


async def test_every_open_page_of_its_author_is_told_and_no_other(client, typed):
    opened = [await client.get("/api/live", params={"council": "barrow", "seat": seat}) for seat in ("clerk", "chair")]
    await client.post("/api/events", json=REMOVE | {"post": typed})
    clerk, chair = [await came(opened[0], f'"id":"{typed}","gone":true'), await came(opened[1])]
    assert f'"id":"{typed}","gone":true' in clerk
    assert typed not in chair
