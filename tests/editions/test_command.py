"""`protocol-bot adopt`: it shows what changes, asks, and puts a wording in force."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot import workdays
from content import load
from content.importing.written import written
from deploy.cli import main
from deploy.documents import adopting
from deploy.kept import folder
from storage.database import engine
from storage.store import SqlStore
from tests import databases
from tests.editions.world import FIRST, ID, NAME, SECOND, pack

pytestmark = pytest.mark.database

MAY = "2020-05-03"  # long over, whatever the day on which this is run
SETTINGS = f"council: {ID}\nname: {NAME}\nnation: england\npeople: []\n"


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A folder as `run` leaves it: its database at today's tables, and the settings beside it."""
    folder.made(tmp_path, folder.RUN)
    if databases.on_postgres():
        monkeypatch.setenv("DATABASE_URL", databases.url(tmp_path, "bot"))
    (tmp_path / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def given(data: Path, *lines: str, **changes) -> Path:
    file = data / "PACK.yaml"
    file.write_text(written(pack(*lines, **changes)), encoding="utf-8")
    return file


def adopt(data: Path, file: Path, *more: str, on: str = MAY, minute: str = "2026/31") -> int:
    settings = ["--settings", str(data / "settings.yaml"), "--data", str(data)]
    return main(["adopt", str(file), "--on", on, "--minute", minute, *settings, *more])


def kept(data: Path):
    async def read():
        where = databases.url(data, "bot") if databases.on_postgres() else f"sqlite:///{data / folder.RUN}.sqlite3"
        memory = engine(where)
        try:
            return await SqlStore(memory).editions(ID)
        finally:
            await memory.dispose()

    return asyncio.run(read())


def test_with_yes_it_is_put_in_force_and_what_changed_is_shown_with_the_words_marked(data, capsys):
    assert adopt(data, given(data, *FIRST, rule="2.1"), "--yes") == 0
    capsys.readouterr()
    assert adopt(data, given(data, *SECOND), "--yes", "--next-review", "2022-11-01", on="2021-11-20") == 0
    told = capsys.readouterr().out
    assert f"{NAME}: adopted under minute 2026/31, in force from 20 November 2021" in told
    assert "Letters are answered within [-ten-]{+fifteen+} working days{+, in writing+}." in told
    assert "  2.1: new\n      {+Nobody is asked to put up with threats.+}" in told
    assert "  2.1: taken out\n      [-A member who is troubled" in told
    assert "  2.3: it was 2.2" in told
    assert "Rules about concerns in force: 0 (now 1)" in told
    assert "No rule about concerns is in force with this wording" in told
    assert "It is in force, from 20 November 2021." in told
    assert "A bot that is running takes it over by itself." in told
    assert [(one.number, one.minute, one.next_review) for one in kept(data)] == [
        (1, "2026/31", None),
        (2, "2026/31", date(2022, 11, 1)),
    ]


def test_without_a_terminal_and_without_yes_nothing_is_changed(data, capsys):
    assert adopt(data, given(data, *FIRST)) == 2
    told = capsys.readouterr()
    assert "1.2: new" in told.out
    assert "Add --yes" in told.err
    assert kept(data) == []


def test_a_day_to_come_is_refused_and_it_is_said_to_come_back_on_it(data, capsys):
    ahead = workdays.today(datetime.now(UTC)) + timedelta(days=2)
    assert adopt(data, given(data, *FIRST), "--yes", on=ahead.isoformat()) == 2
    told = capsys.readouterr().err
    assert f"{workdays.said(ahead)} is still to come" in told
    assert "Please come back on that day." in told
    assert kept(data) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize(
    ("said", "status", "how_many"), [("y", 0, 1), ("n", 1, 0), ("", 1, 0)], ids=["yes", "no", "enter"]
)
def test_on_a_terminal_it_asks_and_takes_nothing_but_yes_for_yes(data, said, status, how_many):
    import pty

    ours, theirs = pty.openpty()
    settings = ["--settings", str(data / "settings.yaml"), "--data", str(data)]
    command = ["adopt", str(given(data, *FIRST)), "--on", MAY, "--minute", "31", *settings]
    with subprocess.Popen(  # our own command
        [sys.executable, "-m", "deploy.cli", *command], stdin=theirs, stdout=subprocess.PIPE, text=True
    ) as asked:
        os.write(ours, f"{said}\n".encode())
        told, _ = asked.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert asked.returncode == status
    assert "Put it in force? [y/N]" in told
    assert ("Nothing was put in force." in told) == (status == 1)
    assert len(kept(data)) == how_many


def test_the_same_again_changes_nothing_and_says_so(data, capsys):
    file = given(data, *FIRST)
    assert adopt(data, file, "--yes") == 0
    capsys.readouterr()
    assert adopt(data, file, "--yes") == 0
    assert "This very wording is in force from 3 May 2020 already" in capsys.readouterr().out
    assert len(kept(data)) == 1


@pytest.mark.parametrize(
    ("on", "minute", "more", "why"),
    [
        ("2020-05-02", "31", (), "is before 3 May 2020"),
        ("1890-05-02", "31", (), "no parish councils before"),
        ("2021-11-20", " ", (), "the minute it was adopted under"),
        ("2021-11-20", "31", ("--next-review", "2021-11-20"), "comes after the day of the adoption"),
    ],
    ids=["before the present one", "ancient", "no minute", "reviewed at once"],
)
def test_what_can_not_be_is_refused_with_the_mend(data, capsys, on, minute, more, why):
    assert adopt(data, given(data, *FIRST), "--yes") == 0
    capsys.readouterr()
    assert adopt(data, given(data, *SECOND), "--yes", *more, on=on, minute=minute) == 2
    assert why in capsys.readouterr().err
    assert len(kept(data)) == 1


def test_another_councils_settings_are_refused(data, capsys):
    file = data / "other.yaml"
    file.write_text(written(replace(pack(*FIRST), council="nether-beck", name="Nether Beck Parish Council")))
    assert adopt(data, file, "--yes") == 2
    assert "Name the one or the other" in capsys.readouterr().err


def test_settings_that_are_not_named_are_asked_for(data, capsys):
    file = given(data, *FIRST)
    assert main(["adopt", str(file), "--on", MAY, "--minute", "31", "--data", str(data), "--yes"]) == 2
    assert f"Name the settings of {NAME} with --settings FILE." in capsys.readouterr().err


@pytest.mark.sqlite_only("a PostgreSQL is there or not, whatever the folder holds")
def test_a_council_with_its_settings_may_begin_by_adopting(data, tmp_path, capsys):
    new = tmp_path / "new"
    file, settings = given(data, *FIRST), str(data / "settings.yaml")
    more = ["--on", MAY, "--minute", "31", "--settings", settings, "--data", str(new), "--yes"]
    assert main(["adopt", str(file), *more]) == 0
    assert "Keep a copy of" in capsys.readouterr().out
    assert [edition.number for edition in kept(new)] == [1]


@pytest.mark.sqlite_only("a PostgreSQL is there or not, whatever the folder holds")
def test_without_settings_nothing_is_made(data, tmp_path, capsys):
    none = tmp_path / "none"
    file = given(data, *FIRST, council="barrow")
    assert main(["adopt", str(file), "--on", MAY, "--minute", "31", "--data", str(none), "--yes"]) == 2
    assert "Nothing is kept in" in capsys.readouterr().err
    assert not none.exists()


def test_what_would_steer_a_terminal_is_left_out(capsys):
    runs = adopting.Run("in", "red \x1b[31malert\x07")
    assert adopting.marked((runs,)) == "{+red [31malert+}"


def test_on_a_terminal_the_words_are_coloured_too():
    runs = (adopting.Run("kept", "within "), adopting.Run("out", "ten"), adopting.Run("in", "fifteen"))
    assert adopting.marked(runs, colours=True) == "within \x1b[31m[-ten-]\x1b[0m\x1b[32m{+fifteen+}\x1b[0m"


def test_a_wording_in_force_is_written_as_a_file_that_reads_back_the_same(data, tmp_path, capsys):
    adopt(data, given(data, *FIRST), "--yes")
    out, where = tmp_path / "in-force.yaml", ["--settings", str(data / "settings.yaml"), "--data", str(data)]

    assert main(["edition", *where, "--out", str(out)]) == 0
    assert load.pack(out) == pack(*FIRST)
    assert main(["edition", *where, "--out", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["edition", *where, "--number", "7", "--out", str(tmp_path / "x.yaml")]) == 2
    assert "There is no such wording. There are: 1." in capsys.readouterr().err
