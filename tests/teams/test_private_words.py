"""Nothing that is for one person is ever said before others, whatever they did, wherever, and whatever goes wrong."""

import itertools
import json
import logging
import uuid

import msgspec
import pytest

from bot.conversation import Button, Buttons, Field, Form, Open, Paragraph, Post, Reject, Whisper
from tests.contract.teams_rig import TeamsRig
from tests.teams import SENTENCES
from tests.teams.doing import NONCE, activity, button
from tests.teams.standin import BOT, Fault, Somebody, activities
from tests.teams.standin.faults import BLOCKED, BROKEN, DOWN, LOST, NOT_A_MEMBER, NOT_INSTALLED
from tests.waiting import until

#: In everything that is for one person.
CANARY = "heron-at-the-bandstand"
DO = "What would you like to do?"
SAY = "In your words"

_FORM = Form("desk/step/1", CANARY, (Field("what", CANARY, value=CANARY),), "Send", intro=(Paragraph(CANARY),))
_POST = Post((Paragraph(CANARY), Buttons((Button(CANARY, f"desk/step/{CANARY}"),))), title=CANARY)
ANSWERS = {
    "secret": Whisper(_POST),
    "settled": Whisper(_POST, settles=True),
    "aloud": Whisper(_POST, aloud=Post((Paragraph("The clerk decides."),)), settles=True),
    "open": Open(_FORM),
    "reject": Reject({"": CANARY, "what": CANARY}),
    "nobody": None,
    "fault": RuntimeError(CANARY),
    "long": Whisper(Post(tuple(Paragraph(f"{CANARY} {'words ' * 400}") for _ in range(60)))),
}
LATER = Fault(status=429, code="TooManyRequests", after="600")
#: What goes wrong at every call of this name.
FAULTS = {
    "nothing": (),
    "not installed": (("open", NOT_INSTALLED),),
    "blocked in the own chat": (("open", BLOCKED),),
    "no chat to be opened now": (("open", LATER),),
    "opening is broken": (("open", DOWN),),
    "nothing can be said for now": (("say", LATER),),
    "saying is broken": (("say", BROKEN),),
    "said, and the answer lost": (("say", LOST),),
    "not in the channel": (("say", NOT_A_MEMBER),),
    "refused": (("say", Fault(status=400, code="BadArgument")),),
    "too big": (("say", Fault(status=413, code="MessageSizeTooBig")),),
    "the first refused": (("say", Fault(status=403, code="Forbidden")), ("say", None)),
    "no changes": (("change", DOWN),),
    "everything is down": (("*", DOWN),),
}
WAYS = ("mention", "slash", "press", "old press", "aside", "fetch", "sheet", "form", "again", "joined")
PLACES = ("channel", "group")


