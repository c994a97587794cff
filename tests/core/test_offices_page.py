"""The page that shows how a council is set up here: the same for all, with what is missing."""

from cProfile import Profile
from datetime import date
from pstats import Stats

from msgspec.structs import replace

from tests.core.council import concern, tokens, without
from tests.core.test_offices import propose
from tests.worlds import channel, command

CLAIM = "This adds no reader to a concern already filed."


async def test_it_shows_who_holds_what_and_what_the_council_has_set(council):
    said = await council.whispered(command("offices"))
    for part in (
        "Clerk: Bea Hall",
        "Vice-chair: Eve O’Neill",
        "Staffing Committee: Fay Brook, Gus Smith-Jones",
        "If the clerk can't, in this order: the chair",
        "Looks after personal data: the clerk, the vice-chair",
        "Monitoring officer: By post.",
        "within 5 working days (this council's own target)",
        "from 18:00 until 08:30",
        "Settled informally: 12 months",
        "18 January 2027",
    ):
        assert part in said
    assert "2 November 2026" not in said, "that meeting is over"


async def test_it_shows_when_an_office_ends(made):
    people = tuple(replace(one, ends={"chair": date(2027, 5, 10)}) if one.id == "dee" else one for one in without())
    assert "Dee Frost (until 10 May 2027)" in await made(people=people).whispered(command("offices"))


async def test_an_office_that_the_file_gives_ahead_is_not_given_earlier_in_the_chat(made):
    """It would be passed over: the settings count before their own day, the chat from that day on."""
    begins = {"offices": ("vice-chair", "councillor", "chair"), "starts": {"chair": date(2027, 5, 11)}}
    people = tuple(replace(one, **begins) if one.id == "eve" else one for one in without())
    council = made(people=people)
    refused = await propose(council, what="gained", person="eve", office="chair")
    assert "By the settings file they hold it from 11 May 2027." in refused.problems["office"]
    assert await council.store.changes("barrow") == []


async def test_it_shows_who_holds_an_office_from_a_later_day_on_and_nobody_whose_office_is_long_over(made):
    begins, over = (
        {"chair": date(2027, 5, 11)},
        {"starts": {"chair": date(2020, 5, 4)}, "ends": {"chair": date(2021, 5, 3)}},
    )
    changed = {"eve": {"starts": begins}, "ann": over}
    people = tuple(
        replace(one, offices=(*one.offices, "chair"), **changed[one.id]) if one.id in changed else one
        for one in without()
    )
    said = await made(people=people).whispered(command("offices"))
    assert "Chair: Dee Frost, Eve O’Neill (from 11 May 2027)\n" in said


async def test_an_office_held_by_somebody_who_cannot_be_told_is_not_called_vacant(made):
    people = tuple(replace(one, accounts=()) if one.id == "dee" else one for one in without())
    said = await made(people=people, alternates={}).whispered(command("offices"))
    assert "Whoever holds the office of the chair can't be told anything" in said
    assert "Nobody holds the office of the chair" not in said


async def test_what_is_missing_is_told_in_words(made):
    people = tuple(one for one in without("dee", "fay", "gus"))
    bare = made(people=people, alternates={}, group=None, data_lead=(), bodies={}, paper="")
    said = await bare.whispered(command("offices"))
    assert "Chair: nobody" in said
    missing = said[said.index("What is missing") :]
    for part in ("the chair", "the clerk", "group", "personal data", "on paper"):
        assert part in missing


async def test_everybody_may_look_and_only_office_holders_are_offered_a_change(council):
    for who, offered in (("ann", 0), ("cal", 0), ("nobody", 0), ("bea", 1), ("dee", 1), ("eve", 1)):
        answer = await council.hear(command("offices", who=who, where=channel("barrow")))
        assert len(tokens(answer.post)) == offered


async def test_it_is_the_same_bytes_with_and_without_a_concern(council):
    before = {who: await council.hear(command("offices", who=who)) for who in ("ann", "bea", "dee")}
    await council.file(concern("1", "ann", ("bea",)), concern("2", "cal", ("dee",)))
    assert {who: await council.hear(command("offices", who=who)) for who in before} == before


async def test_a_question_that_begins_with_offices_is_looked_up(council):
    assert "Staffing Committee" not in await council.whispered(command("offices of the council and their duties"))


async def test_the_gaps_of_a_council_are_looked_for_once(made):
    """Looking at every pair of people takes a while."""
    council = made(people=without())
    assert "gaps" in await called(council)
    assert "gaps" not in await called(council)


async def called(council) -> set[str]:
    """The functions that showing the page calls, by name."""
    with Profile() as profile:
        await council.hear(command("offices"))
    return {name for _, _, name in Stats(profile).stats}
