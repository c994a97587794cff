"""The clerk of a council without a protocol hands its document over, goes through its rules and puts it in force."""

from datetime import date, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from bot.bot import decide
from bot.conversation import Attached, Reject, Submit, Whisper
from bot.edition import Draft
from bot.records import Turn
from tests import worlds
from tests.core.council import tokens
from tests.editions.world import FIRST, ID, SECOND, pack
from tests.worlds import NOON

command, press, submit = (partial(make, council=ID) for make in (worlds.command, worlds.press, worlds.submit))
CLERK, CHAIR = "bea", "dee"
DOCUMENT = """Protocol on how councillors and officers work together

1. General

1.1 Councillors must speak to officers with respect.

1.2 The clerk answers letters within ten working days.

2. When something goes wrong

2.1 A councillor who is dissatisfied with an officer should raise it with the Clerk in the first instance.

2.2 The Chairman should not deal with a grievance alone.

2.3 The monitoring officer may offer mediation between a councillor and an officer.
"""


async def set_up(mallow, who: str = CLERK):
    answer = await mallow.hear(command("setup", who=who))
    assert isinstance(answer, Whisper)
    return answer.post


async def hand_over(mallow, words: str = DOCUMENT, name: str = "protocol.txt"):
    form = await mallow.opened(press(_starting("Hand over", await set_up(mallow)), who=CLERK))
    sent = submit(form.id, {"document": name}, who=CLERK)
    return await mallow.hear(replace(sent, files={"document": Attached(name, words.encode())}))


async def drafted(mallow, made=None) -> Draft:
    """A draft that is there already."""
    draft = Draft(council=ID, pack=made or pack(*FIRST), at=mallow.clock())
    await mallow.store.keep(ID, command("x"), Turn(keep=(draft,)))
    return draft


async def adopt(mallow, **values: str):
    form = await mallow.opened(press(tokens(await set_up(mallow))["Put it in force …"], who=CLERK))
    whole = {"on": "2026-11-20", "minute": "2026/31", "next_review": "", **values}
    return await mallow.hear(submit(form.id, whole, who=CLERK))


async def test_a_council_without_a_protocol_is_told_how_to_bring_its_own(mallow):
    shown = (await set_up(mallow)).plain()

    assert "There is no protocol of Upper Mallow’s here yet." in shown
    assert "Nothing of it counts until you put it in force." in shown


@pytest.mark.parametrize("who", ["ann", CHAIR, "cal", "eve", "nobody-at-all"])
async def test_setting_up_is_the_clerks_alone(mallow, who):
    await drafted(mallow)
    of_clerk = tokens(await set_up(mallow))

    for token in of_clerk.values():
        assert "Setting up the protocol is the clerk’s" in await mallow.whispered(press(token, who=who))
    assert "Setting up the protocol is the clerk’s" in await mallow.whispered(command("setup", who=who))


async def test_what_a_draft_states_of_itself_is_said_as_people_say_it(mallow):
    made = pack(*FIRST)
    stated = replace(made.document, title="not stated", adopted="2026-05-11", next_review="blank")
    await drafted(mallow, replace(made, document=stated))
    shown = (await set_up(mallow)).plain()
    assert "Document: not stated in the document" in shown
    assert "Adopted: 11 May 2026" in shown
    assert "Next review: a space was left for it, and is empty" in shown


async def test_a_document_that_is_handed_over_is_a_draft_and_not_in_force(mallow):
    answer = await hand_over(mallow)

    assert isinstance(answer, Whisper), answer
    assert "Clauses: 5. Headings: 2." in answer.post.plain()
    assert (await mallow.book()).contents.pack.body == ()
    kept = await mallow.store.draft(ID)
    assert [node.text for node in kept.pack.body if getattr(node, "ref", None) == "1.2"] == [
        "The clerk answers letters within ten working days."
    ]


