"""Which wording counts, from when, and for whom: the bot that adopted it, another one, one that was started later."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace
from sqlalchemy import event as happening

from bot.conversation import Person
from bot.edition import Draft, Wording, bare, counted, in_force, short, wordings
from bot.errors import UnsoundContent
from bot.naming import by_the_clock
from bot.records import Turn
from bot.settings import Settings
from content import load
from content.settings import problems
from deploy.handbooks import kept_up
from deploy.kept.nothing import NothingKept
from storage.store import SqlStore, engine
from tests import databases, queue
from tests.core.council import tokens
from tests.editions.world import FIRST, ID, NAME, SECOND, Mallow, pack
from tests.worlds import NOON, channel, command, press, submit

pytestmark = pytest.mark.database

PLACE = by_the_clock(ID)
MAY, TODAY, NEXT = date(2026, 5, 3), NOON.date(), date(2027, 6, 1)


async def says(mallow: Mallow, text: str) -> str:
    return await mallow.whispered(command(text, council=ID))


# ---------------------------------------------------------------- from when it counts


async def test_an_adopted_wording_is_answered_from_and_named_with_its_day_and_minute(mallow):
    await mallow.adopt(pack(*FIRST), MAY, minute="2026/31")
    told = await says(mallow, "1.2")
    assert "Letters are answered within ten working days." in told
    assert "Your council’s adopted wording, in force since 3 May 2026 (minute 2026/31)." in told


async def test_every_replica_goes_by_it_from_the_next_question_on(mallow):
    other = mallow.another()
    before = await other(PLACE)
    await mallow.adopt(pack(*FIRST), MAY)
    after = await other(PLACE)
    assert (before.edition, after.edition) == (0, 1)
    assert after.contents.get("1-2") is not None
    assert await other(PLACE) is after, "and is made once"


async def test_a_bot_that_is_started_later_goes_by_it_too(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    assert (await mallow.another()(PLACE)).edition == 1


async def test_one_whose_day_a_slow_clock_has_not_reached_counts_from_midnight_of_that_day_in_london(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    await mallow.keep_for(pack(*SECOND), NEXT)
    assert (await mallow.book()).edition == 1
    mallow.clock.now = datetime(2027, 5, 31, 22, 59, tzinfo=UTC)
    assert (await mallow.book()).edition == 1
    mallow.clock.now = datetime(2027, 5, 31, 23, 0, tzinfo=UTC)  # midnight in British summer time
    assert (await mallow.book()).edition == 2


async def test_of_two_from_one_day_the_later_one_counts(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    await mallow.adopt(pack(*SECOND), MAY)
    book = await mallow.book()
    assert book.edition == 2
    assert [one.number for one in counted(book.editions, TODAY)] == [0, 2]


def test_before_the_first_day_what_came_before_counts():
    known = wordings(Wording(bare(ID, NAME, "england")), ())
    assert in_force(known, date(1900, 1, 1)).number == 0


@pytest.fixture
def read(database) -> list[str]:
    """Every query that names a table, from now on."""
    queries: list[str] = []

    def asked(_connection, _cursor, statement: str, *_rest: object) -> None:
        queries.extend(one for one in statement.split(";\n") if "FROM " in one)  # several are done in one go

    happening.listen(database.sync_engine, "before_cursor_execute", asked)
    return queries


async def test_the_packs_are_read_only_where_something_was_adopted(mallow, read):
    await mallow.adopt(pack(*FIRST), MAY)
    await mallow.book()
    await mallow.store.out_of_reach(ID, Person("test", ID, "nobody"), "blocked", NOON)
    read.clear()
    await mallow.book()
    assert not [one for one in read if "record" in one and "editions" in one]
    assert len([one for one in read if "FROM editions" in one]) == 1, "but for their stamp, with what is read anyway"


async def test_nothing_is_read_while_nobody_writes_whatever_process_it_is(mallow, read, tmp_path):
    await mallow.adopt(pack(*FIRST), MAY)
    first = await mallow.book()
    read.clear()
    assert await mallow.book() is first
    assert not read
    beside = engine(databases.url(tmp_path))
    await SqlStore(beside).out_of_reach("barrow", Person("test", "barrow", "nobody"), "blocked", NOON)
    await beside.dispose()
    await mallow.book()
    assert read


# ---------------------------------------------------------------- a council that does not come with the bot


async def test_before_anything_is_adopted_every_command_is_answered(mallow):
    for text in ("", "help", "contents", "about", "gaps", "roles", "expectations", "compare mediation", "wrong"):
        assert await says(mallow, text)
    for text in ("review", "history", "was", "3.2", "3.2 was", "what about mediation", "offices", "concerns"):
        assert await says(mallow, text)


def test_without_a_name_and_a_nation_it_is_said_what_to_add():
    with pytest.raises(UnsoundContent, match=r"add its `name` and its `nation` \(england or wales\) to the settings"):
        kept_up([Settings(council=ID)], lambda: NOON, NothingKept())


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"council": ID, "name": NAME}, "$.name"),
        ({"council": ID, "nation": "wales"}, "$.nation"),
        ({"council": "barrow", "nation": "wales"}, "$.nation"),
    ],
    ids=["no nation", "no name", "another nation than its protocol"],
)
def test_a_name_and_a_nation_that_do_not_fit_are_found(given, path):
    assert path in [found for found, _, _ in problems(Settings(**given))]


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("Upper Mallow Parish Council", "Upper Mallow"),
        ("Great Wickham Town Council", "Great Wickham"),
        ("Cyngor Cymuned Llan Community Council", "Cyngor Cymuned Llan"),
        ("The Council of Nether Beck", "Nether Beck"),
        ("City Council", "City Council"),
    ],
)
def test_a_short_name_leaves_out_what_kind_of_council_it_is(name, known_as):
    assert short(name) == known_as


# ---------------------------------------------------------------- what names a clause


async def pinned(mallow: Mallow, question: str, clause: str) -> None:
    form = await mallow.opened(press(f"questions/pin/{question}", who="bea", council=ID))
    await mallow.hear(submit(form.id, {"question": question, "clause": clause}, who="bea", council=ID))


async def test_a_pinned_clause_that_is_gone_falls_back_to_the_search(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    question = "who keeps the key of the notice board"
    await pinned(mallow, question, "2.1")
    assert "the clerk has said that this clause answers it" in await says(mallow, question)
    await mallow.adopt(pack(*SECOND), TODAY)
    told = await says(mallow, question)
    assert "the clerk has said" not in told, "though another clause is 2.1 by now, and has its id"
    assert told


async def test_a_pinned_clause_that_has_another_number_by_now_is_still_shown(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    question = "who keeps the key of the notice board"
    await pinned(mallow, question, "2.2")
    await mallow.adopt(pack(*SECOND), TODAY)
    told = await says(mallow, question)
    assert "the clerk has said that this clause answers it" in told
    assert "Upper Mallow, 2.3" in told
    assert "What was told in confidence stays so" in told


async def test_a_button_under_an_answer_shares_the_clause_that_was_shown_whatever_its_id_is_by_now(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    answer = await mallow.hear(command("2.2", council=ID, where=channel(ID)))
    share = next(token for token in tokens(answer.post).values() if "/share/" in token)
    await mallow.adopt(pack(*SECOND), TODAY)
    await mallow.told()
    await mallow.hear(press(share, council=ID, where=channel(ID)))
    (said,) = await queue.waiting(mallow.store, mallow.clock())
    assert "What was told in confidence stays so" in said.notice.post.plain()


async def test_a_button_for_a_clause_that_is_gone_says_so(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    answer = await mallow.hear(command("2.1", council=ID, where=channel(ID)))
    share = next(token for token in tokens(answer.post).values() if "/share/" in token)
    await mallow.adopt(pack(*SECOND), TODAY)
    told = await mallow.whispered(press(share, council=ID, where=channel(ID)))
    assert told == (await mallow.book()).words("gone", place="Upper Mallow")


# ---------------------------------------------------------------- drafts


async def test_a_draft_is_kept_in_its_next_version_and_is_empty_in_the_end(mallow):
    draft = Draft(council=ID, pack=pack(*FIRST), notes=("1 line was left out",), by="bea", at=NOON)
    await mallow.store.keep(ID, command("a", council=ID), Turn(keep=(draft,)))
    kept = await mallow.store.draft(ID)
    assert (kept.pack, kept.notes, kept.version) == (pack(*FIRST), draft.notes, 1)
    assert (await mallow.book()).edition == 0, "a draft is not in force"
    await mallow.store.keep(ID, command("b", council=ID), Turn(keep=(replace(kept, pack=None, notes=()),)))
    assert (await mallow.store.draft(ID)).pack is None


def test_a_councils_own_pack_counts_where_nothing_was_adopted():
    books = kept_up([Settings(council="barrow")], lambda: NOON, NothingKept())
    assert books._books["barrow"].latest.contents.pack == load.council("barrow")
