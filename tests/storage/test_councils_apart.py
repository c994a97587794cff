"""One council's rows are out of another's reach: in the code, and beside it in PostgreSQL, which is asked to try."""

import ast
import inspect
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, DateTime, Integer, LargeBinary, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

import storage
from bot.conversation import Paragraph, Post, Send, Whisper
from bot.edition import Draft, Edition
from bot.records import Passed, Pin, Trace, Turn
from bot.review import Review
from bot.settings import Change
from content import load
from storage.database import EVERY, engine, looking_over_all, reading, within
from storage.migrate import migrate, unguarded
from storage.sealed import Amiss
from storage.store import SqlStore
from storage.tables import metadata
from storage.teams_places import SqlPlaces
from storage.web_posts import SqlPosts
from tests import databases
from tests.storage.matters import change, concern, due, kept, request
from tests.worlds import NOON, person

MINE, THEIRS = "barrow", "twywell"
OF_A_COUNCIL = [table for table in metadata.sorted_tables if "council" in table.c]
WORDS = Post((Paragraph("hello"),))


def row(table: Table, council: str, mark: str) -> dict:
    """A row of this table, whatever its columns are, that differs from that of another mark."""
    made = {"council": council}
    for column in table.c:
        if column.name == "council" or (column.autoincrement is True and column.primary_key):
            continue
        if isinstance(column.type, LargeBinary):
            made[column.name] = mark.encode()
        elif isinstance(column.type, JSON):
            made[column.name] = mark
        elif isinstance(column.type, Integer):
            made[column.name] = int(mark)
        elif column.type.python_type is bool:
            made[column.name] = False
        else:
            made[column.name] = NOON if issubclass(_type(column), type(NOON)) else mark
    return made


def _type(column) -> type:
    kind = getattr(column.type, "impl_instance", column.type)
    return type(NOON) if isinstance(kind, DateTime) else kind.python_type


@pytest.fixture
async def both(database):
    """A row of each council's in every table."""
    async with databases.whole(database) as connection:
        for table in OF_A_COUNCIL:
            for number, council in enumerate((MINE, THEIRS), 1):
                await connection.execute(insert(table).values(row(table, council, str(number))))
    return database


async def test_every_row_of_every_table_belongs_to_a_council():
    """But for what the deployment has: the one row of the ring, and which workspaces took the hosted Slack app."""
    of_none = {table.name for table in metadata.sorted_tables} - {table.name for table in OF_A_COUNCIL}
    assert of_none == {"ring", "slack_installs", "slack_states"}


# ---------------------------------------------------------------- what PostgreSQL holds


@pytest.mark.postgres_only
@pytest.mark.parametrize("table", OF_A_COUNCIL, ids=lambda table: table.name)
async def test_as_the_bots_role_with_one_council_set_no_row_of_another_can_be_reached(both, table):
    mine = table.c.council == MINE
    async with within(both, MINE) as transaction:
        assert (await transaction.execute(select(table.c.council))).scalars().all() == [MINE]
        assert (await transaction.execute(select(func.count()).select_from(table).where(~mine))).scalar() == 0
    for statement in (
        insert(table).values(row(table, THEIRS, "3")),
        update(table).where(mine).values(council=THEIRS),
    ):
        with pytest.raises(DBAPIError, match="row-level security|permission denied"):
            async with within(both, MINE) as transaction:
                await transaction.execute(statement)
    for statement in (update(table).where(~mine).values(council=MINE), delete(table).where(~mine), delete(table)):
        with suppress(DBAPIError):  # of the trail nothing may be changed at all
            async with within(both, MINE) as transaction:
                await transaction.execute(statement)
    async with databases.whole(both) as connection:
        theirs = (await connection.execute(select(table).where(table.c.council == THEIRS))).one()
    assert {name: theirs._mapping[name] for name in row(table, THEIRS, "2")} == row(table, THEIRS, "2")


@pytest.mark.postgres_only
@pytest.mark.parametrize("table", OF_A_COUNCIL, ids=lambda table: table.name)
@pytest.mark.parametrize("before", ["never set", "set once"])
async def test_where_no_council_is_set_there_is_nothing(both, table, before):
    async with both.connect() as connection:
        if before == "set once":
            async with connection.begin():
                await connection.execute(text("SELECT set_config('protocol.council', 'barrow', true)"))
        assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(insert(table).values(row(table, "", "3")))


@pytest.mark.postgres_only
async def test_the_owner_of_the_tables_is_held_too(both, tmp_path):
    owner = engine(databases.as_role(databases.url(tmp_path), databases.TABLES))
    async with owner.begin() as connection:
        for table in OF_A_COUNCIL:
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0
    await owner.dispose()


