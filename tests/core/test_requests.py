"""What is held on me: the same reply to all, and somebody who sees to it."""

import pytest
from msgspec.structs import replace

from bot.bot import Bot
from bot.conversation import Open, Whisper
from storage.seal import read_keys
from storage.store import SqlStore
from tests.core.council import complain, concern, opened, see_to_it, tokens, without
from tests.worlds import channel, command, message, person, press, submit

# ---------------------------------------------------------------- what is held on me


async def test_what_is_held_on_me_is_answered_with_the_day_by_which_i_hear(council):
    said = await council.whispered(command("held"))
    assert "by 22 December 2026" in said
    assert "Bea Hall, Eve O’Neill" in said
    assert "0303 123 1113" in said


async def test_everybody_gets_the_same_reply_whatever_is_held(council):
    before = {who: await council.hear(command("held", who=who)) for who in ("ann", "bea", "cal", "dee", "nobody")}
    assert len(set(before.values())) == 1
    await council.file(concern("1", "ann", ("bea",)), concern("2", "cal", ("ann",)))
    for who in before:
        assert await council.hear(command("held", who=who)) == before["ann"]
        assert await council.hear(message("what do you hold on me?", who=who)) == before["ann"]
        assert await council.hear(message("what do you hold on me?", who=who, where=channel("barrow"))) == before["ann"]


async def test_the_subject_of_a_concern_gets_the_same_reply_and_the_same_form_as_without_it(made, database, clock):
    council = made()
    await council.file(concern("1", "bea", ("ann",)), concern("2", "eve", ("ann",)), concern("3", "cal", ("ann",)))
    with_it = await council.hear(command("held")), await council.hear(command("complaint", id="same"))
    without_it = await council.hear(command("held", who="fay")), await council.hear(command("complaint", id="same"))
    assert with_it == without_it


async def test_the_reply_looks_at_no_concern_so_that_the_time_it_takes_tells_nothing(council, database, tmp_path):
    class LooksAtNone(SqlStore):
        async def concerns(self, *asked):
            raise AssertionError(asked)

    blind = Bot(LooksAtNone(database, read_keys(tmp_path / "keys")), council.books)
    assert isinstance(await blind.hear(command("held")), Whisper)
    form = (await blind.hear(command("complaint"))).form
    assert isinstance(await blind.hear(submit(form.id, {"what": "It was lost."})), Whisper)


