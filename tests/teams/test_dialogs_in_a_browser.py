"""Forms as people in Teams fill them in: the bot's own dialogs, drawn by Microsoft's renderer in a real Chromium.

In: pytest, the npm package `adaptivecards`, Chromium, the stand-in. Out: what the renderer gives for a press, carried
to the bot as Teams does. Never: a value that was not put in on the page.
"""

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from tests.contract.teams_rig import TeamsRig
from tests.teams import reading
from tests.teams.renderer import Screen, screen

pytestmark = pytest.mark.browser

STORY = "On 3 November he said *this* <b>before</b> everybody.\nTwice."
WHOM = {"Who is it about?": "Owen Pritchard, the vice-chair", "Is any of this so?": "None of these"}
HOW = {
    "What happened?": STORY,
    "Is this informal, or a formal grievance or complaint?": "Informal: help me to put it right",
    "Would you like to try the informal step?": "Yes, try that first",
}
REFERENCE = re.compile(r"CN-\w{4}-\w{4}")


class Client:
    """Teams' client: the stand-in opens and closes dialogs, the renderer shows them and sends them in."""

    def __init__(self, rig: TeamsRig, shown: Screen) -> None:
        self.rig, self.screen = rig, shown

    async def open(self, label: str) -> None:
        """A button of the newest card that has it."""
        await self.rig.press(label)
        await self._show()

    async def fill(self, values: Mapping[str, str]) -> None:
        await self.screen.fill(values)

    async def send(self, label: str) -> bool:
        """Whether anything was sent; then what is answered is shown."""
        data = await self.screen.press(label)
        if data is None:
            return False
        sent = {"type": "Action.Submit", "title": label, "data": data, "associatedInputs": "none"}  # all is in the data
        await self.rig._me.press_in(sent)
        await self.rig._arrived()
        await self._show()
        return True

    @property
    def is_open(self) -> bool:
        return self.rig._open is not None

    async def sees(self, *words: str) -> None:
        """In the dialog, as it is drawn."""
        drawn = await self.screen.words()
        assert [said for said in words if said not in drawn] == [], drawn

    async def newest(self) -> str:
        """What stands last in the place where the person is."""
        return (await self.rig.posts())[-1].text

    async def _show(self) -> None:
        if (dialog := self.rig._open) is not None:
            await self.screen.show(dialog.card)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with TeamsRig(tmp_path, "barrow") as rig, screen() as shown:
        yield Client(rig, shown)


async def last_form(client: Client) -> None:
    """A councillor has filled in a concern up to the form in which it is looked over."""
    await client.rig.become("councillor")
    await client.rig.type("protocol concern")
    await client.open("Raise a concern")
    await client.fill(WHOM)
    assert await client.send("Go on")
    await client.fill(HOW)
    assert await client.send("Look it over")


async def test_a_concern_goes_from_the_first_form_to_the_receipt_and_the_chair_deals_with_it(client: Client) -> None:
    await last_form(client)
    await client.sees("*this* <b>before</b> everybody.", "Twice.", "the chair (Priya Nair)")
    assert await client.send("Send")
    assert not client.is_open
    reference = REFERENCE.search(await client.newest())[0]
    await client.rig.become("chair")
    assert reference in await client.newest()
    await client.open("Open it")
    await client.sees(reference, "*this* <b>before</b> everybody.")
    await client.fill({"What would you like to do?": "Acknowledge it"})
    assert await client.send("Do it")
    await client.rig.become("councillor")
    assert "has been acknowledged" in await client.newest()


async def test_what_must_be_filled_in_is_asked_for_at_its_field_and_nothing_is_sent(client: Client) -> None:
    await client.rig.type("protocol concern")
    await client.open("Raise a concern")
    sent = len(client.rig.teams.sent)
    assert not await client.send("Go on")
    await client.sees("Please fill this in.")
    await client.fill(WHOM | {"Who is it about?": "Owen Prit"})  # which is nobody's whole name
    assert not await client.send("Go on")
    assert len(client.rig.teams.sent) == sent


async def test_somebody_is_found_by_typing_their_name(client: Client) -> None:
    await client.rig.type("protocol concern")
    await client.open("Raise a concern")
    (asked,) = (one for one in reading.inputs(client.rig._form().card) if one.label == "Who is it about?")
    assert await client.screen.offered("Who is it about?") == list(asked.choices)
    await client.fill(WHOM)
    assert await client.send("Go on")
    assert client.rig._form().values[asked.id] == asked.choices[WHOM["Who is it about?"]]


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(client: Client) -> None:
    await client.rig.type("who keeps the key to the parish notice board")
    await client.open("Ask the clerk")
    assert await client.screen.typed("Your question") == "who keeps the key to the parish notice board"
    assert await client.send("Send to the clerk")
    await client.rig.become("clerk")
    await client.open("Answer")
    await client.fill({"Your answer": STORY, "The clause that answers it": "12.7"})
    assert await client.send("Send the answer")
    wrong = await client.screen.beside("The clause that answers it")
    assert wrong.startswith("⚠ 12.7 is not in the protocol")
    assert await client.screen.typed("Your answer") == STORY
    await client.fill({"The clause that answers it": ""})
    assert await client.send("Send the answer")
    await client.rig.become("councillor")
    assert "he said *this* <b>before</b> everybody." in await client.newest()


async def test_a_date_is_picked_and_one_that_can_not_be_stays_to_be_put_right(client: Client) -> None:
    await client.rig.become("clerk")
    await client.rig.type("protocol review")
    await client.open("Set a date")
    await client.fill({"Review on": "1066-10-14"})
    assert await client.send("Set it")
    await client.sees("before there were parish councils")
    assert await client.screen.typed("Review on") == "1066-10-14"
    await client.fill({"Review on": "2027-01-18"})
    assert await client.send("Set it")
    assert not client.is_open
    assert "the review is set for 18 January 2027" in await client.newest()
