"""`protocol-bot accounts teams`: who is who, ready to be a council's settings. And `manifest teams`: a file."""

import asyncio
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from adapters.teams import manifest
from adapters.teams.members import Member
from bot.errors import UnsoundContent
from content.settings import settings
from deploy.cli import main
from deploy.kept import folder
from deploy.on_platforms import PACKAGE, told
from deploy.platforms import teams_given
from deploy.platforms.listed import Listed
from deploy.platforms.teams_people import FEW
from storage.teams_places import SqlPlaces
from tests.teams.conftest import CHANNEL, TENANT, account
from tests.teams.standin import Fault, StandIn
from tests.teams.standin.server import APP_ID, PASSWORD

ID = "0b0a0a0a-0000-4000-8000-00000000000a"


def listed(*people: Member, council: str = "barrow", missing: str = "") -> Listed:
    return Listed("teams", TENANT, f"{TENANT}: council:", "a guest there", people, missing, council)


# ---------------------------------------------------------------- what is printed


def test_all_of_it_is_a_councils_settings(tmp_path):
    people = Member(ID, "Siân O’Brien", guest=False), Member(account("x"), "Clerk", guest=False)
    file = tmp_path / "protocol-bot.yaml"
    file.write_text("\n".join(told(listed(*people))), encoding="utf-8")
    read = settings(file)
    assert (read.council, read.workspaces) == ("barrow", {"teams": TENANT})
    assert [(p.id, p.name, p.offices, p.accounts) for p in read.people] == [
        ("sian-obrien", "Siân O’Brien", ("councillor",), (f"teams:{ID}",)),
        (f"clerk-{account('x')}", "Clerk", ("councillor",), (f"teams:{account('x')}",)),
    ]


def test_a_guest_is_named_and_not_listed():
    lines = list(told(listed(Member(ID, "Sam\nField", guest=True))))
    assert "people: []" in lines
    assert lines[-1] == "# Sam Field is a guest there: guests can look clauses up without being listed."


def test_where_there_may_be_more_people_that_is_said():
    assert list(told(listed(missing=FEW)))[-1] == f"# {FEW}"


# ---------------------------------------------------------------- the command