@pytest.mark.postgres_only
async def test_the_bots_role_can_take_nothing_of_this_away(both):
    for statement in (
        "ALTER TABLE matters DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own ON matters",
        "TRUNCATE matters",
        "UPDATE audit SET did = 'nothing'",
        "DELETE FROM audit",
        "DELETE FROM ring",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE mine (id integer)",
    ):
        with pytest.raises(DBAPIError, match="must be owner|permission denied"):
            async with within(both, EVERY) as transaction:
                await transaction.execute(text(statement))


@pytest.mark.postgres_only
async def test_a_role_that_policies_do_not_hold_is_told_to_the_administrator(database, tmp_path):
    assert await unguarded(database) is None
    for role, why in ((databases.TABLES, "owns the tables"), (databases.OWNER, "passes over row-level security")):
        mighty = engine(databases.as_role(databases.url(tmp_path), role))
        told = await unguarded(mighty)
        assert why in told
        assert "DATABASE_OWNER_URL" in told
        await mighty.dispose()


async def test_of_sqlite_no_such_thing_is_expected(tmp_path):
    file = engine(f"sqlite+aiosqlite:///{tmp_path}/file")
    assert await unguarded(file) is None
    await file.dispose()


# ---------------------------------------------------------------- what the code holds

#: Where every council is looked over at once, each for what the whole deployment does, none at anybody's request.
OVER_ALL = {
    "SqlStore.due": "the clock",
    "SqlStore.release": "the clock",
    "SqlStore.waiting": "the outbox",
    "SqlStore.tidy": "once an hour",
    "SqlStore.unfit": "whether the keys are those of this database",
    "_nothing_sealed": "the same",
    "looking_over_all": "for that",
    "rotate": "the command line",
    "heads": "the command line",
    "snapshot": "a backup",
    "verify": "the command line",
    "migrate": "the command line",
    "answers": "whether the database does",
    "step": "figures for whoever watches",
    "late": "the same",
    "aside": "the same",
    "astray": "whether rows stand under a council that is not served here",
}


def _looks_over_all(file: Path) -> set[str]:
    """The functions of a file in which a word for every council stands, methods with their class."""
    found = set()
    for top in ast.parse(file.read_text("utf-8")).body:
        within_it = top.body if isinstance(top, ast.ClassDef) else [top]
        for one in within_it:
            words = {node.id for node in ast.walk(one) if isinstance(node, ast.Name)}
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and words & {"EVERY", "looking_over_all"}:
                found.add(f"{top.name}.{one.name}" if isinstance(top, ast.ClassDef) else one.name)
    return found


def test_every_council_at_once_is_looked_over_only_where_it_must_be():
    files = Path(storage.__file__).parent.rglob("*.py")
    assert set().union(*(_looks_over_all(file) for file in files)) == set(OVER_ALL)


@pytest.mark.parametrize("council", ["", "*"])
def test_no_council_has_a_name_that_stands_for_another_or_for_all(council):
    assert council not in load.councils()


@pytest.fixture
async def full(store, database):
    """A store in which one council has one of everything."""
    told = Send(to=person("bea", MINE), post=WORDS, matter="concern/d1")
    records = (
        concern(),
        request(),
        Passed(id="p1", council=MINE, asker=person("ann", MINE), words="why?", at=NOON),
        Pin(key="k1", council=MINE, words="why?", clause="1", by=person("bea", MINE), at=NOON),
        Change(id="c1", council=MINE, what="group", name="", value="x", by="seat-bea", at="2026-11-22"),
        Review(council=MINE),
        Edition(council=MINE, number=1, pack=PACK, on=NOON.date(), minute="31", at=NOON),
        Draft(council=MINE, pack=PACK, at=NOON),
    )
    turn = kept(*records, answer=Whisper(WORDS), notices=(told,), traces=(Trace("concern/d1", "seat-ann", "filed"),))
    await store.keep(MINE, due(id="first"), turn)
    await store.keep(MINE, due(id="second"), Turn(notices=(Send(to=person("cal", MINE), post=WORDS),)))
    for waiting in await store.waiting(NOON, 9):
        await store.put_off(waiting, None, "no such person")
    await store.out_of_reach(MINE, told.to, "left", NOON)
    places = SqlPlaces(store._engine, {"T1": MINE})
    await places.keep("T1", "a:1", service_url="https://example.org/", who="ann", at=NOON)
    return store


PACK = load.council(MINE)
#: How each method with a council is asked for what there is.
ASKED = {
    "heard": (due(id="first"),),
    "passed": ("p1",),
    "pin": ("k1",),
    "change": ("c1",),
    "changes": (),
    "concern": ("d1",),
    "called": ("CN-D1-92QX",),
    "concerns": ("seat-ann", "raiser"),
    "request": ("r1",),
    "requests": ("seat-dpo",),
    "asked": ("seat-ann",),
    "review": ("protocol",),
    "reviews": (),
    "edition": (1,),
    "stands_under": (("test:barrow:ann",),),
    "questions_of": (("test:barrow:ann",),),
    "talks_with": (("teams:T1:ann",),),
}
#: Those that bring something in or take something away; each is tried below or in a test of its own.
NO_QUESTION = {"keep", "keep_reach", "out_of_reach", "as_it_stands", "forget", "amiss", "unread"}


