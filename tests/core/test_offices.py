"""How a council is set up here: shown to all alike, changed by two office-holders together, written down."""

import asyncio

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from storage import tables
from tests import databases
from tests.core.council import Council, settings, tokens, without
from tests.worlds import command, press, submit

CLAIM = "This adds no reader to a concern already filed."


async def propose(council: Council, who: str = "dee", **values: str):
    form = await council.opened(press("offices/propose/", who=who))
    return await council.hear(submit(form.id, values, who=who))


async def proposed(council: Council, who: str = "dee", **values: str):
    """The notices of a proposal, by person."""
    answer = await propose(council, who, **values)
    assert hasattr(answer, "post"), answer
    return {notice.to.id: notice.post for notice in await council.notices()}


async def change(council: Council):
    return (await council.store.changes("barrow"))[-1]


# ---------------------------------------------------------------- proposing and confirming


async def test_a_second_office_holder_confirms_and_then_it_counts(council):
    told = await proposed(council, what="gained", person="ann", office="vice-chair", until="2027-05-10")
    assert set(told) == {"bea", "eve"}
    assert "Ann Lee gets an office: the vice-chair, until 10 May 2027." in told["bea"].plain()
    assert CLAIM in told["bea"].plain()
    assert "vice-chair" not in (await council.book()).roster.seats["ann"].offices
    said = await council.whispered(press(tokens(told["bea"])["Confirm"], who="bea"))
    assert "From now on" in said
    assert CLAIM in said
    assert "vice-chair" in (await council.book()).roster.seats["ann"].offices
    kept = await change(council)
    assert (kept.name, kept.value) == ("vice-chair", "+ann until 2027-05-10")
    assert (kept.state, kept.by, kept.second) == ("confirmed", "dee", "bea")
    assert set(await council.told()) == {"dee", "eve", "ann"}


async def test_the_form_says_that_it_adds_no_reader(council):
    form = await council.opened(press("offices/propose/", who="dee"))
    assert CLAIM in [block.text for block in form.intro]


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"what": "lost", "person": "bea", "office": "clerk"}, ("office", "clerk", "-bea")),
        (
            {"what": "gained", "person": "ann", "office": "vice-chair", "until": "10 May 2027"},
            ("office", "vice-chair", "+ann until 2027-05-10"),
        ),
        ({"what": "gained", "person": "cal", "office": "clerk"}, ("office", "clerk", "+cal")),
        (
            {"what": "alternate", "office": "clerk", "value": "Vice-chair, the chair,  fay brook, group"},
            ("alternate", "clerk", "vice-chair,chair,fay,group"),
        ),
        ({"what": "group", "value": "Fay Brook, ann"}, ("group", "members", "fay,ann")),
        ({"what": "retention", "outcome": "formal", "value": "12"}, ("retention", "formal", "12")),
        ({"what": "retention", "outcome": "withdrawn", "value": "Never"}, ("retention", "withdrawn", "never")),
    ],
)
async def test_every_kind_of_change_is_kept_counts_and_is_told(council, values, kept):
    told = await proposed(council, **values)
    assert ((found := await change(council)).what, found.name, found.value) == kept
    assert found.state == "proposed"
    second = sorted(told)[0]
    before = (await council.book()).settings
    await council.whispered(press(tokens(told[second])["Confirm"], who=second))
    assert (await council.book()).settings != before
    assert "confirmed by" in await council.whispered(command("offices"))


async def test_of_two_changes_the_one_confirmed_last_counts(council):
    """Both are confirmed within the same second: whose clock is ahead decides nothing."""
    older = await proposed(council, what="retention", outcome="formal", value="12")
    newer = await proposed(council, what="retention", outcome="formal", value="24")
    for told, months in ((newer, "24"), (older, "12")):
        assert "confirmed" in await council.whispered(press(tokens(told["bea"])["Confirm"], who="bea"))
        assert str((await council.book()).settings.retention.formal) == months


async def test_whoever_proposed_it_can_not_confirm_it(council):
    told = await proposed(council, what="lost", person="cal", office="officer")
    assert "somebody else's word" in await council.whispered(press(tokens(told["bea"])["Confirm"], who="dee"))
    assert (await change(council)).state == "proposed"


@pytest.mark.parametrize(
    "values",
    [
        {"what": "gained", "person": "bea", "office": "officer"},
        {"what": "alternate", "office": "chair", "value": "clerk, vice-chair"},
        {"what": "alternate", "office": "chair", "value": "Bea Hall"},
    ],
)
async def test_whoever_would_gain_can_not_confirm_it(council, values):
    told = await proposed(council, **values)
    assert set(told) == {"eve"}
    assert "somebody else's word" in await council.whispered(press(tokens(told["eve"])["Confirm"], who="bea"))
    assert (await change(council)).state == "proposed"


