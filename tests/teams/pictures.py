"""The guide's pictures of Teams, taken anew: `python -m tests.teams.pictures [FOLDER]`, by default deploy/pictures.

In: made-up people at the rig of the contract suite. Out: `teams-*.png`, drawn by Microsoft's own renderer of cards.
Never: a card that the bot did not send; a real council's words.
"""

import asyncio
import base64
import sys
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from adapters.teams import icons
from tests.contract.teams_rig import TeamsRig
from tests.teams.councils import account, channel_of
from tests.teams.renderer import Screen, screen
from tests.tools import teams_cards

PICTURES: Final = Path(__file__).parents[2] / "deploy" / "pictures"
_COUNCIL: Final = "barrow"
_QUESTION: Final = "can I have a go at the clerk on Facebook?"
#: What is written in the forms before somebody is told, form by form, and the button that sends each.
_CONCERN: Final[tuple[tuple[Mapping[str, str], str], ...]] = (
    ({"Who is it about?": "Owen Pritchard, the vice-chair", "Is any of this so?": "None of these"}, "Go on"),
    (
        {
            "What happened?": "Something happened.",
            "Is this informal, or a formal grievance or complaint?": "Informal: help me to put it right",
            "Would you like to try the informal step?": "Yes, try that first",
        },
        "Look it over",
    ),
    ({}, "Send"),
)
_ICON: Final = f'<img src="data:image/png;base64,{base64.b64encode(icons.colour()).decode()}" alt="">'
#: Where the card goes.
_SLOT: Final = '<div class="card" id="slot"></div>'
#: A dialog is shown down to its first field: what comes before that is the point, and it is long.
_PUT: Final = """card => {
  show(card);
  slot.replaceChildren(...document.getElementById("card").childNodes);
  const box = document.querySelector(".box");
  if (!box) return;
  const field = slot.querySelector(".ac-input").getBoundingClientRect();
  box.style.height = `${field.bottom - box.getBoundingClientRect().top + 64}px`;
  box.classList.add("cut");
}"""


async def taken(folder: Path) -> None:
    """All three of them, into a folder."""
    with tempfile.TemporaryDirectory() as data:
        async with TeamsRig(Path(data), _COUNCIL) as rig, screen() as shown:
            await _answer(rig, shown, folder / "teams-answer.png")
            await _concern(rig, shown, folder / "teams-concern.png")
            await _notice(rig, shown, folder / "teams-notice.png")


async def _answer(rig: TeamsRig, shown: Screen, file: Path) -> None:
    await rig.go("channel")
    await rig.type(f"@protocol {_QUESTION}")
    asked = _message(
        '<div class="face">JH</div>', "Jo Hartley", f'<div class="said"><b>Protocol Bot</b> {_QUESTION}</div>'
    )
    around = f'<p class="where">Town Council › General</p><div class="thread">{asked}{_said()}</div>'
    await _picture(shown, around, _last(rig, "councillor", channel_of(_COUNCIL)), file)


async def _concern(rig: TeamsRig, shown: Screen, file: Path) -> None:
    """The first form, down to its first field."""
    await rig.go("private")
    await rig.type("protocol concern")
    await rig.press("Raise a concern")
    dialog = rig.tenant.dialogs[account("councillor")]
    top = f"<header>{_ICON}{escape(dialog.title)}<span>✕</span></header>"
    around = f'<div class="box">{top}<div id="slot"></div></div>'
    await _picture(shown, around, dialog.card, file, "dialog")


async def _notice(rig: TeamsRig, shown: Screen, file: Path) -> None:
    for values, send in _CONCERN:
        for label, value in values.items():
            await rig.fill(label, value)
        await rig.send(send)
    card = _last(rig, "chair", rig.tenant.chat(account("chair")).id)
    await _picture(shown, f'<p class="where">Protocol Bot · Chat</p>{_said()}', card, file)


def _last(rig: TeamsRig, seat: str, place: str) -> Mapping[str, Any]:
    """The last card that somebody sees somewhere."""
    return [said.card for said in rig.tenant.seen_by(account(seat), place) if said.card is not None][-1]


def _said() -> str:
    return _message(_ICON, "Protocol Bot", _SLOT)


def _message(face: str, by: str, body: str) -> str:
    return f'<div class="message">{face}<div><p class="by"><b>{by}</b> 10:00</p>{body}</div></div>'


async def _picture(shown: Screen, around: str, card: Mapping[str, Any], file: Path, kind: str = "") -> None:
    """A card and what is around it."""
    await shown.page.set_viewport_size({"width": 920, "height": 900})
    await shown.open(f'<main id="card" hidden></main><div id="picture" class="{kind}">{around}</div>')
    await shown.page.add_style_tag(path=teams_cards() / "pictures.css")
    await shown.page.evaluate(_PUT, card)
    await shown.page.locator("#picture").screenshot(path=file)


if __name__ == "__main__":
    asyncio.run(taken(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