def _of_a_council(kind: type) -> set[str]:
    public = {name: one for name, one in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
    return {name for name, one in public.items() if "council" in inspect.signature(one).parameters}


@pytest.mark.parametrize("name", sorted(_of_a_council(SqlStore) - NO_QUESTION))
async def test_whatever_a_store_is_asked_for_another_council_it_has_nothing(full, name):
    method = getattr(full, name)
    assert await method(MINE, *ASKED.get(name, ())), "else this would prove nothing"
    assert not await method(THEIRS, *ASKED.get(name, ()))


async def test_what_is_damaged_is_told_to_its_own_council_alone(full):
    for statement in ("UPDATE parts SET sealed = :byte", "UPDATE pins SET record = :byte"):
        await change(full._engine, statement)
    nothing = await full.amiss(THEIRS), await full.unread(THEIRS)
    assert (await full.amiss(MINE)).shut, "else this would prove nothing"
    assert await full.unread(MINE), "else this would prove nothing"
    assert nothing == (Amiss([], [], []), [])


async def test_what_the_handbook_of_another_council_is_made_of_holds_nothing_of_it(full):
    assert all(await full.as_it_stands(MINE)), "else this would prove nothing"
    assert not any(await full.as_it_stands(THEIRS))


async def test_another_council_erases_and_keeps_nothing_of_it(full):
    before = await full.concern(MINE, "d1")
    await full.keep(THEIRS, due(THEIRS), kept(erase=("concern/d1", "request/r1")))
    with pytest.raises(ValueError, match="another's"):
        await full.keep(THEIRS, due(THEIRS), kept(before))
    assert await full.concern(MINE, "d1") == before
    assert await full.request(MINE, "r1")
    assert await full.set_aside(MINE) == 1
    assert {one.council for one in await full.due(NOON + timedelta(days=400), 9)} == {MINE}


async def test_what_another_council_finds_of_the_same_account_is_its_own(full):
    known = await full.reach(MINE)
    await full.keep_reach(THEIRS, (), forget=[one.who for one in known])
    await full.out_of_reach(THEIRS, known[0].who, "blocked", NOON)
    assert await full.reach(MINE) == known
    assert [one.why for one in await full.reach(THEIRS)] == ["blocked"]


async def test_another_council_forgets_nothing_of_the_same_account(full):
    everybody = [f"test:{MINE}:{id}" for id in ("ann", "bea", "cal")]
    before = await full.stands_under(MINE, everybody)
    await full.forget(THEIRS, everybody, (), "clerk", NOON)
    assert await full.stands_under(MINE, everybody) == before
    await full.forget(MINE, everybody, (), "clerk", NOON)
    assert await full.stands_under(MINE, everybody) == {}


async def test_the_same_delivery_at_another_council_is_another(full):
    await full.keep(THEIRS, due(id="first"), kept(answer=Whisper(WORDS), traces=(Trace("x", "seat-ann", "read"),)))
    assert await full.heard(THEIRS, due(id="first"))


async def test_what_is_said_in_a_chat_is_its_councils(database):
    posts = SqlPosts(database)
    await posts.add(MINE, "ann", "1", author="ann", body="mine", at=NOON, only_for=None)
    assert await posts.of(THEIRS, "ann", "ann") == []
    assert await posts.edit(THEIRS, "ann", "1", WORDS) is None
    await posts.remove(THEIRS, "ann", "1")
    assert [one.body for one in await posts.of(MINE, "ann", "ann")] == ["mine"]
    assert set(_of_a_council(SqlPosts)) == {"add", "edit", "of", "remove"}


async def test_in_a_transaction_of_one_council_every_council_is_looked_over_only_meanwhile(both):
    table = metadata.tables["passed"]
    async with within(both, MINE) as transaction:
        async with looking_over_all(transaction):
            assert len((await transaction.execute(select(table))).all()) == 2
        if databases.on_postgres():
            assert len((await transaction.execute(select(table))).all()) == 1
    async with reading(both, EVERY) as connection:
        assert len((await connection.execute(select(table))).all()) == 2


@pytest.mark.postgres_only
async def test_migrating_again_gives_the_bots_role_what_it_needs_and_no_more(both, tmp_path):
    owner = engine(databases.as_role(databases.url(tmp_path), databases.TABLES))
    async with owner.begin() as connection:
        await connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {databases.BOT}"))
    await migrate(owner, databases.BOT)
    await owner.dispose()
    with pytest.raises(DBAPIError, match="permission denied"):
        async with within(both, MINE) as transaction:
            await transaction.execute(text("DELETE FROM audit"))