async def test_a_new_member_of_the_group_can_not_confirm_it_and_an_old_one_can(made):
    council = made(group=replace(settings().group, members=("fay", "eve")))
    told = await proposed(council, "bea", what="group", value="fay, eve, dee")
    assert set(told) == {"eve"}


@pytest.mark.parametrize("who", ["ann", "cal", "fay", "nobody", "vic"])
async def test_nobody_else_can_propose_or_confirm(council, who):
    told = await proposed(council, what="lost", person="cal", office="officer")
    before = await change(council)
    form = submit("offices/propose/", {"what": "lost", "person": "cal", "office": "officer"}, who=who)
    assert list(await council.rejected(form)) == [""], "what they wrote stays in the form"
    for event in (press("offices/propose/", who=who), press(tokens(told["bea"])["Confirm"], who=who)):
        await council.whispered(event)
    assert await council.store.changes("barrow") == [before]


async def test_where_there_is_no_second_office_holder_it_says_so_and_names_the_way(made):
    council = made(people=without("bea", "eve"))
    answer = await propose(council, what="lost", person="cal", office="officer")
    assert "protocol-bot.yaml" in answer.problems[""]
    assert await council.store.changes("barrow") == []


async def test_one_person_with_two_offices_is_not_two_people(made):
    both = replace(settings().people[3], offices=("chair", "vice-chair", "councillor"))
    council = made(people=(*without("bea", "dee", "eve"), both))
    answer = await propose(council, what="lost", person="cal", office="officer")
    assert "nobody who could confirm it" in answer.problems[""]


async def test_a_declined_change_does_not_count_and_both_are_told(council):
    told = await proposed(council, what="lost", person="cal", office="officer")
    assert "declined" in await council.whispered(press(tokens(told["bea"])["Decline"], who="bea"))
    assert "officer" in (await council.book()).roster.seats["cal"].offices
    assert set(await council.told()) == {"dee", "eve"}, "not whom it would have concerned"
    assert "declined by Bea Hall" in await council.whispered(command("offices"))


@pytest.mark.parametrize(("first", "says"), [("Confirm", "confirmed already"), ("Decline", "was declined")])
async def test_an_old_button_is_answered_kindly_and_does_nothing(council, first, says):
    told = await proposed(council, what="lost", person="cal", office="officer")
    await council.hear(press(tokens(told["bea"])[first], who="bea"))
    await council.notices()
    settled = await change(council)
    for label in ("Confirm", "Decline"):
        assert says in await council.whispered(press(tokens(told["eve"])[label], who="eve"))
    assert await change(council) == settled
    assert await council.notices() == []
    assert "nothing here to confirm" in await council.whispered(press("offices/confirm/made-up", who="eve"))


async def test_two_who_answer_at_once_settle_it_once(council):
    told = await proposed(council, what="lost", person="cal", office="officer")
    confirm, decline = tokens(told["bea"])["Confirm"], tokens(told["eve"])["Decline"]
    answers = await asyncio.gather(council.hear(press(confirm, who="bea")), council.hear(press(decline, who="eve")))
    assert all(answers)
    assert (await change(council)).version == 2


async def test_somebody_who_lost_their_office_meanwhile_can_not_confirm(made):
    told = await proposed(made(), what="lost", person="cal", office="officer")
    later = made(people=tuple(replace(p, offices=("councillor",)) if p.id == "eve" else p for p in without()))
    assert "Only the clerk" in await later.whispered(press(tokens(told["eve"])["Confirm"], who="eve"))


@pytest.mark.parametrize("gone", ["cal", "dee"])
async def test_a_change_that_no_longer_fits_is_not_confirmed(made, gone):
    told = await proposed(made(), what="lost", person="cal", office="officer")
    later = made(people=without(gone))
    assert "no longer fits" in await later.whispered(press(tokens(told["bea"])["Confirm"], who="bea"))
    assert (await change(later)).state == "proposed"
    await later.whispered(press(tokens(told["bea"])["Decline"], who="bea"))
    assert (await change(later)).state == "declined"


async def test_the_same_proposal_twice_waits_once(council):
    values = {"what": "lost", "person": "cal", "office": "officer"}
    await proposed(council, **values)
    answer = await propose(council, "bea", **values)
    assert "waits to be confirmed already" in answer.post.plain()
    assert len(await council.store.changes("barrow")) == 1


async def test_what_waits_for_my_word_can_be_found_again(council):
    await proposed(council, what="lost", person="cal", office="officer")
    mine = tokens((await council.hear(command("offices", who="bea"))).post)
    assert "Waits for your word (1)" in mine
    shown = await council.hear(press(mine["Waits for your word (1)"], who="bea"))
    assert {"Confirm", "Decline"} <= set(tokens(shown.post))
    assert "Waits for your word (1)" not in tokens((await council.hear(command("offices", who="dee"))).post)


