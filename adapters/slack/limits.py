"""Slack's limits, in one table.

In: nothing. Out: numbers. Never: a limit of another platform's.
"""

from typing import Final

# Each from docs.slack.dev, reference, block-kit (blocks, block elements, composition objects) and views; lengths are
# in characters. The few that stand elsewhere say where.
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
SECTION_TEXT: Final = 3000
SECTION_FIELDS: Final = 10
FIELD_TEXT: Final = 2000
CONTEXT_TEXT: Final = 3000
ACTIONS: Final = 25
HEADER: Final = 150
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
OPTION_LABEL: Final = 75
OPTION_VALUE: Final = 150
OPTION_DESCRIPTION: Final = 75
SELECT_OPTIONS: Final = 100
GROUP_LABEL: Final = 75
RADIO_OPTIONS: Final = 10
#: The title of a dialog and the labels of its two buttons.
DIALOG_LABEL: Final = 24
INPUT_LABEL: Final = 2000
INPUT_HINT: Final = 2000
PLACEHOLDER: Final = 150
INPUT_TEXT: Final = 3000
#: Bytes of a whole view as JSON (docs.slack.dev, views.push: 250 KB); some are left for what Slack adds.
VIEW_BYTES: Final = 240_000
#: Characters of all blocks of a message as JSON. Slack refuses more than some 13,200 (`msg_blocks_too_long`) and does
#: not document how it counts, so this counts everything.
MESSAGE_JSON: Final = 12_000
#: Characters of a message's own text, which is what screen readers read out (docs.slack.dev, chat.postMessage; more
#: can't be edited, chat.update: `msg_too_long`).
MESSAGE_TEXT: Final = 4000
