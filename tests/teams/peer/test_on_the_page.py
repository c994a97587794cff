"""Teams' whole way, there and back: the page, its connector service, the running bot, and what people then see.

In: pytest, inside the namespace that `tests/teams/test_playground.py` makes. Out: nothing. Never: looks into the bot.
"""

import re

from playwright.sync_api import expect

from tests.teams import reading
from tests.teams.peer.others import Other
from tests.teams.peer.page import Window, press
from tests.teams.peer.tenant import BOT_NAME, HERSELF, Peer, deliver, thread_in_the_log

REFERENCE = re.compile(r"CN-\w{4}-\w{4}")
EXPECTATIONS = "All councillors can expect from the clerk and other officers"
RULE = "Councillors who do not raise issues about the clerk or officers in public."
QUESTION = "can I have a go at the clerk on Facebook?"
STORY = "On 3 November he called my report zebra-canary before everybody."
SUBJECT = "Owen Pritchard"
WHOM = {"Who is it about?": f"{SUBJECT}, the vice-chair", "Is any of this so?": "None of these"}
HOW = {
    "What happened?": STORY,
    "Is this informal, or a formal grievance or complaint?": "Informal: help me to put it right",
    "Would you like to try the informal step?": "Yes, try that first",
}


def test_a_command_is_answered_in_the_own_chat(window: Window, peer: Peer) -> None:
    window.card("What I can do")  # whoever opens the chat is greeted
    window.type("protocol expectations")
    window.card(EXPECTATIONS)


def test_a_question_by_name_is_answered_in_the_group_chat(window: Window, peer: Peer) -> None:
    window.go("Group Chat")
    window.type(QUESTION, mention=BOT_NAME)
    window.card(RULE)


def test_a_question_by_name_is_answered_in_its_thread_in_the_channel(window: Window, peer: Peer) -> None:
    window.go("General")
    window.type(QUESTION, mention=BOT_NAME)
    window.card(RULE)
    window.type("protocol concern", mention=BOT_NAME)
    window.card("I have answered you in our own chat.")
    expect(window.page.get_by_role("button", name="Raise a concern")).to_have_count(0)


def test_an_answer_that_only_one_sees_is_shared_in_the_channel(window: Window, peer: Peer) -> None:
    """The local Teams types no targeted messages, and shows everybody whatever is targeted."""
    window.go("General")
    window.type(QUESTION, mention=BOT_NAME)
    window.card(RULE)
    typed = window.until(thread_in_the_log)
    targeted = typed["recipient"] | {"isTargeted": True}
    deliver(
        HERSELF,
        typed["conversation"]["id"],
        "channel",
        type="message",
        text=f"/protocol {QUESTION}",
        recipient=targeted,
    )
    press(window.card("Share in this channel"), "Share in this channel")
    window.card("shared this")


def test_a_concern_begins_with_a_button_that_opens_its_form(window: Window, peer: Peer) -> None:
    window.type("protocol concern")
    expect(window.card("Where to turn").get_by_role("button", name="Raise a concern")).to_be_visible()
    window.until(lambda entry: True if "task/fetch" in str(entry) else None)  # what this page has no dialogs for


def test_a_notice_reaches_the_chair_whose_answer_takes_its_place(window: Window, peer: Peer) -> None:
    reference = raised(window)
    notice = window.card(reference)
    press(notice, "I can't take this")
    expect(window.card(reference)).to_contain_text("you take no part in it any more")
    expect(window.page.get_by_role("button", name="I can't take this")).to_have_count(0)
    nothing_of_it_is_told(window, peer)


def test_a_notice_is_acknowledged_in_its_dialog_and_the_receipt_takes_its_place(window: Window, peer: Peer) -> None:
    """This page has no dialogs: what the person at it does in one is delivered as Teams would."""
    reference = raised(window)
    expect(window.card(reference)).to_contain_text("I can't take this")
    chair = Other(window, HERSELF)
    chair.open(chair.sees(reference, "acknowledge it"), "Open it")
    assert STORY in reading.text(chair.card)
    chair.fill({"What would you like to do?": "Acknowledge it"})
    chair.send("Do it")
    assert chair.card == {}
    expect(window.card(reference)).to_contain_text(f"{reference}: done.")
    expect(window.page.get_by_role("button", name="I can't take this")).to_have_count(0)
    nothing_of_it_is_told(window, peer)


def raised(window: Window) -> str:
    """A concern, by a councillor who does not sit at the page; its reference."""
    councillor = Other(window, "councillor")
    councillor.type("protocol concern")
    councillor.open(councillor.sees("Where to turn"), "Raise a concern")
    assert "Who will see what you write" in reading.text(councillor.card)
    councillor.fill(WHOM)
    councillor.send("Go on")
    councillor.fill(HOW)
    councillor.send("Look it over")
    assert STORY in reading.text(councillor.card)
    before = len(window.log)
    councillor.send("Send")
    assert councillor.card == {}
    return REFERENCE.search(reading.text(councillor.sees("Your receipt", since=before)))[0]


def nothing_of_it_is_told(window: Window, peer: Peer) -> None:
    """Neither on the page nor in what went to and fro, nor by the bot."""
    for where in ("Personal Chat", "Group Chat", "General"):
        window.go(where)
        expect(window.page.locator("body")).not_to_contain_text(re.compile(f"zebra|{SUBJECT}"))
    assert "zebra" not in window.traffic() + str(window.log) + peer.bot_said()
