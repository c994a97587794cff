"""People of the council who do not sit at the page: what they do arrives at the bot as Teams would deliver it.

In: somebody's id at the council, the page whose Teams they are in. Out: what the bot shows them.
Never: the bot's own reading or drawing.
"""

from typing import Any

from tests.teams import reading
from tests.teams.peer.page import Window
from tests.teams.peer.tenant import deliver, opened


class Other:
    """One of them. `card` is the dialog that is open before them."""

    def __init__(self, window: Window, seat: str) -> None:
        self._window, self._seat = window, seat
        self.chat = opened(seat)
        self.card: dict[str, Any] = {}
        self._at = ""
        self._values: dict[str, str] = {}

    def type(self, words: str) -> None:
        """In their own chat."""
        deliver(self._seat, self.chat, "personal", type="message", text=words)

    def sees(self, *words: str, since: int = 0) -> dict[str, Any]:
        """The newest card in their own chat with all of these words, once there is one; what they press stands in it.

        `since`: how many entries of the page's log there were before.
        """

        def found(entry: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
            card = next(filter(_with(words), self._cards(entry)), None)
            return (card, entry["messageId"]) if card is not None else None

        card, self._at = self._window.until(found, since)
        return dict(card)

    def open(self, card: dict[str, Any], label: str) -> None:
        """A button that opens a dialog."""
        self._shown("task/fetch", dict(_button(card, label)["data"]))

    def fill(self, values: dict[str, str]) -> None:
        """Fields of the dialog by their labels; a choice by its words."""
        for label, value in values.items():
            (asked,) = (one for one in reading.inputs(self.card) if one.label == label)
            self._values[asked.id] = asked.choices[value] if asked.choices else value

    def send(self, label: str) -> None:
        self._shown("task/submit", {**_button(self.card, label)["data"], **self._values})

    def _shown(self, name: str, data: dict[str, Any]) -> None:
        done = {"type": "invoke", "name": name, "value": {"data": data}, "replyToId": self._at}
        answer = deliver(self._seat, self.chat, "personal", **done)
        self.card = answer["task"]["value"]["card"]["content"] if answer else {}
        self._values = {one.id: one.value for one in reading.inputs(self.card) if one.value}

    def _cards(self, entry: dict[str, Any]) -> list[dict[str, Any]]:
        """Those that the bot said in their own chat."""
        said = (entry.get("request") or {}).get("body") or {}
        if entry.get("conversationId") != self.chat or not isinstance(said, dict):
            return []
        return [one["content"] for one in said.get("attachments") or ()]


def _with(words: tuple[str, ...]) -> Any:
    return lambda card: all(said in reading.text(card) for said in words)


def _button(card: dict[str, Any], label: str) -> Any:
    return next(button.action for button in reading.buttons(card) if button.label == label)
