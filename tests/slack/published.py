"""What Slack publishes of its limits, and of what may stand where: read by `checks.py`.

In: nothing. Out: tables, each from docs.slack.dev/reference/block-kit unless it says otherwise.
Never: anything of the adapter's.
"""

from collections.abc import Mapping
from typing import Final

#: The least and the most characters of each text.
TEXTS: Final = {
    "header": (1, 150),
    "section": (1, 3000),
    "field": (1, 2000),
    "context": (1, 3000),
    "button": (1, 75),
    "label": (1, 2000),
    "hint": (1, 2000),
    "placeholder": (1, 150),
    "option": (1, 75),
    "description": (1, 75),
    "group": (1, 75),
    "title": (1, 24),
    "submit": (1, 24),
    "close": (1, 24),
}
#: The least and the most entries of each list.
LISTS: Final = {
    "fields": (1, 10),
    "context": (1, 10),
    "actions": (1, 25),
    "select": (1, 100),
    "groups": (1, 100),
    "radio": (1, 10),
}
#: The most characters of what nobody sees; the last few from docs.slack.dev/reference/views.
STRINGS: Final = {
    "block_id": 255,
    "action_id": 255,
    "callback_id": 255,
    "button value": 2000,
    "option value": 150,
    "private_metadata": 3000,
    "initial_value": 3000,
}
BLOCKS: Final = {"message": 50, "modal": 100, "home": 100}
#: Bytes of a view as JSON (docs.slack.dev/reference/methods/views.push).
VIEW: Final = 250_000
#: Characters of a message's blocks (slackapi/bolt-js, issue 2509), and of its own text (chat.update).
ALL_BLOCKS, TEXT = 13_200, 4000

#: What may stand where, and what each may have. This bot asks nothing in a message, so no input stands in one.
KEYS: Final[Mapping[str, tuple[set[str], set[str]]]] = {  # what it must have, what it may have
    "header": ({"text"}, set()),
    "section": (set(), {"text", "fields"}),
    "context": ({"elements"}, set()),
    "divider": (set(), set()),
    "actions": ({"elements"}, set()),
    "input": ({"label", "element"}, {"hint", "optional", "dispatch_action"}),
    "button": ({"text", "action_id"}, {"value", "style", "url", "confirm", "accessibility_label"}),
    "plain_text_input": (
        {"action_id"},
        {"initial_value", "multiline", "min_length", "max_length", "placeholder", "focus_on_load"},
    ),
    "datepicker": ({"action_id"}, {"initial_date", "placeholder", "focus_on_load"}),
    "static_select": (
        {"action_id"},
        {"options", "option_groups", "initial_option", "placeholder", "focus_on_load"},
    ),
    "radio_buttons": ({"action_id", "options"}, {"initial_option", "focus_on_load"}),
}
STANDS: Final = {
    "message": {"header", "section", "context", "divider", "actions"},
    "modal": {"header", "section", "context", "divider", "actions", "input"},
    "home": {"header", "section", "context", "divider", "actions", "input"},
}
VIEWS: Final = {
    "modal": (
        {"type", "title", "blocks"},
        {"submit", "close", "private_metadata", "callback_id", "clear_on_close", "notify_on_close", "external_id"},
    ),
    "home": ({"type", "blocks"}, {"private_metadata", "callback_id", "external_id"}),
}
