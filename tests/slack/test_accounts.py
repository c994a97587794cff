"""`protocol-bot accounts slack`: who is who, ready to paste into the settings."""

import asyncio
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack import members
from adapters.slack.members import Member, Members
from bot.errors import UnsoundContent
from content.settings import settings
from deploy.cli import main
from deploy.on_platforms import of_slack, told
from tests.slack.standin import Fault, StandIn

TEAM = "T01HILL"


def pasted(tmp_path, *people: Member, whole: bool = True):
    """What is printed, with the protocol filled in, read as settings: nothing else in it may need mending."""
    lines = (
        "\n".join(told(of_slack(Members(team=TEAM, name="Hill\ntop: council:", members=people, whole=whole)))) + "\n"
    )
    filled, times = re.subn(r"^council: ", "council: barrow ", lines, flags=re.MULTILINE)
    assert times == 1
    file = tmp_path / "protocol-bot.yaml"
    file.write_text(filled, encoding="utf-8")
    return settings(file)


def member(name: str, id: str = "U01", *, guest: bool = False) -> Member:
    return Member(id=id, name=name, guest=guest)


# ---------------------------------------------------------------- what is printed


def test_a_person_is_a_councillor_until_somebody_puts_it_right(tmp_path):
    read = pasted(tmp_path, member("Jo Hartley"), member("Alex Reed", "U02"))
    assert (read.council, read.workspaces) == ("barrow", {"slack": TEAM})
    assert [(p.id, p.name, p.offices, p.accounts) for p in read.people] == [
        ("jo-hartley", "Jo Hartley", ("councillor",), ("slack:U01",)),
        ("alex-reed", "Alex Reed", ("councillor",), ("slack:U02",)),
    ]


def test_until_the_protocol_is_filled_in_the_file_is_refused_with_the_line(tmp_path):
    file = tmp_path / "protocol-bot.yaml"
    lines = told(of_slack(Members(team=TEAM, name="Hill", members=(member("Jo"),), whole=True)))
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UnsoundContent, match=r"protocol-bot\.yaml, line 2, council: this is empty\."):
        settings(file)


def test_a_guest_of_the_workspace_is_named_and_not_listed_for_guests_can_look_clauses_up_anyway(tmp_path):
    guest = member("Sam\nField", "U02", guest=True)
    lines = list(told(of_slack(Members(team=TEAM, name="Hill", members=(member("Jo"), guest), whole=True))))
    assert lines[-1] == ("# Sam Field is a guest of the workspace: guests can look clauses up without being listed.")
    assert [person.id for person in pasted(tmp_path, member("Jo"), guest).people] == ["jo"]
    assert pasted(tmp_path, guest).people == ()


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Jo Hartley", "jo-hartley"), ("Siân O’Brien-Řehoř", "sian-obrien-rehor"), ("O'Neill: Clerk", "oneill-clerk"),
        ("李小龍", "u01"), ("null", "null"), ("Yes", "yes"), ("42", "42"),
        ('"Q" {x: [y], #z}', "q-x-y-z"), ("- a", "a"),
        ("Group", "group-u01"), ("Clerk", "clerk-u01"), ("Jo (Finance)", "jo-finance"), ("C:\\x", "c-x"),
        ("Ann\u2028Lee\x07 \t x", "ann-lee-x"), ("&anchor *star !tag %p @at `b", "anchor-star-tag-p-at-b"),
        ("a" * 100, "a" * 40), ("\U0001f600 Jo", "jo"), ("~", "u01"), ("Jo # not a comment", "jo-not-a-comment"),
    ],
    ids=[f"name-{number}" for number in range(19)],
)  # fmt: skip
def test_a_name_is_read_back_as_it_is_and_makes_a_sound_id(tmp_path, name, id):
    [person] = pasted(tmp_path, member(name)).people
    assert person.name == " ".join(name.replace("\x07", " ").split())
    assert person.id == id


def test_people_of_the_same_name_get_ids_of_their_own(tmp_path):
    read = pasted(tmp_path, *(member("Jo Lee", f"U{n}") for n in range(3)), member("Jo Lee 2", "U9"))
    assert [person.id for person in read.people] == ["jo-lee", "jo-lee-2", "jo-lee-3", "jo-lee-2-2"]


def test_where_there_are_more_people_that_is_said():
    last = list(told(of_slack(Members(team=TEAM, name="Hill", members=(member("Jo"),), whole=False))))[-1]
    assert last == "# Slack has more people than these 1: add whoever is missing by hand."


# ---------------------------------------------------------------- who is asked for


async def test_bots_strangers_and_whoever_has_left_are_not_listed():
    async with StandIn() as slack:
        space = slack.workspace(TEAM)
        space.add_user("U01", "Jo Hartley")
        space.add_user("U02", "Alex Reed", guest=True)
        space.add_user("U03", "Gone Away", deleted=True)
        space.add_user("U04", "Helper", is_bot=True)
        space.add_user("U05", "Stranger", team="T99")
        space.add_user("USLACKBOT", "Slackbot")
        [found] = await members.workspaces([space.token], slack.api_url)
    assert (found.team, found.whole) == (TEAM, True)
    assert found.members == (member("Alex Reed", "U02", guest=True), member("Jo Hartley"))