@pytest.mark.parametrize("wrong", FAULTS)
async def test_what_is_for_one_person_is_seen_by_nobody_else(chat, scripted, teams, tenant, caplog, wrong):
    caplog.set_level(logging.DEBUG)
    for number, (way, kind) in enumerate(itertools.product(WAYS, ANSWERS)):
        place = PLACES[(number + number // len(ANSWERS)) % 2]  # each way and each answer in both
        ann, here = somebody_new(teams, tenant, number), place_new(tenant, place, number)
        tried = await prepared(ann, here, way, scripted)
        for call, fault in FAULTS[wrong]:
            teams.fail(call, fault, 1 if fault is None or len(FAULTS[wrong]) > 1 else 20)
        scripted.answer = ANSWERS[kind]
        await tried()
        await until(lambda: not chat.busy)
        teams.faults.clear()
        seen = [said for said in tenant.said if said.conversation == here and said.only_for is None]
        assert not any(CANARY in json.dumps(said.card) for said in seen), (way, kind, place)
    told = {SENTENCES.elsewhere, SENTENCES.not_installed, SENTENCES.unshown, SENTENCES.failed, SENTENCES.no_council}
    for call in teams.called("say", "change"):
        shared = call.conversation.startswith("19:")
        if shared and call.query.get("isTargetedActivity") != "true":
            assert CANARY not in json.dumps(call.body)
            assert any(word in json.dumps(call.body, ensure_ascii=False) for word in (*told, "The clerk decides.")), (
                call
            )
    assert CANARY not in caplog.text
    teams.troubles.clear()


def somebody_new(teams, tenant, number):
    """Who has nothing behind them, and no chat with the bot yet."""
    person = tenant.add_person(str(uuid.uuid4()), f"Person {number}")
    return Somebody(teams, tenant, person, waits=10.0, retries=0)


def place_new(tenant, kind, number):
    """Where everybody is."""
    id = f"19:{kind}-{number}@thread.tacv2"
    if kind == "channel":
        return tenant.add_channel(id, "council").id
    return tenant.add_group(id, *tenant.people).id


async def prepared(ann, here, way, scripted):
    """What they are about to do."""
    tenant = ann.tenant
    card = tenant.say(here, BOT, card=activity("Which?")["attachments"][0]["content"])
    form = {"protocol": {"nonce": NONCE, "form": _as_data(_FORM)}, "f.what": CANARY}
    match way:
        case "mention":
            return lambda: ann.mention(here, f"protocol {CANARY}")
        case "slash":
            return lambda: ann.slash(here, f"protocol {CANARY}")
        case "press":
            return lambda: ann.press(card, button())
        case "old press":
            return lambda: ann.press_as_of_old(card, button())
        case "aside":
            return lambda: ann.press(card, aside(button()))
        case "fetch":
            return lambda: ann.press(card, button(opens=True))
        case "joined":
            return lambda: ann.install(here)
        case "again":
            scripted.answer = Open(_FORM)
            await ann.mention(here, "concern")
            offered = [said for said in tenant.seen_by(ann.person.aad, ann.chat.id) if said.by == BOT]
            return lambda: ann.press(offered[-1], offered[-1].card["body"][-1]["actions"][0])
    data = form if way == "form" else {"protocol": {"nonce": NONCE, "token": "desk/step/2"}}
    return lambda: _submitted(ann, card, data)


async def _submitted(ann, card, data):
    return await ann.deliver(activities.invoke(ann.tenant, ann.person, card, "task/submit", activities.asked(data)))


def aside(action):
    told = {"protocol": {**action["data"]["protocol"], "aside": True}}
    return {**action, "data": told, "fallback": {**action["fallback"], "data": told}}


def _as_data(form):
    return msgspec.to_builtins(form)


# ---------------------------------------------------------------- a whole concern


async def test_a_whole_concern_leaves_no_private_word_outside_of_dialogs(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    async with TeamsRig(tmp_path, "southwell") as here:
        await from_the_receipt_to_the_end(here)
        dialogs = [payload for kind, payload in here.teams.sent if kind == "dialog"]
        others = [payload for kind, payload in here.teams.sent if kind != "dialog"]
    assert any(CANARY in json.dumps(dialog) for dialog in dialogs)
    assert not any(CANARY in json.dumps(carried(dialog)) for dialog in dialogs)
    assert not any(CANARY in json.dumps(message) for message in others)
    assert CANARY not in caplog.text


async def from_the_receipt_to_the_end(here):
    await here.go("private")
    await here.become("councillor")
    await here.type("/protocol concern")
    await here.press("Raise a concern")
    await sent(here, "Go on", {"Who is it about?": "Ruth Ellison, the clerk"})
    await sent(here, "Look it over", {"What happened?": f"The papers: {CANARY}"})
    await sent(here, "Send", {})
    await here.become("chair")
    for act in ("Acknowledge it", "Keep a private note", "Write to the person who raised it"):
        await here.type("/protocol waiting")
        await here.press(await newest(here, "Open CN-"))
        await sent(here, "Do it", {DO: act} | ({} if act == "Acknowledge it" else {SAY: f"{act}: {CANARY}"}))
    await here.become("councillor")
    await here.press("Open it")
    await sent(here, "Do it", {DO: "Answer what I was asked", SAY: ""})
    assert here.problems()
    await sent(here, "Do it", {SAY: f"An answer: {CANARY}"})
    await here.become("chair")
    await here.press("Open it")
    await sent(here, "Do it", {DO: "Record what came of it informally, and close", SAY: f"What came of it: {CANARY}"})
    await here.become("councillor")
    assert any("it has been closed" in post.text for post in await here.posts())
    await here.press("Open it")
    assert f"What came of it: {CANARY}" in (here.form() or "")


async def sent(here, label, values):
    for name, value in values.items():
        await here.fill(name, value)
    await here.send(label)


async def newest(here, begins):
    labels = [label for post in await here.posts() for label in post.buttons if label.startswith(begins)]
    return labels[-1]


def carried(dialog):
    """All of a dialog that people do not read, and that comes back with it."""
    card = dialog.get("task", {}).get("value", {}).get("card", {}).get("content", {})
    rows = [*card.get("body", ()), {"actions": card.get("actions", ())}]
    actions = [action for row in rows for action in row.get("actions", ())]
    held = [action.get("data", {}).get("protocol", {}) for action in actions]
    forms = [{**one.get("form", {}), "intro": ()} for one in held]
    ids = [element.get("id") for element in card.get("body", ())]
    return [ids, [{**one, "form": form} for one, form in zip(held, forms, strict=True)]]
