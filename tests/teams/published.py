"""What Microsoft publishes of Adaptive Cards 1.5 and of its limits in Teams: read by `checks.py`.

In: nothing. Out: tables, from adaptivecards.io (schema explorer, 1.5) and learn.microsoft.com where it is named.
Never: anything of the adapter's.
"""

from collections.abc import Mapping
from typing import Final

#: learn.microsoft.com, Teams: format your bot messages: a message as a whole, in bytes of UTF-16.
MESSAGE: Final = 100 * 1024
#: learn.microsoft.com, Teams: cards reference: bots' cards are of this version or an earlier one.
VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
#: Teams draws no more buttons than this beside one another (the host configuration of its clients, `maxActions`).
ACTIONS: Final = 6
CARD: Final = "application/vnd.microsoft.card.adaptive"

#: Every element may have these.
_ELEMENT: Final = {"id", "fallback", "height", "separator", "spacing", "isVisible", "requires"}
_INPUT: Final = _ELEMENT | {"label", "isRequired", "errorMessage"}
_ACTION: Final = {"id", "iconUrl", "style", "fallback", "tooltip", "isEnabled", "mode", "requires"}
_DRAWN: Final = {"color", "fontType", "isSubtle", "size", "weight"}
_BOX: Final = {"selectAction", "style", "verticalContentAlignment", "bleed", "backgroundImage", "minHeight", "rtl"}

#: What each must have, and what it may have beside. What 1.5 does not know stands here nowhere.
KEYS: Final[Mapping[str, tuple[set[str], set[str]]]] = {
    "AdaptiveCard": (
        {"version", "body"},
        {"$schema", "actions", "refresh", "authentication", "selectAction", "fallbackText", "backgroundImage"}
        | {"minHeight", "rtl", "speak", "lang", "verticalContentAlignment", "msteams"},
    ),
    "TextBlock": ({"text"}, _ELEMENT | _DRAWN | {"horizontalAlignment", "maxLines", "wrap", "style"}),
    "RichTextBlock": ({"inlines"}, _ELEMENT | {"horizontalAlignment"}),
    "TextRun": ({"text"}, _DRAWN | {"highlight", "italic", "selectAction", "strikethrough", "underline"}),
    "Container": ({"items"}, _ELEMENT | _BOX),
    "ColumnSet": ({"columns"}, _ELEMENT | {"selectAction", "style", "bleed", "minHeight", "horizontalAlignment"}),
    "Column": (set(), _ELEMENT | _BOX | {"items", "width"}),
    "FactSet": ({"facts"}, _ELEMENT),
    "ActionSet": ({"actions"}, _ELEMENT),
    "Input.Text": (
        {"id"},
        _INPUT | {"isMultiline", "maxLength", "placeholder", "regex", "style", "inlineAction", "value"},
    ),
    "Input.Date": ({"id"}, _INPUT | {"max", "min", "placeholder", "value"}),
    "Input.ChoiceSet": ({"id", "choices"}, _INPUT | {"isMultiSelect", "style", "value", "placeholder", "wrap"}),
    "Input.Toggle": ({"id", "title"}, _INPUT | {"value", "valueOff", "valueOn", "wrap"}),
    "Action.Execute": ({"title"}, _ACTION | {"verb", "data", "associatedInputs"}),
    "Action.Submit": ({"title"}, _ACTION | {"data", "associatedInputs"}),
    "Action.OpenUrl": ({"title", "url"}, _ACTION),
    "Action.ToggleVisibility": ({"title", "targetElements"}, _ACTION),
}
#: The values that a property may have, by the property; `style` is another for each kind of element.
VALUES: Final[Mapping[str, set[str]]] = {
    "color": {"default", "dark", "light", "accent", "good", "warning", "attention"},
    "fontType": {"default", "monospace"},
    "size": {"default", "small", "medium", "large", "extraLarge"},
    "weight": {"default", "lighter", "bolder"},
    "height": {"auto", "stretch"},
    "spacing": {"default", "none", "small", "medium", "large", "extraLarge", "padding"},
    "horizontalAlignment": {"left", "center", "right"},
    "verticalContentAlignment": {"top", "center", "bottom"},
    "associatedInputs": {"auto", "none"},
    "mode": {"primary", "secondary"},
}
STYLES: Final[Mapping[str, set[str]]] = {
    "TextBlock": {"default", "heading"},
    "Container": {"default", "emphasis", "good", "attention", "warning", "accent"},
    "Column": {"default", "emphasis", "good", "attention", "warning", "accent"},
    "ColumnSet": {"default", "emphasis", "good", "attention", "warning", "accent"},
    "Input.Text": {"text", "tel", "url", "email", "password"},
    "Input.ChoiceSet": {"compact", "expanded", "filtered"},
    "Action": {"default", "positive", "destructive"},
}
#: What must be true or false.
FLAGS: Final = {"wrap", "isSubtle", "separator", "isVisible", "isRequired", "isMultiline", "isMultiSelect"} | {
    "isEnabled", "bleed", "rtl", "highlight", "italic", "strikethrough", "underline",
}  # fmt: skip
#: What a message activity may have (learn.microsoft.com, Azure AI Bot Service: Activity object).
ACTIVITY: Final = {"type", "attachments", "summary", "importance", "channelData", "attachmentLayout", "locale"} | {
    "recipient", "from", "conversation", "replyToId", "channelId", "serviceUrl", "entities", "inputHint", "id",
}  # fmt: skip
#: What a dialog may have, and its sizes by name (learn.microsoft.com, Teams: dialogs, task info object).
DIALOG: Final = {"title", "width", "height", "card", "url", "fallbackUrl", "completionBotId"}
SIZES: Final = {"small", "medium", "large"}
#: What the press of a button may be answered with (learn.microsoft.com, Teams: universal actions, response format).
ANSWERS: Final = {
    "application/vnd.microsoft.card.adaptive",
    "application/vnd.microsoft.activity.message",
    "application/vnd.microsoft.error",
}