async def test_the_same_delivery_again_is_one_draft(mallow):
    form = await mallow.opened(press(tokens(await set_up(mallow))["Hand over the document"], who=CLERK))
    sent = replace(
        submit(form.id, {"document": "p.txt"}, who=CLERK), files={"document": Attached("p.txt", DOCUMENT.encode())}
    )

    first, again = await mallow.hear(sent), await mallow.hear(sent)

    assert first == again
    assert (await mallow.store.draft(ID)).version == 1


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("scan.png", b"\x89PNG\r\n\x1a\n" + b"0" * 500, "picture"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 5000, "docx"),
        ("empty.txt", b"", "nothing in the file"),
    ],
)
async def test_what_cannot_be_read_is_refused_at_the_field_with_the_mend(mallow, name, data, says):
    form = await mallow.opened(press(tokens(await set_up(mallow))["Hand over the document"], who=CLERK))
    sent = submit(form.id, {"document": name}, who=CLERK)
    answer = await mallow.hear(replace(sent, files={"document": Attached(name, data)}))

    assert isinstance(answer, Reject)
    assert says in answer.problems["document"].casefold()
    assert await mallow.store.draft(ID) is None


async def test_a_form_without_a_file_is_refused(mallow):
    form = await mallow.opened(press(tokens(await set_up(mallow))["Hand over the document"], who=CLERK))

    assert "document" in await mallow.rejected(submit(form.id, {"document": ""}, who=CLERK))
    assert "document" in await mallow.rejected(submit(form.id, {"document": "a.docx"}, who=CLERK))


async def test_each_rule_is_asked_about_with_the_sentence_it_rests_on(mallow):
    answer = await hand_over(mallow)
    draft = await mallow.store.draft(ID)
    waiting = len(draft.pack.proposed)
    assert waiting >= 2

    answer = await mallow.hear(press(tokens(answer.post)[f"Go through the rules ({waiting})"], who=CLERK))
    assert draft.pack.proposed[0].sentence in answer.post.plain()
    answer = await mallow.hear(press(tokens(answer.post)["Yes, that is our rule"], who=CLERK))
    assert draft.pack.proposed[1].sentence in answer.post.plain()

    after = (await mallow.store.draft(ID)).pack
    assert [rule.id for rule in after.routes.rules] == [draft.pack.proposed[0].rule.id]
    assert len(after.proposed) == waiting - 1
    assert (await mallow.book()).contents.pack.routes.rules == ()


async def test_a_rule_refused_is_gone_and_one_put_off_comes_again(mallow):
    answer = await hand_over(mallow)
    first, second, *_ = (await mallow.store.draft(ID)).pack.proposed
    answer = await mallow.hear(press(_starting("Go through", answer.post), who=CLERK))

    later = await mallow.hear(press(tokens(answer.post)["Ask me later"], who=CLERK))
    assert second.sentence in later.post.plain()
    await mallow.hear(press(tokens(answer.post)["No, leave it out"], who=CLERK))

    after = (await mallow.store.draft(ID)).pack
    assert first.rule.id not in [one.rule.id for one in after.proposed]
    assert after.routes.rules == ()


async def test_a_button_pressed_twice_decides_once_and_an_old_one_nothing(mallow):
    answer = await hand_over(mallow)
    asked = await mallow.hear(press(_starting("Go through", answer.post), who=CLERK))
    yes = tokens(asked.post)["Yes, that is our rule"]
    await mallow.hear(press(yes, who=CLERK))
    once = (await mallow.store.draft(ID)).pack

    assert "decided before" in await mallow.whispered(press(yes, who=CLERK))
    assert (await mallow.store.draft(ID)).pack == once

    mallow.clock.now += timedelta(hours=1)
    await hand_over(mallow)
    fresh = (await mallow.store.draft(ID)).pack
    assert "another draft" in await mallow.whispered(press(yes, who=CLERK))
    assert (await mallow.store.draft(ID)).pack == fresh