async def test_the_notice_says_a_reference_what_to_do_and_by_when_and_nothing_else(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    said = notice.post.plain()
    assert notice.to.id == "bea"
    assert notice.matter.startswith("request/")
    assert "DP-" in said
    assert "22 December 2026" in said
    for private in ("Ann", "Lee", "councillor", "held on"):
        assert private not in said


async def test_whoever_looks_after_it_reads_who_asks_and_how_in_a_form(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    said = await opened(council, notice)
    assert "Ann Lee" in said
    assert "protocol-bot person export --council barrow --person ann --by bea --settings FILE --data FOLDER" in said
    assert "masked" in said


async def test_nobody_else_can_open_it(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    token = next(iter(tokens(notice.post).values()))
    nothing = {await council.whispered(press(token, who=who)) for who in ("ann", "cal", "dee", "eve", "nobody")}
    nothing.add(await council.whispered(press("requests/open/made-up", who="bea")))
    assert len(nothing) == 1


async def test_asking_again_while_it_is_open_keeps_no_second_one(council):
    first = await council.hear(command("held"))
    assert await council.hear(command("held")) == first
    assert await council.hear(message("subject access request")) == first
    assert len(await council.notices()) == 1
    assert len(await council.store.requests("barrow", "bea")) == 1


async def test_asking_again_later_tells_the_day_of_the_first_one(council, clock):
    first = await council.hear(command("held"))
    clock.pass_by(days=9)
    assert await council.hear(command("held")) == first
    assert "by 22 December 2026" in first.post.plain()
    assert "22 December" not in await council.whispered(command("held", who="fay"))


async def test_asking_again_keeps_no_second_one_after_whoever_deals_with_it_left(made):
    first = await made().hear(command("held"))
    council = made(people=without("bea"), data_lead=("vice-chair",))
    await council.notices()
    assert "by 22 December 2026" in await council.whispered(command("held"))
    assert first is not None
    assert await council.notices() == []
    assert len(await council.store.asked("barrow", "ann")) == 1


async def test_asking_again_after_it_was_answered_is_a_new_one(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    await see_to_it(council, notice)
    await council.notices()
    await council.hear(command("held"))
    assert len(await council.notices()) == 1


async def test_somebody_on_no_list_has_the_same_right(council):
    await council.hear(command("held", who="stranger"))
    await council.hear(command("held", who="stranger"))
    (notice,) = await council.notices()
    assert "test:barrow:stranger" in await opened(council, notice)
    await see_to_it(council, notice)
    assert "marked as answered" in (await council.told())["stranger"]


async def test_a_guest_on_the_list_and_a_stranger_get_the_same_reply_and_the_same_form(council):
    for event in (command("held"), message("what do you hold on me?"), command("complaint", id="same")):
        guest, stranger = [await council.hear(replace(event, who=person(who, "barrow"))) for who in ("vic", "stranger")]
        assert guest == stranger
        assert isinstance(guest, Whisper | Open)
    await complain(council, who="vic")
    assert "Vic Stone" in await opened(council, (await council.notices())[-1])


# ---------------------------------------------------------------- who gets it


async def test_it_does_not_go_to_whoever_asks(council):
    await council.hear(command("held", who="bea"))
    assert list(await council.told()) == ["eve"]


@pytest.mark.parametrize(
    "between",
    [
        concern("1", "ann", ("bea",)),
        concern("1", "bea", ("ann",)),
        concern("1", "cal", ("ann", "bea")),
        concern("1", "ann", ("cal",), avoid=("bea",)),
        concern("1", "cal", ("bea",), handlers=("ann",)),
    ],
    ids=["about them", "by them", "about both", "kept out", "dealt with by whoever asks"],
)
async def test_it_does_not_go_to_a_party_to_a_matter_that_it_may_show(council, between):
    await council.file(between)
    await council.hear(command("held"))
    assert list(await council.told()) == ["eve"]


async def test_a_concern_between_others_changes_nothing(council):
    await council.file(concern("1", "cal", ("bea",)))
    await council.hear(command("held"))
    assert list(await council.told()) == ["bea"]


async def test_where_every_data_lead_is_a_party_the_administrator_gets_it(council):
    await council.file(concern("1", "ann", ("bea", "eve")))
    await council.hear(command("held"))
    assert list(await council.told()) == ["cal"]


async def test_where_nobody_of_the_settings_is_left_a_reserve_gets_it_who_can_open_and_finish_it(council):
    await council.file(concern("1", "ann", ("bea", "eve", "cal")))
    await council.hear(command("held"))
    (notice,) = await council.notices()
    assert notice.to.id == "dee", "the chair"
    assert "Ann Lee" in await opened(council, notice)
    await see_to_it(council, notice)
    assert "marked as answered" in (await council.told())["ann"]


async def test_reserves_are_reminded_as_anybody_is_and_followed_by_the_next(made, clock):
    council = made(data_lead=("clerk",), administrators=())
    await council.file(concern("1", "ann", ("bea",)))
    await council.hear(command("held"))
    assert list(await council.told()) == ["dee"]
    clock.pass_by(days=30)
    assert await council.ticker.tick() == 1
    assert list(await council.told()) == ["dee"]
    later = made(data_lead=("clerk",), administrators=(), people=without("dee"))
    clock.pass_by(days=30)
    await later.ticker.tick()
    assert list(await later.told()) == ["eve"]


async def test_whoever_lost_every_office_opens_nothing_any_more(made):
    council = made()
    await council.hear(command("held"))
    (notice,) = await council.notices()
    people = tuple(replace(one, offices=("officer",)) if one.id == "bea" else one for one in without())
    token = next(iter(tokens(notice.post).values()))
    assert "nothing here for you to open" in await made(people=people).whispered(press(token, who="bea"))


async def test_where_nobody_is_left_the_reply_is_the_same_and_no_log_tells_of_it(council, clock, caplog):
    """Whoever reads the log may be who asks: a line would tell them that there is a concern."""
    caplog.set_level(0)
    await council.hear(command("held", who="fay"))
    assert list(await council.told()) == ["bea"]
    without_one = [(record.name, record.msg) for record in caplog.records]
    caplog.clear()
    await council.file(concern("1", "ann", ("bea", "eve", "cal", "dee", "fay", "gus")))
    caplog.clear()
    with_nobody = await council.hear(command("held"))
    ours = [(name, msg) for name, msg in without_one if name.startswith("bot")]
    assert [(one.name, one.msg) for one in caplog.records if one.name.startswith("bot")] == ours == []
    assert await council.notices() == []
    assert await council.hear(command("held", who="fay")) == with_nobody
    assert await council.hear(command("held")) == with_nobody, "and there is no second one"
    (kept,) = await council.store.requests("barrow", "")
    assert kept.promised, "somebody will look again"


async def test_one_that_nobody_has_is_given_to_somebody_as_soon_as_there_is_one(made, clock):
    nobody = tuple(replace(one, accounts=()) if one.id != "ann" else one for one in without())
    nobody_yet = made(people=nobody)
    await nobody_yet.hear(command("held"))
    assert await nobody_yet.notices() == []
    council = made()
    assert await council.notices() == []
    clock.pass_by(days=2)
    assert await council.ticker.tick() == 1
    assert list(await council.told()) == ["bea"]


async def test_no_data_lead_at_all_is_no_other_reply_for_some(made):
    council = made(data_lead=(), administrators=())
    assert await council.hear(command("held")) == await council.hear(command("held", who="cal"))


@pytest.mark.parametrize("lead", ["group", "eve", "vice-chair"])
async def test_the_data_lead_can_be_an_office_a_person_or_the_group(made, lead):
    council = made(data_lead=(lead,))
    await council.hear(command("held"))
    assert list(await council.told()) == ["fay" if lead == "group" else "eve"]


async def test_somebody_who_can_not_be_reached_is_passed_over(made):
    people = tuple(replace(one, accounts=()) if one.id == "bea" else one for one in without())
    council = made(people=people)
    await council.hear(command("held"))
    assert list(await council.told()) == ["eve"]


async def test_a_concern_raised_later_changes_nothing_that_the_data_lead_can_see(council):
    """Else it would tell them of it; what they may not see is left out of the export instead."""
    await council.hear(command("held"))
    (notice,) = await council.notices()
    before = await opened(council, notice)
    await council.file(concern("1", "ann", ("bea",)))
    assert await opened(council, notice) == before
    clock = council.clock
    clock.pass_by(days=40)
    await council.ticker.tick()
    assert list(await council.told()) == ["bea"]


# ---------------------------------------------------------------- where nothing private can be kept


async def test_without_a_key_everybody_is_sent_to_paper_and_the_administrator_is_told(made, caplog):
    council = made(keys=False)
    said = {await council.whispered(command(text, who=who)) for text in ("held", "complaint") for who in ("ann", "dee")}
    assert len(said) == 1
    assert "on paper" in said.pop()
    assert "keys new" in caplog.text
    assert await council.notices() == []


async def test_a_key_that_goes_while_somebody_writes_leaves_their_words_in_the_form(made):
    form = await made().opened(command("complaint"))
    problems = await made(keys=False).rejected(submit(form.id, {"what": "It was lost."}))
    assert "copy what you wrote" in problems["what"]


async def test_without_a_key_a_request_can_not_be_opened_and_is_not_lost(made):
    council = made()
    await council.hear(command("held"))
    (notice,) = await council.notices()
    token = next(iter(tokens(notice.post).values()))
    assert "Nothing is lost" in await made(keys=False).whispered(press(token, who="bea"))
    form = await council.opened(press(token, who="bea"))
    sent = await made(keys=False).rejected(submit(form.id, {"done": "yes"}, who="bea"))
    assert "Nothing is lost" in sent[""], "the form stays open"
