"""A whole concern on Slack: what somebody wrote stands in forms alone, where nobody else reads it."""

import json
import logging
from typing import Any

from tests.contract.slack_rig import SlackRig

#: In everything that anybody writes.
CANARY = "heron-at-the-bandstand"
DO = "What would you like to do?"
SAY = "In your words"


async def test_a_whole_concern_leaves_no_private_word_outside_of_forms(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    async with SlackRig(tmp_path, "southwell") as here:
        await from_the_receipt_to_the_end(here)
        forms = [payload for kind, payload in here.slack.sent if kind in ("modal", "home")]
        others = [payload for kind, payload in here.slack.sent if kind not in ("modal", "home")]
    assert any(CANARY in json.dumps(form) for form in forms)
    assert not any(CANARY in json.dumps(unread(form)) for form in forms)
    assert not any(CANARY in json.dumps(message) for message in others)
    assert CANARY not in caplog.text
    for secret in ("xoxb-", "secret-of-", "/hooks/", "ticket="):
        assert secret not in caplog.text


async def from_the_receipt_to_the_end(here: SlackRig) -> None:
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


async def sent(here: SlackRig, label: str, values: dict[str, str]) -> None:
    for name, value in values.items():
        await here.fill(name, value)
    await here.send(label)


async def newest(here: SlackRig, begins: str) -> str:
    labels = [label for post in await here.posts() for label in post.buttons if label.startswith(begins)]
    return labels[-1]


def unread(view: dict[str, Any]) -> list[object]:
    """All of a view that people do not read, and that comes back with it."""
    ids = [(block.get("block_id"), (block.get("element") or {}).get("action_id")) for block in view["blocks"]]
    inner = [element for block in view["blocks"] for element in block.get("elements", ())]
    tokens = [(element.get("action_id"), element.get("value")) for element in inner]
    options = [
        option["value"] for block in view["blocks"] for option in (block.get("element") or {}).get("options", ())
    ]
    return [view.get("private_metadata"), view.get("callback_id"), view.get("external_id"), ids, tokens, options]
