"""DATABASE_URL picks the database; `protocol-bot migrate` brings it to today's tables."""

import asyncio

import pytest
from sqlalchemy import make_url

from bot.errors import UnusableStore
from bot.records import Trace, Turn
from deploy.cli import main
from deploy.kept import databases as chosen
from deploy.kept import folder
from storage.database import engine
from storage.seal import read_keys
from storage.store import SqlStore
from tests import databases
from tests.core.council import concern
from tests.worlds import command

SECRET = "s3cret-word"  # noqa: S105  # of nobody


@pytest.mark.parametrize("given", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_however_a_url_of_postgresql_begins_it_is_spoken_to_the_same_way(tmp_path, given):
    assert chosen.of(tmp_path / "file", {"DATABASE_URL": f" {given}\n"}).drivername == "postgresql+psycopg"


def test_without_a_url_it_is_the_file_in_the_folder_whatever_that_is_called(tmp_path):
    file = tmp_path / "100% ?odd#name" / "file.sqlite3"
    for environment in ({}, {"DATABASE_URL": " "}):
        assert chosen.of(file, environment).database == str(file)
        assert not chosen.elsewhere(environment)


def test_a_url_may_name_a_file_of_sqlites_too():
    assert chosen.of("unused", {"DATABASE_URL": "sqlite:////var/lib/bot.sqlite3"}).database == "/var/lib/bot.sqlite3"


@pytest.mark.parametrize(
    "given", [f"{SECRET}", f"mysql://u:{SECRET}@h/d", f"postgresql+asyncpg://u:{SECRET}@h/d", "://"]
)
def test_a_url_that_can_not_be_used_is_refused_without_its_password(tmp_path, given):
    with pytest.raises(UnusableStore) as refused:
        chosen.of(tmp_path / "file", {"DATABASE_URL": given})
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("owner", ["postgresql://o@h/other", "postgresql://o@elsewhere/d", "postgresql://o@h:5433/d"])
def test_the_owners_url_must_name_the_same_database(tmp_path, owner):
    names = {"DATABASE_URL": "postgresql://u@h/d", "DATABASE_OWNER_URL": owner}
    with pytest.raises(UnusableStore, match="the same one, for two roles"):
        chosen.owners(tmp_path / "file", names)
    assert chosen.owners(tmp_path, names | {"DATABASE_OWNER_URL": "postgresql://o@h:5432/d"}).username == "o"


@pytest.fixture
def set_up(tmp_path, monkeypatch):
    """A database without tables, and the folder it belongs to."""
    folder.made(tmp_path)
    if databases.on_postgres():
        empty = databases.empty(tmp_path)
        monkeypatch.setenv("DATABASE_OWNER_URL", empty)
        monkeypatch.setenv("DATABASE_URL", databases.as_role(empty, databases.BOT))
    return ("--data", str(tmp_path))


@pytest.mark.database
def test_migrate_says_what_it_did_and_check_whether_it_is_needed(set_up, capsys):
    def told(*arguments: str) -> tuple[int, str]:
        return main(["migrate", *set_up, *arguments]), capsys.readouterr().out.strip()

    assert told("--check") == (1, "It is needed: steps 0001, 0002, 0003, 0004, 0005 and 0006.")
    assert told() == (0, "Done: steps 0001, 0002, 0003, 0004, 0005 and 0006. The tables are today's.")
    assert told("--check") == (0, "It is not needed: the tables are today's.")
    assert told() == (0, "Nothing was to do: the tables are today's.")


def test_where_nothing_is_kept_nothing_is_made(tmp_path, capsys):
    assert main(["migrate", "--data", str(tmp_path / "none")]) == 2
    assert "Nothing is kept in" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.postgres_only
def test_a_postgresql_that_lacks_a_step_is_not_used_and_not_changed(set_up, tmp_path, capsys):
    main(["migrate", *set_up])
    database = databases.as_role(databases.empty(tmp_path), databases.BOT)
    databases.change_raw(database, "UPDATE alembic_version SET version_num = '0005'")
    assert main(["audit", "head", *set_up]) == 2
    told = capsys.readouterr().err
    assert "lacks 1 of the steps to today's tables. Run `protocol-bot migrate` first" in told
    assert str(make_url(database).password) not in told


async def _kept(tmp_path) -> None:
    memory = engine(databases.as_role(databases.empty(tmp_path), databases.BOT))
    store = SqlStore(memory, read_keys(tmp_path / folder.KEYS))
    await store.keep("barrow", command("x"), Turn(keep=(concern("1", "ann"),), traces=(Trace("x", "ann", "filed"),)))
    await memory.dispose()


@pytest.mark.postgres_only
def test_the_commands_on_what_is_kept_work_on_postgresql_as_on_a_file(set_up, tmp_path, capsys):
    main(["migrate", *set_up])
    asyncio.run(_kept(tmp_path))
    assert main(["audit", "head", *set_up]) == 0
    assert main(["keys", "rotate", *set_up]) == 0
    assert main(["audit", "verify", *set_up]) == 0
    assert "barrow: row 1" in (told := capsys.readouterr()).out
    assert "wraps all that is kept" in told.out
    assert told.err == "", "the role is held by the policies: there is nothing to warn of"


@pytest.mark.postgres_only
def test_a_role_that_could_take_the_policies_away_is_warned_of(set_up, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", databases.empty(tmp_path))
    main(["migrate", *set_up])
    assert main(["audit", "head", *set_up]) == 0
    assert "owns the tables" in capsys.readouterr().err


@pytest.mark.postgres_only
def test_a_server_that_is_away_is_told_in_a_sentence_without_the_password(set_up, monkeypatch, capsys):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, f"postgresql://bot:{SECRET}@127.0.0.1:9/none")
    for arguments in (("migrate",), ("migrate", "--check"), ("audit", "head")):
        assert main([*arguments, *set_up]) == 2
        told = capsys.readouterr().err
        assert "can't be used" in told
        assert SECRET not in told


@pytest.mark.skipif("sys.platform == 'win32'", reason="files have no such modes there")
def test_a_file_named_by_the_url_is_for_its_owners_eyes_only(tmp_path, monkeypatch, capsys):
    folder.made(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/elsewhere.sqlite3")
    assert main(["migrate", "--data", str(tmp_path)]) == 0
    assert (tmp_path / "elsewhere.sqlite3").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none/elsewhere.sqlite3")
    assert main(["migrate", "--data", str(tmp_path)]) == 2
    assert "can't be used" in capsys.readouterr().err


@pytest.mark.postgres_only
def test_a_role_that_may_not_make_tables_is_told_which_role_is_wanted(set_up, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_OWNER_URL")
    assert main(["migrate", *set_up]) == 2
    told = capsys.readouterr().err
    assert "may not make or alter them" in told
    assert "Put the role that owns them into DATABASE_OWNER_URL" in told