async def test_the_last_five_changes_are_shown_the_newest_first(council, clock):
    for months in range(1, 8):
        await proposed(council, what="retention", outcome="outside", value=str(months))
        clock.pass_by(days=1)
    said = await council.whispered(command("offices"))
    shown = [line for line in said.splitlines() if "waits for a second" in line]
    assert len(shown) == 5
    assert shown[0].startswith("28 November 2026")
    assert ": 7 months" in shown[0]
    assert ": 2 months" not in said


async def test_who_changed_what_is_written_down(council, database):
    told = await proposed(council, what="lost", person="cal", office="officer")
    await council.hear(press(tokens(told["bea"])["Confirm"], who="bea"))
    async with databases.whole(database) as connection:
        did = (await connection.execute(select(tables.audit.c.did).order_by(tables.audit.c.seq))).scalars().all()
    assert did == ["proposed", "confirmed"]


async def test_without_a_key_nothing_can_be_changed_and_the_page_is_still_shown(made):
    council = made(keys=False)
    assert "does not work at the moment" in await council.whispered(press("offices/propose/", who="dee"))
    assert "Bea Hall" in await council.whispered(command("offices"))


# ---------------------------------------------------------------- what a form can't say


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "what"),
        ({"what": "sideways"}, "what"),
        ({"what": "gained", "office": "clerk"}, "person"),
        ({"what": "gained", "person": "ann"}, "office"),
        ({"what": "gained", "person": "vic", "office": "clerk"}, "person"),
        ({"what": "gained", "person": "ann", "office": "guest"}, "office"),
        ({"what": "gained", "person": "bea", "office": "clerk"}, "office"),
        ({"what": "gained", "person": "ann", "office": "clerk", "until": "2026-11-22"}, "until"),
        ({"what": "gained", "person": "ann", "office": "clerk", "until": "31 May"}, "until"),
        ({"what": "gained", "person": "ann", "office": "clerk", "until": "2027-02-30"}, "until"),
        ({"what": "lost", "person": "ann", "office": "clerk"}, "office"),
        ({"what": "alternate", "office": "clerk"}, "value"),
        ({"what": "alternate", "office": "clerk", "value": "the king"}, "value"),
        ({"what": "alternate", "office": "clerk", "value": "clerk"}, "value"),
        ({"what": "alternate", "office": "clerk", "value": "chair"}, "value"),
        ({"what": "alternate", "office": "clerk", "value": "Vic Stone"}, "value"),
        ({"what": "group", "value": "fay"}, "value"),
        ({"what": "group", "value": "fay, bea"}, "value"),
        ({"what": "group", "value": "gus, fay"}, "value"),
        ({"what": "retention", "value": "12"}, "outcome"),
        ({"what": "retention", "outcome": "formal", "value": "0"}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "1201"}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "soon"}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "²"}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "72"}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "9" * 200}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "1e1"}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "12.0"}, "value"),
        ({"what": "retention", "outcome": "formal", "value": "36\ud83d"}, "value"),
    ],
)
async def test_what_does_not_hold_together_is_said_beside_its_field(council, values, field):
    problems = await council.rejected(submit("offices/propose/", values, who="dee"))
    assert list(problems) == [field]
    assert await council.store.changes("barrow") == []


async def test_a_time_shorter_than_the_warning_is_refused(made):
    council = made(retention=replace(settings().retention, warn=60))
    values = {"what": "retention", "outcome": "formal", "value": "2"}
    assert "60 days" in (await council.rejected(submit("offices/propose/", values, who="dee")))["value"]


async def test_the_group_can_be_set_where_there_was_none(made):
    council = made(group=None)
    told = await proposed(council, what="group", value="fay, gus")
    await council.whispered(press(tokens(told["bea"])["Confirm"], who="bea"))
    assert (await council.book()).settings.group.members == ("fay", "gus")


@pytest.mark.parametrize("what", [{"what": "group"}, {"what": "alternate", "office": "clerk"}])
async def test_a_name_that_two_people_have_is_not_taken_for_either_of_them(made, what):
    """One of them would be let in, and whoever confirms it would read the other's name."""
    people = tuple(replace(one, name="Fay Brook") if one.id == "ann" else one for one in settings().people)
    council = made(people=people, group=None)
    problems = await council.rejected(submit("offices/propose/", what | {"value": "fay brook, gus"}, who="dee"))
    assert "More than one person here is called that: fay brook." in problems["value"]
    await council.whispered(submit("offices/propose/", what | {"value": "ann, gus"}, who="dee"))
    assert (await change(council)).value == "ann,gus"
