"""Setting up while something else is going on: what was shown holds, and nothing that was decided is lost unasked."""

from functools import partial

import pytest
from msgspec.structs import replace

from bot.bot import Bot
from bot.conversation import Attached, Open, Post, Reject, Whisper
from bot.drafting import ADOPT, FOUND, token
from bot.edition import Brought, Draft
from bot.pack import Proposal
from bot.records import Turn
from deploy.handbooks import kept_up
from storage.store import SqlStore
from tests import worlds
from tests.core.council import settings, tokens, without
from tests.editions.world import FIRST, ID, NAME, SECOND, Mallow, pack, traced
from tests.worlds import NOON

command, press, submit = (partial(make, council=ID) for make in (worlds.command, worlds.press, worlds.submit))
pytestmark = pytest.mark.database
CLERK, TODAY = "bea", NOON.date()


def with_a_rule(*lines: str) -> Draft:
    """A draft with one rule that waits."""
    rule = pack(*lines, rule="2.1").routes.rules[0]
    waits = Proposal(rule=rule, family="informal", sentence="Speak first.", pairs=(("councillor", "councillor"),))
    return Draft(council=ID, id="d1", pack=replace(pack(*lines), proposed=(waits,)), at=NOON)


async def drafted(mallow, draft: Draft | None = None) -> Draft:
    before = await mallow.store.draft(ID)
    new = replace(draft or with_a_rule(*FIRST), version=before.version if before else 0)
    await mallow.store.keep(ID, command(f"x{new.version}"), Turn(keep=(new,)))
    return await mallow.store.draft(ID)


async def set_up(mallow) -> dict[str, str]:
    return tokens((await mallow.hear(command("setup", who=CLERK))).post)


async def adopt_form(mallow):
    return await mallow.opened(press((await set_up(mallow))["Put it in force …"], who=CLERK))


async def send(mallow, form, minute: str = "2026/40"):
    return await mallow.hear(submit(form.id, {"on": TODAY.isoformat(), "minute": minute, "next_review": ""}, who=CLERK))


def intro(form) -> str:
    return Post(form.intro).plain()


async def decide(mallow, label: str):
    asked = await mallow.hear(press(_starting("Go through", await set_up(mallow)), who=CLERK))
    return await mallow.hear(press(tokens(asked.post)[label], who=CLERK))


def _starting(label: str, known: dict[str, str]) -> str:
    return next(value for name, value in known.items() if name.startswith(label))


# ---------------------------------------------------------------- what was shown is what is put in force


async def another_wording(mallow):
    await mallow.adopt(pack(*SECOND), TODAY, minute="2026/39")


async def a_rule_confirmed(mallow):
    await decide(mallow, "Yes, that is our rule")


async def a_rule_refused(mallow):
    await decide(mallow, "No, leave it out")


async def another_draft(mallow):
    await drafted(mallow, replace(with_a_rule(*SECOND), id="d2"))


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (another_wording, "Another wording was put in force"),
        (a_rule_confirmed, "A rule of this draft was decided elsewhere"),
        (a_rule_refused, "A rule of this draft was decided elsewhere"),
        (another_draft, "Another draft took the place"),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
async def test_what_is_not_any_more_what_was_shown_is_shown_anew_with_what_was_typed(mallow, happens, why):
    await drafted(mallow)
    form = await adopt_form(mallow)
    await happens(mallow)
    before = len(await mallow.store.editions(ID))

    again = await send(mallow, form)

    assert isinstance(again, Open), again
    assert why in intro(again.form)
    assert {one.name: one.value for one in again.form.fields}["minute"] == "2026/40"
    assert len(await mallow.store.editions(ID)) == before
    assert isinstance(await send(mallow, again.form), Whisper)
    assert (await mallow.book()).contents.minute == "2026/40"


async def test_a_form_sent_twice_puts_it_in_force_once_and_says_so(mallow):
    await drafted(mallow)
    form = await adopt_form(mallow)
    assert isinstance(await send(mallow, form), Whisper)

    again = await send(mallow, form)

    assert isinstance(again, Reject)
    assert "it was put in force, or thrown away" in again.problems[""]
    assert len(await mallow.store.editions(ID)) == 1


async def test_two_drafts_of_one_moment_have_buttons_of_their_own(mallow):
    first = await drafted(mallow, replace(with_a_rule(*FIRST), id=""))
    second = replace(first, at=first.at.replace(microsecond=1))
    assert token(ADOPT, first) != token(ADOPT, second)
    assert token(ADOPT, replace(first, id="a")) != token(ADOPT, replace(first, id="b"))


async def test_the_form_says_by_name_who_will_be_told(mallow):
    await drafted(mallow)
    assert "It is told to: Dee Frost." in intro(await adopt_form(mallow))


async def test_where_nobody_can_be_told_the_form_says_that(database, clock, tmp_path):
    mallow = Mallow(database, clock, tmp_path, people=without("dee", "eve"), alternates={})
    await drafted(mallow)
    assert "Nobody can be told of it here" in intro(await adopt_form(mallow))


