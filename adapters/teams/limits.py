"""The limits of Teams and of Adaptive Cards, in one table.

In: what is made. Out: how much it takes. Never: a limit of another platform's.
"""

import json
from typing import Any, Final

from bot import cutting

# ---------------------------------------------------------------- the table

#: What a whole message may take, and what is left for all that the service adds to it: who, where, when; in bytes of
#: UTF-16, two a unit (learn.microsoft.com, Teams: format your bot messages: 100 KB, else 413 `MessageSizeTooBig`).
_MESSAGE_BYTES: Final = 100_000
_ADDED_BYTES: Final = 10_000
#: Units of UTF-16 that a message or a dialog may take as JSON. Nothing is published for dialogs: they are messages too.
MESSAGE: Final = (_MESSAGE_BYTES - _ADDED_BYTES) // 2
#: The version of Adaptive Cards (learn.microsoft.com, Teams: types of cards: bots may send 1.5 or earlier).
VERSION: Final = "1.5"
#: Buttons in one row. Teams shows six (learn.microsoft.com, Teams: types of cards: six primary actions), Microsoft's
#: own reader of cards five (npm, adaptivecards: host-config, `maxActions`).
ACTIONS: Final = 5
# For the rest Adaptive Cards publish no limit. These keep things in sight on a telephone 360 points wide.
#: A button's label: one line, cut by the client where it is longer.
BUTTON_TEXT: Final = 40
#: A card's heading; it stands in what a lock screen shows too.
HEADING: Final = 150
#: A choice in a list that opens: one line, cut by the client where it is longer.
OPTION_TEXT: Final = 60
#: A label where it names a problem on top of a dialog.
NAMED: Final = 80
#: How many choices are all in sight; more are in a list that opens.
FEW: Final = 10
#: Units that any field takes at least; what the bot takes is less, and it says so.
TYPED: Final = 10_000
#: One line of text in one element; and elements in one box. Small enough to be spread over several messages.
PIECE: Final = 8000
#: The title of a dialog: cut by the client where it is longer (learn.microsoft.com, Teams: the `TaskInfo` object).
DIALOG_TITLE: Final = 50

# ---------------------------------------------------------------- how much


_JSON: Final = json.JSONEncoder(ensure_ascii=False)


def as_json(made: Any) -> str:
    """As it is sent."""
    return _JSON.encode(made)


def size(made: Any) -> int:
    """Units of UTF-16 that something takes as JSON."""
    return cutting.length(as_json(made))


def size_among_others(made: Any) -> int:
    """Units that it takes among others, with what stands between it and the next."""
    return size(made) + len(_JSON.item_separator)
