"""Installs in the database: one row each, tokens sealed, renewed once; states that serve once."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import insert, text

from bot.errors import UnusableStore
from storage.database import engine
from storage.seal import Damaged, UnusableKeys, new_keys, read_keys
from storage.slack_installs import SqlInstalls, SqlStates
from storage.tables import slack_states
from tests import databases
from tests.hosting.granted import TELLTALE, granted

APP = "1.2"


@pytest.fixture
def installs(database, keys) -> SqlInstalls:
    return SqlInstalls(APP, database, keys)


def soon(seconds: float = 7200) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


# ---------------------------------------------------------------- one row, sealed


async def test_what_was_granted_is_there_again(installs):
    given = granted(enterprise_id="E1", bot_scopes=["scope:" + "x" * 40] * 60, team_name="n" * 500)
    await installs.async_save(given)
    found = await installs.async_find_bot(enterprise_id="E1", team_id="THILLTOP")
    assert found.to_dict() == given.to_bot().to_dict()
    again = await installs.async_find_installation(enterprise_id=None, team_id="THILLTOP")
    assert (again.bot_token, again.user_id, again.user_token) == (given.bot_token, "", None)
    assert await installs.async_find_bot(enterprise_id="E1", team_id=None, is_enterprise_install=True) is None


async def test_an_install_takes_the_place_of_the_one_before(installs, database):
    await installs.async_save(granted(mark="1"))
    before = await installs.of("THILLTOP")
    await installs.async_save(granted(mark="2", enterprise_id="E1"))
    (kept,) = await installs.sound()
    assert kept.bot.bot_token.endswith("-2")
    assert kept.number != before.number
    assert databases.rows(database.url, "SELECT count(*) FROM slack_installs") == [(1,)]


async def test_many_who_install_at_a_time_leave_one_row(installs, database):
    await asyncio.gather(*(installs.async_save(granted(mark=str(n))) for n in range(5)))
    assert databases.rows(database.url, "SELECT count(*) FROM slack_installs") == [(1,)]


async def test_no_token_and_no_person_is_in_the_database(installs, database, tmp_path):
    await installs.async_save(granted())
    await installs.renewed("THILLTOP", soon(50_000), renewing("2"))
    held = databases.raw(tmp_path)
    assert b"THILLTOP" in held
    assert TELLTALE.encode() not in held
    assert b"UADMIN" not in held


async def test_a_token_opens_in_the_row_of_its_own_workspace_alone(installs, database):
    await installs.async_save(granted("TA"))
    await installs.async_save(granted("TB"))
    async with databases.whole(database) as connection:
        await connection.execute(
            text("UPDATE slack_installs SET bot_token = (SELECT bot_token FROM slack_installs WHERE team_id = 'TA')")
        )
    assert (await installs.of("TA")).bot.bot_token.startswith("xoxe.xoxb-")
    with pytest.raises(Damaged):
        await installs.of("TB")


async def test_one_that_does_not_open_keeps_no_other_from_being_served(installs, database, caplog):
    await installs.async_save(granted("TA"))
    await installs.async_save(granted("TB"))
    async with databases.whole(database) as connection:
        await connection.execute(text("UPDATE slack_installs SET bot_token = bot_refresh_token WHERE team_id = 'TA'"))
    assert [kept.bot.team_id for kept in await installs.sound()] == ["TB"]
    assert "The install of the Slack workspace TA can’t be used" in caplog.text


async def test_with_other_keys_nothing_opens_and_nothing_is_kept(installs, database, tmp_path):
    await installs.async_save(granted())
    new_keys(tmp_path / "other")
    for keys in (read_keys(tmp_path / "other"), None):
        other = SqlInstalls(APP, database, keys)
        with pytest.raises(UnusableKeys):
            await other.of("THILLTOP")
        with pytest.raises(UnusableStore):
            await other.async_save(granted(mark="2"))
    assert (await installs.of("THILLTOP")).bot.bot_token.endswith("-1")


async def test_the_installs_of_another_app_are_none_of_this_ones(installs, database, keys):
    await installs.async_save(granted())
    other = SqlInstalls("3.4", database, keys)
    assert await other.sound() == []
    await other.async_delete_installation(enterprise_id=None, team_id="THILLTOP")
    assert len(await installs.sound()) == 1


async def test_what_is_gone_is_the_install_that_was_meant_and_no_later_one(installs):
    await installs.async_save(granted(mark="1"))
    first = await installs.of("THILLTOP")
    await installs.async_save(granted(mark="2"))
    await installs.gone("THILLTOP", first.number)
    assert await installs.of("THILLTOP") is not None
    await installs.gone("THILLTOP", (await installs.of("THILLTOP")).number)
    assert await installs.of("THILLTOP") is None
    await installs.async_save(granted(mark="3"))
    assert (await installs.of("THILLTOP")).number > first.number


async def test_shown_somewhere_it_tells_no_token(installs, caplog):
    caplog.set_level(logging.DEBUG, "slack_sdk")
    await installs.async_save(granted())
    assert TELLTALE not in f"{await installs.sound()}"
    assert TELLTALE not in caplog.text


# ---------------------------------------------------------------- renewed


def renewing(mark: str, *, lasts: float = 43_200, spent: list[str] | None = None, slow: float = 0.0):
    """What Slack does: each refresh token is taken once."""

    async def ask(bot: Bot) -> Bot:
        assert spent is None or bot.bot_refresh_token not in spent, "it was spent before"
        if spent is not None:
            spent.append(bot.bot_refresh_token)
        await asyncio.sleep(slow)
        anew = granted(bot.team_id, f"{mark}{len(spent or ())}", lasts=lasts)
        return anew.to_bot()

    return ask


async def never(_bot: Bot) -> Bot:
    raise AssertionError("nothing had to be renewed")


async def test_what_holds_long_enough_or_for_ever_is_not_renewed(installs):
    await installs.async_save(granted("TA"))
    await installs.async_save(granted("TB", lasts=None))
    for team in ("TA", "TB"):
        assert (await installs.renewed(team, soon(), never)).bot.bot_token.endswith("-1")
    assert await installs.renewed("TNONE", soon(), never) is None


async def test_what_runs_out_is_renewed_in_its_row(installs):
    await installs.async_save(granted(lasts=60))
    before = await installs.of("THILLTOP")
    made = await installs.renewed("THILLTOP", soon(), renewing("new"))
    assert made.bot.bot_token.endswith("-new0")
    after = await installs.of("THILLTOP")
    assert (after.number, after.bot.bot_token) == (before.number, made.bot.bot_token)
    assert after.bot.bot_refresh_token.endswith("-new0")
    assert after.bot.bot_token_expires_at > time.time() + 40_000
    assert after.bot.bot_scopes == before.bot.bot_scopes


async def test_while_slack_hangs_nobody_else_waits(installs, database):
    """On SQLite one writes at a time; on PostgreSQL there are as many connections as the pool has."""
    for number in range(20):
        await installs.async_save(granted(f"T{number}", lasts=60))
    answers, asked = asyncio.Event(), asyncio.Event()

    async def hangs(bot: Bot) -> Bot:
        asked.set()
        await answers.wait()
        return granted(bot.team_id, "new").to_bot()

    renewals = [asyncio.create_task(installs.renewed(f"T{number}", soon(), hangs)) for number in range(20)]
    await asked.wait()
    async with asyncio.timeout(20):
        await installs.async_save(granted("TOTHER"))
        assert (await installs.of("T3")).bot.bot_token.endswith("-1")
    answers.set()
    assert all(kept.bot.bot_token.endswith("-new") for kept in await asyncio.gather(*renewals))


async def test_an_install_that_was_replaced_while_slack_was_asked_stays_as_it_is(installs):
    await installs.async_save(granted(lasts=60))

    async def meanwhile(bot: Bot) -> Bot:
        await installs.async_save(granted(mark="again"))
        return granted(bot.team_id, "late").to_bot()

    assert (await installs.renewed("THILLTOP", soon(), meanwhile)).bot.bot_token.endswith("-again")
    assert (await installs.of("THILLTOP")).bot.bot_token.endswith("-again")


async def test_two_replicas_at_once_spend_a_refresh_token_once(tmp_path, keys):
    """Each with connections of its own, as two processes have them."""
    replicas = [engine(databases.url(tmp_path)) for _ in range(3)]
    stores = [SqlInstalls(APP, replica, keys) for replica in replicas]
    await stores[0].async_save(granted(lasts=60))
    spent: list[str] = []
    found = await asyncio.gather(
        *(store.renewed("THILLTOP", soon(), renewing("new", spent=spent, slow=0.1)) for store in stores for _ in "ab")
    )
    assert len(spent) == 1
    assert len({kept.bot.bot_token for kept in found}) == 1
    for replica in replicas:
        await replica.dispose()


async def test_while_one_workspace_is_renewed_the_failure_of_it_changes_nothing(installs):
    await installs.async_save(granted(lasts=60))

    async def refused(_bot: Bot) -> Bot:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await installs.renewed("THILLTOP", soon(), refused)
    assert (await installs.of("THILLTOP")).bot.bot_refresh_token.endswith("-1")


async def test_tokens_that_could_not_be_kept_at_first_are_not_lost_and_not_asked_for_again(installs, database, caplog):
    """The refresh token that brought them is spent."""
    await installs.async_save(granted(lasts=60))
    spent: list[str] = []
    backend = "postgresql" if databases.on_postgres() else "sqlite"

    async with databases.whole(database) as connection:
        for statement in _REFUSING[backend]:
            await connection.execute(text(statement))
    renewal = asyncio.create_task(installs.renewed("THILLTOP", soon(), renewing("new", spent=spent)))
    while "are not kept yet" not in caplog.text:  # noqa: ASYNC110  # a line of the log is all that tells
        await asyncio.sleep(0.01)
    async with databases.whole(database) as connection:
        for statement in _AGAIN[backend]:
            await connection.execute(text(statement))
    assert (await renewal).bot.bot_token.endswith("-new1")
    assert (await installs.of("THILLTOP")).bot.bot_token.endswith("-new1")
    assert len(spent) == 1
    assert TELLTALE not in caplog.text


_REFUSING = {
    "sqlite": ("CREATE TRIGGER no BEFORE UPDATE ON slack_installs BEGIN SELECT RAISE(ABORT, 'no'); END",),
    "postgresql": (
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$",
        "CREATE TRIGGER no BEFORE UPDATE ON slack_installs FOR EACH ROW EXECUTE FUNCTION no()",
    ),
}
_AGAIN = {
    "sqlite": ("DROP TRIGGER no",),
    "postgresql": ("DROP TRIGGER no ON slack_installs", "DROP FUNCTION no()"),
}


# ---------------------------------------------------------------- states


async def test_a_state_serves_once(database, keys):
    states = SqlStates(600, database, keys)
    state = await states.async_issue()
    assert not await states.async_consume("another")
    assert [await states.async_consume(state) for _ in range(2)] == [True, False]


async def test_of_two_who_bring_a_state_at_once_one_is_let_in(database, keys):
    states = SqlStates(600, database, keys)
    state = await states.async_issue()
    assert sorted(await asyncio.gather(*(states.async_consume(state) for _ in range(5)))) == [False] * 4 + [True]


async def test_another_process_takes_a_state_and_one_of_another_database_is_none(database, keys, tmp_path):
    state = await SqlStates(600, database, keys).async_issue()
    same, other = engine(databases.url(tmp_path)), engine(databases.url(tmp_path, "other"))
    assert not await SqlStates(600, other, keys).async_consume(state)
    assert await SqlStates(600, same, keys).async_consume(state)
    for one in (same, other):
        await one.dispose()


async def test_a_state_that_is_too_old_serves_no_more_and_is_cleared_away(database, keys):
    states = SqlStates(600, database, keys)
    assert not await states.async_consume(await SqlStates(-1, database, keys).async_issue())
    old = {"state": "old", "expire_at": soon(-1)}
    async with databases.whole(database) as connection:
        await connection.execute(insert(slack_states), [old])
    assert await states.async_consume(await states.async_issue())
    assert databases.rows(database.url, "SELECT count(*) FROM slack_states") == [(1,)]


@pytest.mark.parametrize("how", ["later", "unsigned", "nothing", "words"])
async def test_a_state_that_somebody_changed_is_none(database, keys, how):
    states = SqlStates(600, database, keys)
    state = await states.async_issue()
    until, nonce, signed = state.split(".")
    changed = {
        "later": f"{int(until) + 9}.{nonce}.{signed}",
        "unsigned": f"{until}.{nonce}.",
        "nothing": "",
        "words": "é.é",
    }
    assert not await states.async_consume(changed[how])
    assert await states.async_consume(state)


async def test_nobody_who_reads_the_database_can_bring_a_state(database, keys, tmp_path):
    states = SqlStates(600, database, keys)
    state = await states.async_issue()
    assert await states.async_consume(state)
    assert state.encode() not in databases.raw(Path(tmp_path))


async def test_whoever_only_ever_begins_leaves_nothing_and_keeps_nobody_out(database, keys):
    states = SqlStates(600, database, keys)
    for _ in range(50):
        await states.async_issue()
    assert databases.rows(database.url, "SELECT count(*) FROM slack_states") == [(0,)]