@pytest.mark.parametrize("mark", ["is_stranger", "is_bot", "is_workflow_bot", "is_connector_bot", "deleted"])
async def test_whoever_slack_marks_as_no_member_is_not_listed_though_the_team_is_ours(mark):
    large = Large(2, {"id": "U99999", "team_id": TEAM, "real_name": "A Stranger", mark: True})
    async with large.server as server:
        [found] = await members.workspaces(["xoxb-1"], str(server.make_url("/api/")))
    assert [one.name for one in found.members] == ["P0", "P1"]


class Large:
    """A workspace of so many people, page by page; `more` are on the first page."""

    def __init__(self, people: int, *more: dict[str, object]) -> None:
        self.people = people
        self.more = more
        self.asked = 0
        app = web.Application()
        app.add_routes([web.route("*", "/api/auth.test", self._here), web.route("*", "/api/users.list", self._page)])
        self.server = TestServer(app)

    async def _here(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "team_id": TEAM, "team": "Hill"})

    async def _page(self, request: web.Request) -> web.Response:
        self.asked += 1
        limit, begins = int(request.query["limit"]), int(request.query.get("cursor", "0"))
        assert limit <= 200, "docs.slack.dev, users.list"
        ends = min(self.people, begins + limit)
        people = [{"id": f"U{n:05d}", "team_id": TEAM, "real_name": f"P{n}"} for n in range(begins, ends)]
        people += self.more if not begins else ()
        more = {"next_cursor": str(ends) if ends < self.people else ""}
        return web.json_response({"ok": True, "members": people, "response_metadata": more})


@pytest.mark.parametrize(
    ("people", "pages", "whole"), [(1, 1, True), (450, 3, True), (5000, 25, True), (5001, 25, False)]
)
async def test_every_page_is_asked_for_up_to_as_many_as_a_council_can_need(people, pages, whole):
    large = Large(people)
    async with large.server as server:
        [found] = await members.workspaces(["xoxb-1"], str(server.make_url("/api/")))
    assert large.asked == pages
    assert (len(found.members), found.whole) == (min(people, 5000), whole)


async def test_where_slack_asks_for_patience_it_has_it():
    async with StandIn() as slack:
        space = slack.workspace(TEAM)
        space.add_user("U01", "Jo Hartley")
        slack.fail("users.list", Fault(status=429, error="ratelimited", after="1"))
        [found] = await members.workspaces([space.token], slack.api_url)
    assert found.members == (member("Jo Hartley"),)


# ---------------------------------------------------------------- the command


@pytest.fixture
async def slack() -> StandIn:
    async with StandIn() as slack:
        yield slack


async def accounts(capsys, monkeypatch, slack: StandIn, token: str) -> tuple[int, str, str]:
    monkeypatch.setenv("SLACK_BOT_TOKEN", token)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    status = await asyncio.to_thread(main, ["accounts", "slack"])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


async def test_the_command_prints_each_workspace_to_paste(capsys, monkeypatch, slack):
    for team in (TEAM, "T02VALE"):
        slack.workspace(team).add_user(f"U{team}", f"Jo of {team}")
    tokens = ",".join(space.token for space in slack.spaces.values())
    status, out, err = await accounts(capsys, monkeypatch, slack, tokens)
    assert (status, err) == (0, "")
    first, second = out.split("\n\n")
    assert f"\nworkspaces: {{slack: {TEAM}}}\n" in first
    assert [part.count("\ncouncil:  # put the id of your protocol here") for part in (first, second)] == [1, 1]
    assert '{id: jo-of-t02vale, name: Jo of T02VALE, offices: [councillor], accounts: ["slack:UT02VALE"]}' in second


@pytest.mark.parametrize(
    ("refused", "mend"),
    [("invalid_auth", "Copy the Bot User OAuth Token"), ("missing_scope", "Paste the manifest again")],
)
async def test_a_token_that_slack_refuses_is_said_with_the_mend_and_without_it(
    capsys, monkeypatch, slack, refused, mend
):
    space = slack.workspace(TEAM)
    space.refused = refused
    status, out, err = await accounts(capsys, monkeypatch, slack, space.token)
    assert (status, out) == (2, "")
    assert mend in err
    assert space.token not in err
    assert "Traceback" not in err


async def test_a_slack_that_asks_to_be_left_alone_for_long_is_left_alone(capsys, monkeypatch, slack):
    space = slack.workspace(TEAM)
    slack.fail("users.list", Fault(status=429, error="ratelimited", after="3600"))
    status, _, err = await accounts(capsys, monkeypatch, slack, space.token)
    assert status == 2
    assert "left alone for a while" in err


def test_without_a_token_it_is_said_where_it_is(capsys, monkeypatch):
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    assert main(["accounts", "slack"]) == 2
    assert "SLACK_BOT_TOKEN is not set. It is at api.slack.com/apps" in capsys.readouterr().err