@pytest.mark.parametrize("place", ["9" * 5000, "x", "-1", "²"])
async def test_a_made_up_place_in_what_was_read_begins_at_the_beginning(mallow, place):
    draft = await drafted(mallow)
    assert "Members speak to staff with respect." in await mallow.whispered(
        press(token(FOUND, draft, place), who=CLERK)
    )


# ---------------------------------------------------------------- a second document


class Reader:
    """Reads what it is told to, and counts how often."""

    def __init__(self, meanwhile=None) -> None:
        self.times, self.meanwhile = 0, meanwhile

    async def __call__(self, _name, _data, _book) -> Brought:
        self.times += 1
        if self.meanwhile and self.times == 1:
            await self.meanwhile()
        return Brought(pack(*SECOND), ())


def reading(mallow, reader):
    own = settings(council=ID, name=NAME, nation="england")
    mallow.bot = Bot(mallow.store, kept_up([own], mallow.clock, mallow.store, reader))
    return reader


async def hand_over(mallow, form):
    sent = submit(form.id, {"document": "p.txt"}, who=CLERK)
    return await mallow.hear(replace(sent, files={"document": Attached("p.txt", b"x")}))


async def test_the_form_for_another_document_says_what_would_be_lost(mallow):
    reading(mallow, Reader())
    await drafted(mallow)
    await decide(mallow, "Yes, that is our rule")

    form = await mallow.opened(press((await set_up(mallow))["Hand over another document"], who=CLERK))

    assert "Rules agreed in it: 1; waiting for your word: 0." in intro(form)
    assert "what was decided about its rules is lost" in intro(form)
    assert isinstance(await hand_over(mallow, form), Whisper)
    assert (await mallow.store.draft(ID)).pack == pack(*SECOND)


async def test_a_draft_that_moved_on_is_not_thrown_away_unasked_and_nothing_is_read(mallow):
    reader = reading(mallow, Reader())
    form = await mallow.opened(press((await set_up(mallow))["Hand over the document"], who=CLERK))
    await drafted(mallow)

    again = await hand_over(mallow, form)

    assert isinstance(again, Open)
    assert "nothing was read" in intro(again.form)
    assert reader.times == 0
    assert (await mallow.store.draft(ID)).pack.proposed


async def test_a_rule_decided_while_the_document_is_read_is_not_lost_unasked(mallow):
    await drafted(mallow)
    reader = reading(mallow, Reader(lambda: decide(mallow, "Yes, that is our rule")))
    form = await mallow.opened(press((await set_up(mallow))["Hand over another document"], who=CLERK))

    again = await hand_over(mallow, form)

    assert isinstance(again, Open)
    assert reader.times == 1
    assert (await mallow.store.draft(ID)).pack.routes.rules


async def test_whatever_goes_wrong_in_reading_is_a_sentence_in_the_form_and_its_kind_in_the_log(mallow, caplog):
    async def breaks(_name, _data, _book):
        raise RecursionError("words of the document")

    reading(mallow, breaks)
    form = await mallow.opened(press((await set_up(mallow))["Hand over the document"], who=CLERK))

    answer = await hand_over(mallow, form)

    assert isinstance(answer, Reject)
    assert "Nothing was changed" in answer.problems["document"]
    assert "RecursionError" in caplog.text
    assert "words of the document" not in caplog.text
    assert await mallow.store.draft(ID) is None


# ---------------------------------------------------------------- a mistake, and the trail


@pytest.mark.parametrize("label", ["Yes, that is our rule", "No, leave it out"])
async def test_a_mistaken_answer_can_be_taken_back(mallow, label):
    before = await drafted(mallow)
    assert "Begin the rules again …" not in await set_up(mallow)
    await decide(mallow, label)
    assert (await mallow.store.draft(ID)).pack != before.pack

    ask = await mallow.hear(press((await set_up(mallow))["Begin the rules again …"], who=CLERK))
    told = await mallow.whispered(press(tokens(ask.post)["Begin again"], who=CLERK))

    assert "Every yes and every no is taken back." in told
    assert "Speak first." in told
    after = await mallow.store.draft(ID)
    assert (after.pack, after.read) == (before.pack, None)


async def test_the_trail_has_who_did_what_with_a_draft(mallow, database):
    reading(mallow, Reader())
    form = await mallow.opened(press((await set_up(mallow))["Hand over the document"], who=CLERK))
    await hand_over(mallow, form)
    await drafted(mallow)
    await decide(mallow, "Yes, that is our rule")
    await drafted(mallow)
    await decide(mallow, "No, leave it out")
    ask = await mallow.hear(press((await set_up(mallow))["Throw the draft away"], who=CLERK))
    await mallow.hear(press(tokens(ask.post)["Throw it away"], who=CLERK))

    assert await traced(database) == ["brought", "confirmed", "refused", "discarded"]


async def test_where_nothing_can_be_traced_nothing_is_changed(mallow, database):
    draft = await drafted(mallow)
    mallow.store = SqlStore(database)
    reading(mallow, Reader())

    for label in ("Put it in force …", "Hand over another document", "Throw the draft away", "See what was read"):
        told = await mallow.whispered(press((await set_up(mallow))[label], who=CLERK))
        assert "So nothing was changed." in " ".join(told.split())
    assert await mallow.store.draft(ID) == draft
