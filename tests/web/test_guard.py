"""The server answers its own page on this computer, and nobody else."""

import json
import logging

import pytest

from bot.conversation import Paragraph, Post, Whisper
from tests.web.live import came

GOOD = {"kind": "text", "id": "e1", "council": "barrow", "seat": "clerk", "place": "private", "text": "hello"}


async def told(response) -> str:
    return (await response.json())["problem"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/workspace", "/static/chat.js"])
async def test_another_website_gets_nothing(client, headers, path):
    response = await client.get(path, headers=headers)
    assert response.status == 403
    assert await told(response)


async def test_another_website_can_not_send(client, scripted):
    response = await client.post("/api/events", json=GOOD, headers={"Origin": "http://evil.example"})
    assert response.status == 403
    assert scripted.heard == []


@pytest.mark.parametrize("type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_only_json_is_taken(client, scripted, type):
    response = await client.post("/api/events", data=json.dumps(GOOD), headers={"Content-Type": type})
    assert response.status == 415
    assert scripted.heard == []


async def test_too_much_at_once_is_refused_and_says_so(client, scripted):
    response = await client.post("/api/events", json=GOOD | {"text": "x" * 70_000})
    assert response.status == 413
    assert "too long" in await told(response)
    assert scripted.heard == []


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/nothing.js", "/api/nothing"]
)
async def test_nothing_else_is_served(client, path):
    response = await client.get(path)
    assert response.status == 404


async def test_every_answer_carries_the_headers_that_keep_the_page_to_itself(client):
    for path in ("/", "/static/chat.js", "/api/workspace", "/nothing"):
        headers = (await client.get(path)).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_failure_of_ours_is_a_sentence_and_leaves_no_words_in_the_log(client, scripted, caplog):
    caplog.set_level(logging.DEBUG)
    scripted.answer = ValueError("zebra-canary")
    response = await client.post("/api/events", json=GOOD | {"text": "zebra-canary"})
    assert response.status == 500
    assert "Please try once more" in await told(response)
    assert "ValueError" in caplog.text
    assert "zebra" not in caplog.text


async def test_what_was_typed_is_kept_although_the_answer_failed_and_trying_again_answers(client, scripted):
    scripted.answer = ValueError()
    await client.post("/api/events", json=GOOD)
    scripted.answer = Whisper(Post((Paragraph("here you are"),)))
    response = await client.post("/api/events", json=GOOD)
    assert len((await response.json())["posts"]) == 2
    kept = await (await client.get("/api/workspace", params={"council": "barrow", "seat": "clerk"})).json()
    assert len(kept["private"]) == 2


async def test_what_is_said_is_seen_at_once_by_those_who_may_see_it(client, scripted):
    scripted.answer = Whisper(Post((Paragraph("for the clerk"),)))
    opened = [await client.get("/api/live", params={"council": "barrow", "seat": seat}) for seat in ("clerk", "chair")]
    await client.post("/api/events", json=GOOD | {"place": "channel", "text": "hello everybody"})
    await client.post("/api/events", json=GOOD | {"id": "e2", "place": "channel", "text": "/protocol 3.2"})
    clerk, chair = await came(opened[0], "hello everybody", "for the clerk"), await came(opened[1], "hello everybody")
    assert "hello everybody" in clerk
    assert "for the clerk" in clerk
    assert "hello everybody" in chair
    assert "for the clerk" not in chair
    assert "/protocol 3.2" not in chair


async def test_whoever_asks_for_the_live_stream_without_its_words_is_not_sent_them(client):
    """The answer to HEAD ends with its headers: what came after them would be taken for the next answer."""
    response = await client.head("/api/live")
    assert response.status == 405