@pytest.fixture
def given(monkeypatch, teams: StandIn) -> None:
    """The environment of a bot that has been set up."""
    for name, value in {
        teams_given.APP: APP_ID,
        teams_given.TENANT: TENANT,
        teams_given.PASSWORD: PASSWORD,
        teams_given.LOGIN: teams.login.url,
        teams_given.OPENID: teams.keys.openid_url,
        teams_given.HOSTS: teams.host,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def where(tmp_path: Path, monkeypatch) -> Path:
    """A folder with the first two lines of the settings."""
    here = tmp_path / "council"
    here.mkdir()
    (here / "protocol-bot.yaml").write_text(f"council: barrow\nworkspaces: {{teams: {TENANT}}}\n", encoding="utf-8")
    monkeypatch.chdir(here)
    return here


async def ran(teams: StandIn, *places: str) -> None:
    """A bot has run here, and knows these."""
    async with folder.opened(folder.made(Path("protocol-bot-data"), folder.RUN)) as memory:
        known = SqlPlaces(memory, {TENANT: "barrow"})
        for place in places:
            url = teams.tenants[TENANT].service_url
            await known.keep(TENANT, place, service_url=url, who="", at=datetime.now(UTC))


async def accounts(capsys, *more: str) -> tuple[int, str, str]:
    status = await asyncio.to_thread(main, ["accounts", "teams", *more])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


async def test_the_command_prints_the_people_of_every_team_once(capsys, teams, tenant, given, where):
    tenant.add_person(account("guest"), "Guest From Elsewhere", guest=True)
    tenant.add_channel("19:another@thread.tacv2", "another")
    await ran(teams, CHANNEL, "19:another@thread.tacv2")
    status, out, err = await accounts(capsys)
    assert (status, err) == (0, "")
    file = where / "settings.yaml"
    file.write_text(out, encoding="utf-8")
    read = settings(file)
    assert (read.council, read.workspaces) == ("barrow", {"teams": TENANT})
    assert {p.accounts for p in read.people} == {
        (f"teams:{aad}",) for aad, one in tenant.people.items() if not one.guest
    }
    assert not teams.called("say", "open"), "nobody is told anything"


async def test_a_bot_that_knows_no_team_yet_says_what_to_do(capsys, teams, given, where):
    await ran(teams)
    status, out, err = await accounts(capsys)
    assert (status, out) == (2, "")
    assert f"The bot knows no team in the tenant {TENANT} yet." in err
    assert "write @Protocol Bot" in err


async def test_a_bot_that_never_ran_is_told(capsys, given, where):
    status, _, err = await accounts(capsys, "--data", "nowhere")
    assert status == 2
    assert "Nothing is kept in nowhere." in err
    assert not (where / "nowhere").exists()


async def test_a_team_that_can_not_be_read_is_told_of(capsys, teams, tenant, given, where):
    tenant.add_channel("19:another@thread.tacv2", "another", with_bot=False)
    await ran(teams, CHANNEL, "19:another@thread.tacv2")
    status, out, _ = await accounts(capsys)
    assert status == 0
    assert out.rstrip().endswith(f"# {FEW}")


async def test_what_microsoft_refuses_is_said_with_the_mend_and_without_the_secret(
    capsys, monkeypatch, teams, given, where
):
    await ran(teams, CHANNEL)
    monkeypatch.setenv(teams_given.PASSWORD, "another-secret-of-the-app")
    status, out, err = await accounts(capsys)
    assert (status, out) == (2, "")
    assert "AADSTS7000215" in err
    assert "another-secret" not in err
    assert "Traceback" not in err


async def test_a_team_that_the_bot_was_thrown_out_of_is_told(capsys, teams, given, where):
    await ran(teams, CHANNEL)
    teams.fail("members", Fault(status=403, code="BotNotInConversationRoster"), times=5)
    status, out, err = await accounts(capsys)
    assert (status, out) == (2, "")
    assert "BotNotInConversationRoster" in err


def test_without_an_app_it_is_said_where_its_id_is(capsys, monkeypatch):
    monkeypatch.delenv(teams_given.APP, raising=False)
    assert main(["accounts", "teams"]) == 2
    assert "TEAMS_APP_ID is not set. It is at portal.azure.com" in capsys.readouterr().err


async def test_settings_that_name_no_tenant_are_told_with_the_line_to_add(capsys, given, where):
    (where / "protocol-bot.yaml").write_text("council: barrow\n", encoding="utf-8")
    status, _, err = await accounts(capsys)
    assert status == 2
    assert f"Add:  workspaces: {{teams: {TENANT}}}" in err


async def test_settings_that_are_not_there_are_told(capsys, given, where):
    status, _, err = await accounts(capsys, "--settings", "nowhere.yaml")
    assert status == 2
    assert "nowhere.yaml" in err
    with pytest.raises(UnsoundContent):
        settings(Path("nowhere.yaml"))


# ---------------------------------------------------------------- the app package


def packaged(*more: str) -> int:
    return main(["manifest", "teams", "--url", "https://protocol.example.org", "--app-id", APP_ID, *more])


def test_the_package_is_written_and_it_is_said_what_to_do_with_it(capsys, where):
    assert packaged() == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(f"{PACKAGE} is written.\n")
    assert "admin.teams.microsoft.com" in shown.out
    assert (where / PACKAGE).read_bytes() == manifest.package("https://protocol.example.org", APP_ID)


def test_it_is_another_without_slash_commands(where):
    assert packaged("--no-slash", "--out", "older.zip") == 0
    with zipfile.ZipFile(where / "older.zip") as there:
        assert "manifest.json" in there.namelist()
    assert (
        (where / "older.zip").read_bytes()
        == manifest.package("https://protocol.example.org", APP_ID, slash=False)
        != manifest.package("https://protocol.example.org", APP_ID)
    )


def test_a_package_to_update_one_with_has_a_higher_version(capsys, where):
    assert packaged("--version", "1.0.1") == 0
    assert (where / PACKAGE).read_bytes() == manifest.package("https://protocol.example.org", APP_ID, version="1.0.1")
    capsys.readouterr()
    assert packaged("--version", "", "--out", "other.zip") == 2
    assert "such as 1.0.1" in capsys.readouterr().err
    assert not (where / "other.zip").exists()


def test_a_package_that_was_there_is_written_anew_and_that_is_said(capsys, where):
    packaged("--no-slash")
    capsys.readouterr()
    assert packaged() == 0
    assert "is written anew, instead of the one that was there." in capsys.readouterr().out


def other_zip() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("minutes.txt", "minutes")
    return made.getvalue()


@pytest.mark.parametrize("content", [b"minutes", b"", other_zip()], ids=["text", "nothing", "another-zip"])
def test_no_other_file_is_ever_written_over(capsys, where, content):
    (where / "minutes").write_bytes(content)
    assert packaged("--out", "minutes") == 2
    assert "minutes is there already, and is no app package." in capsys.readouterr().err
    assert (where / "minutes").read_bytes() == content


def test_a_file_that_can_not_be_written_is_told(capsys, where):
    assert packaged("--out", "nowhere/package.zip") == 2
    assert "can't be written" in capsys.readouterr().err


def test_an_address_that_teams_could_not_call_is_told_and_nothing_is_written(capsys, where):
    assert main(["manifest", "teams", "--url", "http://protocol.example.org", "--app-id", APP_ID]) == 2
    assert "https" in capsys.readouterr().err
    assert not (where / PACKAGE).exists()
