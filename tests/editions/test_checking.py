"""`protocol-bot check` looks at a council by the wording in force there, or says that it could not."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import adopting
from bot.naming import by_the_clock
from deploy.cli import main
from deploy.handbooks import kept_up
from deploy.kept import folder
from storage.seal import read_keys
from storage.store import SqlStore
from tests import databases, worlds
from tests.core.council import settings
from tests.editions.test_command import SETTINGS
from tests.editions.world import FIRST, ID, NAME, pack, wanted
from tests.worlds import NOON

pytestmark = pytest.mark.database

PEOPLE = """
people:
- {id: ann, name: Ann Lee, offices: [councillor], accounts: ["web:ann"]}
- {id: dee, name: Dee Frost, offices: [chair, councillor], accounts: ["web:dee"]}
"""


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A folder as `run` leaves it, the settings of a council of its own beside it; and nothing else is known."""
    monkeypatch.chdir(tmp_path)
    held = tmp_path / "held"
    folder.made(held, folder.RUN)
    if databases.on_postgres():
        monkeypatch.setenv("DATABASE_URL", databases.url(tmp_path, "bot"))
    else:
        assert main(["migrate", "--data", str(held)]) == 0
    (tmp_path / "own.yaml").write_text(SETTINGS.replace("people: []", PEOPLE), encoding="utf-8")
    return held


def checked(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(["check", *arguments])
    return (status, *capsys.readouterr())


def adopt(data: Path) -> None:
    asyncio.run(_adopted(folder.file_of(data, folder.RUN)))


async def _adopted(file: Path) -> None:
    own = settings(council=ID, name=NAME, nation="england", people=())
    async with folder.opened(file) as memory:
        store = SqlStore(memory, read_keys(folder.keys_beside(file)))
        book = await kept_up([own], lambda: NOON, store)(by_the_clock(ID))
        turn = adopting.adoption(wanted(pack(*FIRST, rule="2.1"), date(2026, 5, 3)), book, None, NOON)
        await store.keep(ID, worlds.command("x", council=ID), turn)


@pytest.mark.sqlite_only("there the database is known without a folder")
def test_without_a_database_a_council_of_its_own_is_checked_and_told_what_was_looked_at(capsys, data):
    status, out, _ = checked(capsys, "--settings", "own.yaml")

    assert status == 0
    assert "upper-mallow: by no wording at all, for none comes with the bot." in out
    assert "name the folder of the database with --data DIR" in out


@pytest.mark.sqlite_only("there the database is known without a folder")
def test_without_a_database_it_says_that_it_looked_at_the_wording_that_comes_with_the_bot(capsys, data):
    file = data.parent / "barrow.yaml"
    file.write_text(f"council: barrow\n{PEOPLE}", encoding="utf-8")

    assert "barrow: by the wording as it comes with the bot. To look at" in checked(capsys, "--settings", str(file))[1]


def test_with_a_database_it_goes_by_the_wording_in_force(capsys, data):
    _, before, _ = checked(capsys, "--settings", "own.yaml", "--data", str(data))
    adopt(data)
    status, after, _ = checked(capsys, "--settings", "own.yaml", "--data", str(data))

    assert "None was put in force here yet." in before
    assert status == 0
    assert "upper-mallow: by the wording in force since 3 May 2026 (2026/31)." in after


@pytest.mark.sqlite_only("there the database is not in a folder")
def test_a_folder_that_holds_nothing_is_said(capsys, data):
    status, _, err = checked(capsys, "--settings", "own.yaml", "--data", "nowhere")

    assert status == 2
    assert "Nothing is kept in nowhere." in err


def test_a_councils_own_folder_is_not_looked_at_with_made_up_people(capsys, data):
    status, _, err = checked(capsys, "--data", str(data))

    assert status == 2
    assert "Name its settings with --settings FILE." in err


@pytest.mark.parametrize("command", ["reminders", "calendar"])
def test_reminders_and_the_calendar_take_the_council_of_the_settings(capsys, data, command):
    next_year = datetime.now(UTC).year + 1
    more = ["--until", f"{next_year}-12-31"] if command == "reminders" else ["--out", "dates.ics"]
    given = [command, *more, "--settings", "own.yaml", "--data", str(data)]

    assert main([*given, "--council", ID]) == 0
    assert main([*given, "--council", "barrow"]) == 2
    assert "is for upper-mallow, not for barrow" in capsys.readouterr().err


def test_routes_are_shown_of_a_council_of_its_own_by_its_settings(capsys, data):
    assert main(["routes", "--settings", "own.yaml"]) == 0
    assert "Informal" in capsys.readouterr().out