async def test_everything_read_is_shown_some_clauses_at_a_time(mallow):
    await drafted(mallow, pack("# One", *(f"1.{n} Clause number {n} says this." for n in range(1, 20))))
    shown = await mallow.hear(press(tokens(await set_up(mallow))["See what was read"], who=CLERK))
    read = shown.post.plain()
    while more := [token for label, token in tokens(shown.post).items() if label.startswith("Read on")]:
        shown = await mallow.hear(press(more[0], who=CLERK))
        read += shown.post.plain()

    assert all(f"Clause number {n} says this." in read for n in range(1, 20))


async def test_put_in_force_it_answers_at_once_and_the_chair_is_told(mallow):
    await drafted(mallow)

    answer = await adopt(mallow, next_review="2028-05-10")

    assert "in force from 20 November 2026 (minute 2026/31)" in answer.post.plain()
    told = await mallow.whispered(command("1.2", who="ann"))
    assert "within ten working days" in told
    assert "2026/31" in told
    assert "Bea Hall" in (await mallow.told())[CHAIR]
    assert (await mallow.store.draft(ID)).pack is None
    assert "10 May 2028" in await mallow.whispered(command("review", who="ann"))


async def test_what_changes_is_shown_before_the_next_wording_is_in_force(mallow):
    await mallow.adopt(pack(*FIRST), date(2026, 11, 2))
    await drafted(mallow, pack(*SECOND))

    shown = await mallow.hear(press(tokens(await set_up(mallow))["See what changes"], who=CLERK))

    assert "fifteen working days" in shown.post.plain() or "fifteen" in shown.post.plain()
    assert "Nobody is asked to put up with threats." in shown.post.plain()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on", "1066-10-14"),
        ("on", "31 February"),
        ("on", "2030-01-01"),
        ("minute", ""),
        ("minute", "x" * 300),
        ("next_review", "2026-11-19"),
    ],
)
async def test_a_wrong_day_or_minute_is_refused_at_its_field(mallow, field, value):
    await drafted(mallow)
    answer = await adopt(mallow, **{field: value})

    assert isinstance(answer, Reject)
    assert list(answer.problems) == [field]
    assert await mallow.store.editions(ID) == []


async def test_the_last_days_of_all_calendars_are_refused_at_their_fields(mallow):
    await drafted(mallow)
    answer = await adopt(mallow, on="9995-01-01", next_review="9999-01-01")

    assert isinstance(answer, Reject)
    assert set(answer.problems) == {"on"}


async def test_thrown_away_it_is_gone_and_nothing_else_is(mallow):
    await mallow.adopt(pack(*FIRST), date(2026, 11, 2))
    await drafted(mallow, pack(*SECOND))
    ask = await mallow.hear(press(tokens(await set_up(mallow))["Throw the draft away"], who=CLERK))

    assert "The draft is gone." in await mallow.whispered(press(tokens(ask.post)["Throw it away"], who=CLERK))
    assert (await mallow.store.draft(ID)).pack is None
    assert "within ten working days" in await mallow.whispered(command("1.2", who="ann"))


async def test_where_no_file_can_be_taken_it_is_said_how_else(mallow):
    token = tokens(await set_up(mallow))["Hand over the document"]
    for platform in ("slack", "teams"):
        event = press(token, who=CLERK)
        elsewhere = replace(event, where=replace(event.where, platform=platform))
        found = await mallow.books(event.where)
        turn = await decide(replace(elsewhere, who=event.who), found, mallow.store)
        assert "protocol-bot draft" in turn.answer.post.plain()


def _starting(label: str, post) -> str:
    return next(token for known, token in tokens(post).items() if known.startswith(label))


def test_a_submit_may_carry_files():
    event = Submit(id="1", who=None, where=None, at=NOON, form="f", values={}, files={"a": Attached("a.txt", b"x")})

    assert event.files["a"].data == b"x"
