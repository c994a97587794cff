"""A small sample of what the rates are measured with: it still works, and counts what it should."""

import asyncio
import itertools
import json
import shutil
import time
from cProfile import Profile

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.slack.manifest import PATH
from adapters.teams import PATH as TEAMS
from bot.contents import Contents
from content import load
from tests.bench import (
    as_slack,
    as_teams,
    bare_bolt,
    bare_botbuilder,
    costs,
    due,
    on_teams,
    profiling,
    slack_rates,
    teams_rates,
    wrk,
)  # fmt: skip
from tests.bench.asking import never_asked
from tests.bench.beside import bare
from tests.bench.due import Asked, Way
from tests.bench.ground import running
from tests.bench.wrk import Request
from tests.ports import free_port


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not here (Debian: apt install wrk)")
async def test_refusals_and_answers_that_say_something_else_are_counted_as_wrong():
    came: set[str] = set()

    async def answered(request: web.Request) -> web.Response:
        came.add(said := await request.text())
        return web.Response(status=500 if said == "é 0" else 200, text="no" if said == "é 1" else "yes")

    app = web.Application()
    app.add_routes([web.post("/here", answered)])
    asked = [Request("POST", "/here", {"X-Two": "words"}, f"é {number}") for number in range(4)]
    async with TestServer(app) as server:
        rate = await asyncio.to_thread(wrk.hit, str(server.make_url("/")), asked, 1, connections=2, says="yes")
    assert came == {one.body for one in asked}
    assert 0.8 < rate.wrong / rate.right < 1.2


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not here (Debian: apt install wrk)")
async def test_what_may_be_asked_only_once_is_never_asked_twice_in_silence():
    async def answered(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/", answered)])
    async with TestServer(app) as server:
        with pytest.raises(ValueError, match="only 1 were ready: some were asked twice"):
            await asyncio.to_thread(wrk.hit, str(server.make_url("/")), [Request("GET", "/", {}, "")], 1, once=True)


@pytest.mark.parametrize("measured", [slack_rates, teams_rates, costs])
def test_without_wrk_it_is_told_what_was_not_tried(measured, monkeypatch):
    monkeypatch.setenv("PATH", "")
    tables = list(measured.tables())
    assert [goal.met for table in tables for goal in table.goals] == [None] * len(tables)
    assert all("apt install wrk" in table.markdown() for table in tables)


async def test_a_lookup_over_teams_that_is_looked_at_arrives_in_the_other_process(tmp_path):
    async with on_teams.opened(tmp_path, "barrow") as door, ClientSession() as session:
        (asked,) = door.requests(iter(["roles"]))
        url = door.url.removesuffix(asked.path) + asked.path
        async with session.post(url, data=asked.body, headers=asked.headers) as answer:
            door.right += answer.status == 200
        assert door.right == 1


def test_a_question_that_nobody_asked_before_comes_once():
    asked = list(itertools.islice(never_asked(["who mediates?", "can I ring the clerk"]), 10))
    assert len({*asked, "who mediates?", "can I ring the clerk"}) == 12


def test_no_question_is_a_word_by_itself_which_may_be_a_command():
    asked = itertools.islice(never_asked(["complaint", "any complaint", "who mediates?"]), 8)
    assert all(" " in question for question in asked)


def test_time_is_counted_for_the_part_that_spends_it():
    pack = load.council("barrow")
    with Profile() as profile:
        for _ in range(20):
            Contents(pack)
    told = profiling.shares(profile)
    assert next(iter(told)) == "our bot: deciding"
    assert sum(told.values()) == pytest.approx(1.0)


async def test_what_is_asked_at_its_moment_waits_for_nobody():
    async def one(request: str, moment: float) -> Asked:
        await asyncio.sleep(0.2)
        return Asked(request, time.perf_counter() - moment, "lost" if request == "b" else "")

    asked = await due.ask([Way(itertools.repeat("a"), 20), Way(itertools.repeat("b"), 1)], 1, one)
    assert [row[:2] for row in due.rows(asked)] == [["a", "20"], ["b", "1"]]
    assert [goal.met for goal in due.goals(asked, missing=0)] == [False, False]


@pytest.mark.parametrize(("missing", "more", "met"), [(0, 0, True), (1, 0, False), (0, 1, False)])
def test_what_is_kept_less_often_or_more_often_than_acknowledged_misses_the_goal(missing, more, met):
    lost, _ = due.goals([Asked("form", 0.1)], missing, more=more)
    assert lost.met is met


@pytest.mark.parametrize(
    ("kind", "status", "told", "wrong"),
    [
        ("command", 200, b'{"blocks": [{}]}', ""),
        ("command", 200, b"", "not taken"),
        ("command", 500, b'{"blocks": [{}]}', "status 500"),
        ("form", 200, b'{"response_action": "clear"}', ""),
        ("form", 200, b'{"response_action": "errors"}', "not taken"),
        ("form", 200, b"", "not taken"),
        ("command", 200, json.dumps({"blocks": [load.words()("slack-failed")]}).encode(), "failed"),
    ],
)
def test_what_tells_of_a_fault_or_of_nothing_is_no_answer(kind, status, told, wrong):
    assert as_slack.wrong(kind, status, told) == wrong


async def test_bolt_by_itself_acknowledges_what_slack_signed_and_nothing_else():
    body = next(as_slack.commands(["roles"], "http://127.0.0.1/"))
    async with TestClient(TestServer(bare_bolt.app(as_slack.SECRET))) as client:
        taken = await client.post(PATH, data=body, headers=as_slack.signed(body))
        refused = await client.post(PATH, data=body, headers={**as_slack.signed(body), "X-Slack-Signature": "v0=00"})
        assert (taken.status, refused.status) == (200, 401)
        assert bare_bolt.OK in await taken.text()


async def test_botbuilder_by_itself_says_back_what_it_is_told(tmp_path):
    async with as_teams.teams(tmp_path) as teams, ClientSession() as session:
        port, headers = free_port(), {"Authorization": teams.authorization}
        async with running(bare(tmp_path, "botbuilder", port, teams.surroundings)):
            for path in (TEAMS, bare_botbuilder.DEPRECATED):
                said = as_teams.mention(teams.url, "councillor", "roles", f"19:{path}")
                async with session.post(f"http://127.0.0.1:{port}{path}", json=said, headers=headers) as answer:
                    assert answer.status == 201
        assert dict(teams.posts) == {f"19:{path}": 1 for path in (TEAMS, bare_botbuilder.DEPRECATED)}
