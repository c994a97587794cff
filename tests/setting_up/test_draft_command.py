"""`protocol-bot draft`: a pack file becomes the draft that the clerk goes through in the chat."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.edition import Draft
from content.importing.written import written
from deploy.cli import main
from deploy.kept import folder
from storage.database import engine
from storage.store import SqlStore
from tests import databases
from tests.editions.world import FIRST, ID, NAME, SECOND, pack, traced

pytestmark = pytest.mark.database

SETTINGS = f"""council: {ID}
name: {NAME}
nation: england
people:
  - {{id: bea, name: Bea Hall, offices: [clerk], accounts: ["slack:U1"]}}
"""


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A folder as `run` leaves it: its database at today's tables, and the settings beside it."""
    folder.made(tmp_path, folder.RUN)
    if databases.on_postgres():
        monkeypatch.setenv("DATABASE_URL", databases.url(tmp_path, "bot"))
    (tmp_path / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def given(data: Path, made=None) -> Path:
    file = data / "PACK.yaml"
    file.write_text(written(made or pack(*FIRST)), encoding="utf-8")
    return file


def brought(data: Path, *more: str, made=None) -> int:
    return main(["draft", str(given(data, made)), "--data", str(data), *more])


def named(data: Path) -> tuple[str, str]:
    return "--settings", str(data / "settings.yaml")


def looked_up(data: Path) -> tuple[Draft | None, list[str]]:
    """The draft, and what the trail has."""

    async def read():
        where = databases.url(data, "bot") if databases.on_postgres() else f"sqlite:///{data / folder.RUN}.sqlite3"
        memory = engine(where)
        try:
            return await SqlStore(memory).draft(ID), await traced(memory)
        finally:
            await memory.dispose()

    return asyncio.run(read())


def test_it_says_where_it_went_and_who_finds_it_and_the_trail_has_a_line(data, capsys):
    assert brought(data, *named(data)) == 0
    told = capsys.readouterr().out
    assert f"It is the draft of {NAME} (council: {ID}), in the database " in told
    assert "Bea Hall finds it under /protocol setup. Nothing is in force yet." in told
    draft, did = looked_up(data)
    assert (draft.pack, did) == (pack(*FIRST), ["brought"])


def test_a_council_that_nobody_knows_is_refused_and_its_settings_are_asked_for(data, capsys):
    assert brought(data) == 2
    assert f"Name the settings of {NAME} with --settings FILE." in capsys.readouterr().err


def test_another_councils_settings_are_refused(data, capsys):
    other = replace(pack(*FIRST), council="nether-beck", name="Nether Beck Parish Council")
    assert brought(data, *named(data), made=other) == 2
    assert "Name the one or the other" in capsys.readouterr().err


@pytest.mark.sqlite_only("a PostgreSQL is there or not, whatever the folder holds")
def test_made_up_settings_will_not_do_for_what_a_council_keeps(data, capsys):
    assert brought(data, made=replace(pack(*FIRST), council="barrow", name="Barrow")) == 2
    assert "is a council's own. Name its settings" in capsys.readouterr().err


def test_another_draft_takes_its_place_only_where_that_is_said(data, capsys):
    assert brought(data, *named(data)) == 0
    assert brought(data, *named(data), made=pack(*SECOND)) == 2
    assert "add --replace: what was decided about its rules is lost then." in capsys.readouterr().err
    assert looked_up(data)[0].pack == pack(*FIRST)
    assert brought(data, *named(data), "--replace", made=pack(*SECOND)) == 0
    assert looked_up(data)[0].pack == pack(*SECOND)


def test_adopted_on_the_command_line_it_is_no_draft_any_more_and_it_is_said_who_is_told(data, capsys):
    assert brought(data, *named(data)) == 0
    adopted = ["adopt", str(given(data)), "--on", "2020-05-03", "--minute", "31", "--data", str(data), *named(data)]
    assert main([*adopted, "--yes"]) == 0
    told = capsys.readouterr().out
    assert "It is told to: Bea Hall." in told
    draft, did = looked_up(data)
    assert (draft.pack, did) == (None, ["brought", "adopted"])


@pytest.mark.sqlite_only("its keys are not in that folder")
def test_without_the_keys_nothing_is_done_for_it_could_not_be_traced(data, capsys):
    folder.keys_beside(data / f"{folder.RUN}.sqlite3").unlink()
    assert brought(data, *named(data)) == 2
    assert capsys.readouterr().err
