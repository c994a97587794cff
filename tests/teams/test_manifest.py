"""The app package as it is uploaded to Teams; and what is refused before anybody uploads it."""

import json
import re
import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest

from adapters.teams import PATH, icons, parse
from adapters.teams.manifest import ABOUT, PERMISSIONS, PRIVACY, TERMS, VERSION, manifest, package
from bot.bot import COMMANDS
from bot.conversation import Command
from bot.errors import ProtocolBotError
from bot.lists import LISTS
from tests.worlds import NOON, command, message

URL = "https://protocol.example.org"
APP = "0f8fad5b-d9cb-469f-a165-70867728950e"
BOTH = pytest.mark.parametrize("made", [manifest(URL, APP), manifest(URL, APP, slash=False)], ids=["slash", "no slash"])
#: Other names for what is offered under one of its names.
SAME = {"complain"}


def bot_of(made: dict) -> dict:
    (bot,) = made["bots"]
    return bot


def commands(made: dict) -> list[dict]:
    return [one for listed in bot_of(made)["commandLists"] for one in listed["commands"]]


# ---------------------------------------------------------------- what it asks for


@BOTH
def test_it_has_what_teams_reads_and_nothing_else(made):
    assert set(made) == {
        "$schema", "manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor",
        "bots", "permissions", "validDomains", "defaultInstallScope",
    }  # fmt: skip
    assert json.loads(json.dumps(made)) == made
    assert made["manifestVersion"] in made["$schema"]


@BOTH
def test_it_asks_for_what_is_explained_and_reads_no_channel(made):
    assert made["permissions"] == list(PERMISSIONS)
    assert set(PERMISSIONS) == {"identity", "messageTeamMembers"}
    assert all(PERMISSIONS.values())
    assert "authorization" not in made
    assert "webApplicationInfo" not in made


@BOTH
def test_it_talks_in_ones_own_chat_in_channels_and_in_group_chats(made):
    bot = bot_of(made)
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert (bot["isNotificationOnly"], bot["supportsFiles"]) == (False, False)
    assert [listed["scopes"] for listed in bot["commandLists"]] == [["personal"], ["team", "groupChat"]]
    assert (made["id"], bot["botId"]) == (APP, APP)


@BOTH
def test_its_texts_are_as_long_as_the_schema_allows(made):
    assert len(made["name"]["short"]) <= 30
    assert len(made["name"]["full"]) <= 100
    assert len(made["description"]["short"]) <= 80
    assert len(made["description"]["full"]) <= 4000
    assert len(made["developer"]["name"]) <= 32
    for listed in bot_of(made)["commandLists"]:
        assert 1 <= len(listed["commands"]) <= 12
    for one in commands(made):
        assert len(one["title"]) <= 128
        assert len(one["description"]) <= 4000


def test_commands_are_called_by_a_slash_where_others_are_and_only_where_the_schema_knows_it():
    with_slash, without = bot_of(manifest(URL, APP)), bot_of(manifest(URL, APP, slash=False))
    assert with_slash["supportsTargetedMessages"] is True
    assert [listed.get("triggers") for listed in with_slash["commandLists"]] == [None, ["mention", "slash"]]
    assert "supportsTargetedMessages" not in without
    assert all("triggers" not in listed for listed in without["commandLists"])
    assert manifest(URL, APP)["manifestVersion"] == "1.29"
    assert manifest(URL, APP, slash=False)["manifestVersion"] == "1.27"


@BOTH
def test_it_offers_what_there_is_to_ask_for(made):
    offered = {one["title"] for one in commands(made) if one.get("type") != "prompt"}
    there = {"protocol"} | {listed.name for listed in LISTS} | set(COMMANDS)
    assert offered <= there
    assert there - offered == SAME | {"compare", "history", "was", "held", "complaint", "setup"}  # help tells of these


def test_where_others_are_the_first_that_is_offered_tells_of_all():
    shared = bot_of(manifest(URL, APP))["commandLists"][1]["commands"]
    assert shared[0]["title"] == "protocol"
    person, tenant = "29:jo", {"tenant": {"id": "hilltop"}}
    where = {"id": "19:council@thread.tacv2", "conversationType": "channel"}
    asked = {"type": "message", "id": "1", "text": "protocol", "from": {"id": person}, "channelData": tenant}
    heard = parse.read(asked | {"conversation": where, "recipient": {"id": "28:bot", "isTargeted": True}}, NOON)
    assert isinstance(heard, parse.Delivery)
    assert isinstance(heard.event, Command)
    assert heard.event.text == ""


async def test_each_command_picked_from_the_list_is_that_command(bot):
    offered = {one["title"] for one in commands(manifest(URL, APP)) if one.get("type") != "prompt"}
    for title in offered - {"protocol"}:  # what Teams sends for that, `parse` makes help of
        assert await bot.hear(message(title)) == await bot.hear(command(title)), title


async def test_each_question_to_begin_with_is_answered_by_a_clause(bot):
    for one in commands(manifest(URL, APP)):
        if one.get("type") == "prompt":
            answer = await bot.hear(message(one["prompt"]))
            assert any(type(block).__name__ == "Cited" for block in answer.post.blocks), one["title"]


# ---------------------------------------------------------------- the file


