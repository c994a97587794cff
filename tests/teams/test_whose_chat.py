"""Whose own chat it is: whoever says something there, or is in it as Teams says; never just whoever added the app."""

import asyncio

import pytest

from adapters.teams import render
from bot.conversation import Paragraph, Post, Send, Whisper
from tests.teams.conftest import CHANNEL, TENANT, account, somebody
from tests.teams.doing import texts, words
from tests.teams.standin import Fault, activities
from tests.teams.standin.faults import DOWN
from tests.waiting import until

GREETING = Whisper(Post((Paragraph("For you."),)), aloud=Post((Paragraph("For anybody."),)))


@pytest.fixture
def bea(teams):
    """The administrator."""
    return somebody(teams, "bea")


async def added_for(ann, bea, **more):
    """The administrator adds the app for somebody else: it is their chat, and the administrator's deed."""
    ann.person.installed = True
    for activity in activities.installed(ann.tenant, bea.person, ann.chat, added=True):
        await bea.deliver(activity | more)


async def known(chat, who):
    found = await chat._places.chat(TENANT, account(who))
    return found.id if found is not None else None


async def kept(chat):
    await until(lambda: not chat.busy)
    return await known(chat, "ann"), await known(chat, "bea")


async def test_whoever_adds_the_app_for_themselves_has_that_chat(chat, ann):
    await ann.install()
    assert await kept(chat) == (ann.chat.id, None)


async def test_who_adds_the_app_for_somebody_else_has_not_their_chat(chat, scripted, ann, bea):
    scripted.answer = GREETING
    await added_for(ann, bea)
    assert await kept(chat) == (None, None)
    assert await chat._places.shared(TENANT) == [], "nobody reads its members, or announces anything there"
    assert texts(ann) == ["For anybody."]
    assert texts(bea) == []


async def test_a_notice_for_who_added_the_app_goes_into_their_own_chat(chat, ann, bea):
    await added_for(ann, bea)
    await kept(chat)
    await chat._here[TENANT].send(account("bea"), "n1", chat_message(chat), 5.0)
    assert (texts(ann), texts(bea)) == ([], ["For the administrator."])


def chat_message(chat):
    return render.messages(words("For the administrator.").post, "0" * 32, chat._opens)


async def test_the_chat_is_kept_at_the_first_word_of_whose_it_is(chat, ann, bea):
    await added_for(ann, bea)
    await ann.say("hello")
    assert await kept(chat) == (ann.chat.id, None)


async def test_what_teams_says_of_an_app_takes_nobodys_chat_away(chat, ann, bea):
    await ann.say("hello")
    await kept(chat)
    moved = ann.tenant.service_url.replace("/uk/", "/emea/")
    await added_for(ann, bea, serviceUrl=moved)
    assert await kept(chat) == (ann.chat.id, None)
    assert (await chat._places.chat(TENANT, account("ann"))).service_url == moved


async def test_an_app_that_is_added_at_the_same_moment_keeps_no_word_from_being_kept(chat, ann, bea):
    await asyncio.gather(ann.say("hello"), added_for(ann, bea))
    assert await kept(chat) == (ann.chat.id, None)


async def test_a_payload_that_does_not_say_what_kind_of_place_it_is_takes_nobodys_chat_away(chat, ann, bea):
    await ann.say("hello")
    await kept(chat)
    conversation = {"id": ann.chat.id, "tenantId": TENANT}
    await added_for(ann, bea, conversation=conversation)
    assert await kept(chat) == (ann.chat.id, None)
    assert await chat._places.shared(TENANT) == []


@pytest.mark.parametrize("fault", [DOWN, Fault(status=200, body="{}")], ids=["down", "nobody named"])
async def test_where_teams_does_not_say_who_is_there_the_chat_is_kept_at_the_first_word(
    chat, scripted, ann, teams, fault
):
    scripted.answer = GREETING
    teams.fail("member", fault)
    await ann.install()
    assert await kept(chat) == (None, None)
    assert texts(ann) == ["For anybody."]
    await ann.say("hello")
    assert await kept(chat) == (ann.chat.id, None)


async def test_a_chat_that_is_left_while_teams_is_asked_whose_it_is_is_not_kept(chat, ann, teams):
    teams.fail("member", Fault(delay=1.5, takes=True))
    (_, update) = activities.installed(ann.tenant, ann.person, ann.chat, added=True)
    ann.person.installed = True
    adding = asyncio.create_task(ann.deliver(update))
    await until(lambda: teams.called("member"))
    left = activities.installed(ann.tenant, ann.person, ann.chat, added=False)[0]
    await somebody(teams, "ann").deliver(left)
    await adding
    assert await kept(chat) == (None, None)


async def test_who_adds_the_app_for_somebody_else_is_not_taken_to_have_let_the_bot_in(chat, ann, bea):
    here = chat._here[TENANT]
    here._shut.put(account("bea"), here._seconds() + 60)
    await added_for(ann, bea)
    assert await here.why_not(account("bea"), 5.0) == "blocked"
    await bea.install()
    assert await here.why_not(account("bea"), 5.0) == ""


async def test_in_a_channel_nobody_is_asked_whose_it_is(chat, ann, teams):
    await ann.install(CHANNEL)
    await kept(chat)
    assert [place.id for place in await chat._places.shared(TENANT)] == [CHANNEL]
    assert not teams.called("member")


async def test_words_in_a_channel_do_not_say_that_the_own_chat_is_open_again(chat, scripted, ann):
    scripted.answer = words("Here.", aloud=Post((Paragraph("Here."),)))
    here = chat._here[TENANT]
    here._shut.put(account("ann"), here._seconds() + 60)
    await ann.mention(CHANNEL, "roles")
    assert await here.why_not(account("ann"), 5.0) == "blocked"
    await ann.say("hello")
    assert await here.why_not(account("ann"), 5.0) == ""


async def test_who_has_no_object_id_is_told_in_the_chat_where_they_spoke(chat, scripted, ann, tenant):
    """Someone from elsewhere, as Teams knows them: capitals and small letters are not the same in such an id."""
    said = activities.message(tenant, ann.person, tenant.say(ann.chat.id, ann.person.aad, text="hello"))
    del said["from"]["aadObjectId"]
    said["from"]["id"] = "29:1AbC-xYz"
    await ann.deliver(said)
    await until(lambda: not chat.busy)
    (heard,) = scripted.heard
    await chat.deliver(Send(to=heard.who, post=words("For you.").post), "n1")
    assert texts(ann)[-1] == "For you."
