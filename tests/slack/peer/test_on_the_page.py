"""Slack's whole way, there and back: the page, its Slack, the running bot, and what people then see.

In: pytest, inside the namespace that `tests/slack/test_local_slack.py` makes. Out: nothing. Never: looks into the bot.
"""

import re

from playwright.sync_api import expect

from tests.slack.peer.page import ONLY_YOU, Window, press
from tests.slack.peer.workspace import BOT_NAME, CHANNEL, Peer

COUNCILLOR, CLERK, CHAIR, SUBJECT = "Jo Hartley", "Ruth Ellison", "Priya Nair", "Owen Pritchard"
REFERENCE = re.compile(r"CN-\w{4}-\w{4}")
RULE = "Councillors who do not raise issues about the clerk or officers in public."
STORY = "On 3 November he called my report zebra-canary before everybody."
#: What is filled in, by the fields' labels: each form asks again for what the ones before it were told.
WHOM = {"Who is it about?": f"{SUBJECT}, the vice-chair", "Is any of this so?": "None of these"}
HOW = {
    "What happened?": STORY,
    "Is this informal, or a formal grievance or complaint?": "Informal: help me to put it right",
    "Would you like to try the informal step?": "Yes, try that first",
}


def raise_a_concern(window: Window) -> str:
    """From the command in the channel to the receipt in the private chat, of which the reference comes back."""
    window.go(CHANNEL)
    window.type("/protocol concern")
    expect(window.newest.locator(ONLY_YOU)).to_be_visible()
    press(window.newest, "Raise a concern")
    first = window.form("Who will see what you write")
    first.fill(WHOM)
    first.send("Go on")
    second = window.form("What happened?")
    second.fill(WHOM | HOW)
    second.send("Look it over")
    last = window.form(STORY, f"the chair ({CHAIR})")
    last.fill(WHOM | HOW)
    last.send("Send")
    window.no_form()
    window.go(COUNCILLOR)
    expect(window.newest).to_contain_text("Your receipt")
    return REFERENCE.search(window.newest.inner_text())[0]


def test_a_command_is_answered_to_whoever_typed_it(window: Window, peer: Peer) -> None:
    window.become(COUNCILLOR)
    window.type("/protocol expectations")
    expect(window.newest).to_contain_text("All councillors can expect from the clerk and other officers")
    expect(window.newest.locator(ONLY_YOU)).to_be_visible()


def test_an_answer_is_the_askers_own_until_it_is_shared_in_the_channel(window: Window, peer: Peer) -> None:
    window.become(COUNCILLOR)
    window.type("/protocol can I have a go at the clerk on Facebook?")
    expect(window.newest).to_contain_text(RULE)
    expect(window.newest.locator(ONLY_YOU)).to_be_visible()
    press(window.newest, "Share in this channel")
    window.become(CHAIR)
    expect(window.newest).to_contain_text(f"{COUNCILLOR} shared this")
    expect(window.newest).to_contain_text(RULE)
    expect(window.newest.locator(ONLY_YOU)).to_have_count(0)


def test_a_concern_goes_from_the_first_form_to_the_receipt_and_the_chair_acknowledges_it(
    window: Window, peer: Peer
) -> None:
    window.become(COUNCILLOR)
    reference = raise_a_concern(window)
    window.become(CHAIR)
    window.go(CHAIR)
    expect(window.newest).to_contain_text(reference)
    press(window.newest, "Open it")
    opened = window.form(reference, STORY)
    opened.fill({"What would you like to do?": "Acknowledge it"})
    opened.send("Do it")
    window.no_form()
    window.become(COUNCILLOR)
    window.go(COUNCILLOR)
    expect(window.newest).to_contain_text("has been acknowledged")
    window.go(BOT_NAME)
    expect(window.home).to_contain_text(reference)
    for where in (CHANNEL, COUNCILLOR, CHAIR):
        window.go(where)
        expect(window.newest).to_be_visible()
        expect(window.page.locator(".messages")).not_to_contain_text(re.compile(f"zebra|{SUBJECT}"))
    assert "zebra" not in peer.bot_said()


def test_a_question_goes_to_the_clerk_whose_post_says_so_once_it_is_answered(window: Window, peer: Peer) -> None:
    window.become(COUNCILLOR)
    window.type("/protocol where is the key to the noticeboard")
    press(window.newest, "Ask the clerk")
    asking = window.form("Your question")
    asking.fill({"Your question": "Where is the key to the noticeboard?"})
    asking.send("Send to the clerk")
    window.no_form()
    window.become(CLERK)
    window.go(CLERK)
    expect(window.newest).to_contain_text(f"{COUNCILLOR} asked")
    press(window.newest, "Answer")
    answering = window.form("Where is the key to the noticeboard?")
    answering.fill({"Your answer": "On the hook by my door."})
    answering.send("Send the answer")
    window.no_form()
    expect(window.page.get_by_role("button", name="Answer", exact=True)).to_have_count(0)
    window.become(COUNCILLOR)
    window.go(COUNCILLOR)
    expect(window.newest).to_contain_text("On the hook by my door.")


def test_the_bots_own_page_shows_what_one_can_do_and_does_it(window: Window, peer: Peer) -> None:
    window.become(COUNCILLOR)
    window.go(BOT_NAME)
    expect(window.home).to_contain_text("What you can ask")
    press(window.home, "Raise a concern")
    window.form("Who will see what you write", "Who is it about?")
    window.close()
    press(window.home, "What we can expect")
    window.form("All councillors can expect")
    window.close()


def test_what_is_typed_in_the_private_chat_is_answered_there(window: Window, peer: Peer) -> None:
    window.become(COUNCILLOR)
    window.go(BOT_NAME)  # which opens the chat
    window.go(COUNCILLOR)
    window.type("can I have a go at the clerk on Facebook?")
    expect(window.newest).to_contain_text("The adopted document is what counts.")