def test_the_package_is_a_zip_file_with_the_manifest_and_two_pictures_and_always_the_same():
    made = package(URL, APP)
    with ZipFile(BytesIO(made)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert archive.testzip() is None
        told = json.loads(archive.read("manifest.json"))
        assert told == manifest(URL, APP)
        assert {told["icons"]["color"], told["icons"]["outline"]} <= set(archive.namelist())
    assert package(URL, APP) == made
    assert package(URL, APP, slash=False) != made


def pixels(png: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """How wide a picture is, and its pixels (w3.org, Portable Network Graphics); four unfiltered bytes each."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, {}
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        name, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(name + content),)
        parts[name] = content
        at += 12 + size
    wide, high, *kind = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert kind == [8, 6, 0, 0, 0]
    raw = zlib.decompress(parts[b"IDAT"])
    rows = [raw[row * (4 * wide + 1) : (row + 1) * (4 * wide + 1)] for row in range(high)]
    assert {row[0] for row in rows} == {0}
    assert wide == high
    return wide, [tuple(row[at : at + 4]) for row in rows for at in range(1, 4 * wide, 4)]


def test_the_picture_in_colour_fills_its_ground():
    side, drawn = pixels(icons.colour())
    assert side == 192
    assert {pixel[3] for pixel in drawn} == {255}
    assert "#{:02x}{:02x}{:02x}".format(*drawn[0][:3]) == icons.ACCENT == manifest(URL, APP)["accentColor"]
    assert (255, 255, 255, 255) in drawn


def test_the_outline_is_white_on_nothing():
    side, drawn = pixels(icons.outline())
    assert side == 32
    assert {pixel[:3] for pixel in drawn} == {(255, 255, 255)}
    assert drawn[0][3] == drawn[-1][3] == 0
    assert {0, 255} <= {pixel[3] for pixel in drawn}


# ---------------------------------------------------------------- what is given


def pages(made: dict) -> dict[str, str]:
    return {name: made["developer"][name] for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl")}


@pytest.mark.parametrize("url", [URL, f"{URL}/", f" {URL} ", f"{URL}{PATH}", f"{URL}{PATH}/"])
def test_its_pages_are_the_bots_own(url):
    made = manifest(url, APP)
    assert pages(made) == {"websiteUrl": URL + ABOUT, "privacyUrl": URL + PRIVACY, "termsOfUseUrl": URL + TERMS}
    assert made["validDomains"] == ["protocol.example.org"]


def test_an_address_keeps_its_port_and_the_path_before():
    made = manifest("https://example.org:8443/bot", APP)
    assert pages(made)["privacyUrl"] == f"https://example.org:8443/bot{PRIVACY}"
    assert made["validDomains"] == ["example.org"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:8080", "protocol.localhost", "127.0.0.1:4000", "[::1]:4000", "10.1.2.3",
        "192.168.0.7:8443", "169.254.1.1", "[fd00::1]", "[fe80::1]", "clerks-pc", "clerks-pc.", "PC.LOCAL",
        "pc.home.arpa", "pc.internal",
    ],
)  # fmt: skip
def test_what_only_this_computer_or_its_neighbours_could_call_is_refused_with_the_mend(scheme, host):
    with pytest.raises(ProtocolBotError, match="deploy/guide/teams.md, step 1") as refused:
        package(f"{scheme}://{host}", APP)
    assert host not in str(refused.value)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]:8443", "pc.local.example.org", "bot.uk"])
def test_what_the_internet_may_lead_to_is_taken(host):
    assert pages(manifest(f"https://{host}", APP))["websiteUrl"] == f"https://{host}{ABOUT}"


def test_nobody_may_call_without_tls():
    with pytest.raises(ProtocolBotError, match="Begin the address with https://"):
        manifest("http://protocol.example.org", APP)


@pytest.mark.parametrize(
    "url",
    [
        "", "protocol.example.org", "ftp://protocol.example.org", "https://", "https://a:b@example.org",
        "https://example.org/?a=b", "https://example.org/#a", "https://exa mple.org", "https://example.org:none",
        "https://exämple.org", f"https://example.org/{'a' * 2048}",
    ],
    ids=lambda url: url[:30] or "nothing",
)  # fmt: skip
def test_what_teams_could_not_call_is_refused_with_an_example(url):
    with pytest.raises(ProtocolBotError, match=re.escape("such as https://protocol.example.org")):
        package(url, APP)


@pytest.mark.parametrize("app_id", [APP.upper(), f" {APP}\n"], ids=["capitals", "pasted"])
def test_an_app_id_is_read_as_it_is_pasted(app_id):
    assert manifest(URL, app_id)["id"] == APP


@pytest.mark.parametrize(
    "app_id",
    [
        "", "protocol-bot", APP[:-1], APP.replace("-", ""), "{" + APP + "}",
        APP.replace("0", "g"), f"{0:08}-0000-0000-0000-{0:012}",
    ],
    ids=["nothing", "name", "short", "no dashes", "braces", "no hex", "noughts"],
)  # fmt: skip
def test_what_is_no_app_id_is_refused_with_where_it_stands(app_id):
    with pytest.raises(ProtocolBotError, match="Azure portal: your Azure Bot, Configuration, Microsoft App ID"):
        package(URL, app_id)


# ---------------------------------------------------------------- its version


def test_the_first_package_says_so_and_the_next_what_it_is_given():
    assert manifest(URL, APP)["version"] == VERSION == "1.0.0"
    assert manifest(URL, APP, version=" 1.0.1 ")["version"] == "1.0.1"
    assert manifest(URL, APP, slash=False, version="10.0.20")["version"] == "10.0.20"


@pytest.mark.parametrize(
    "version",
    [
        "",
        "1",
        "1.0",
        "1.0.0.0",
        "v1.0.1",
        "1.0.01",
        "1.0.-1",
        "1.0.1-beta",
        "1,0,1",
        "1.0.1\n1",
        "1.0.٣",
        "1.0.1000000",
    ],
    ids=["nothing", "one", "two", "four", "v", "nought", "minus", "beta", "commas", "lines", "letters", "large"],
)
def test_what_is_no_version_is_refused_with_an_example(version):
    with pytest.raises(ProtocolBotError, match=re.escape("such as 1.0.1, and higher")):
        package(URL, APP, version=version)
