"""Whether Slack would take what it is sent: its published limits, written down here anew, and slack_sdk's own models.

In: a message or a view as it goes over the wire. Out: what is wrong with it, in sentences; nothing where all is well.
Never: a limit taken from the adapter, or a shape: whoever draws must not be the one who checks.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.slack.published import ALL_BLOCKS, BLOCKS, KEYS, LISTS, STANDS, STRINGS, TEXT, TEXTS, VIEW, VIEWS

Kind: TypeAlias = Literal["message", "ephemeral", "ack", "modal", "home"]
Made: TypeAlias = Mapping[str, Any]
Problems: TypeAlias = Iterator[str]

_CONTROL: Final = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")


def problems(kind: Kind, payload: Made) -> list[str]:
    """What Slack would refuse or cut, or this bot must not send; each with where it stands, none with what it says."""
    if kind in ("modal", "home"):
        return [*_view(kind, payload), *_by_slack_itself(kind, payload)]
    if "response_action" in payload:
        return [*_response(payload)]
    return [*_message(payload), *_by_slack_itself(kind, payload)]


def _response(payload: Made) -> Problems:
    """What a form that is sent in is answered with (docs.slack.dev/surfaces/modals)."""
    action = payload["response_action"]
    if action in ("update", "push"):
        yield from problems("modal", payload.get("view", {}))
    elif action == "errors":
        errors = payload.get("errors") or {}
        if not errors or not all(isinstance(said, str) and said.strip() for said in errors.values()):
            yield "errors: each input that is refused needs a sentence, and there must be one"
    elif action != "clear":
        yield f"response_action: there is no {action!r}"


# ---------------------------------------------------------------- surfaces


def _message(payload: Made) -> Problems:
    text = payload.get("text", "")
    if not isinstance(text, str) or not text.strip():
        yield "text: a message needs one, for notifications and screen readers"
    elif _long(text) > TEXT:
        yield f"text: {_long(text)} characters, and {TEXT} are the most"
    elif _CONTROL.search(text):
        yield "text: <, > or & stands in it unescaped"
    blocks = payload.get("blocks", [])
    yield from _blocks("message", blocks)
    if (size := _long(json.dumps(blocks, ensure_ascii=False))) > ALL_BLOCKS:
        yield f"blocks: {size} characters in all, and {ALL_BLOCKS} are the most"
    actions = Counter(one.get("action_id") for one in _elements(blocks))
    yield from (f"action_id {name!r}: used {times} times" for name, times in actions.items() if times > 1)


def _view(kind: str, view: Made) -> Problems:
    needed, allowed = VIEWS[kind]
    yield from (f"view: {name} is missing" for name in sorted(needed - set(view)))
    yield from (f"view: a {kind} has no {name}" for name in sorted(set(view) - needed - allowed))
    if view.get("type") != kind:
        yield f"view: its type must be {kind}"
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _text(f"view: {name}", view[name], name, plain=True)
    yield from _strings("view", view, {"private_metadata": "private_metadata", "callback_id": "callback_id"})
    blocks = view.get("blocks", [])
    if not blocks:
        yield "view: it has no blocks"
    if kind == "modal" and "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield "view: it has inputs and no submit"
    if (size := len(json.dumps(view).encode())) > VIEW:
        yield f"view: {size} bytes, and {VIEW} are the most"
    yield from _blocks(kind, blocks)


def _blocks(kind: str, blocks: Sequence[Made]) -> Problems:
    if len(blocks) > BLOCKS[kind]:
        yield f"blocks: {len(blocks)}, and {BLOCKS[kind]} are the most"
    named = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {name!r}: used {times} times" for name, times in named.items() if times > 1)
    for number, block in enumerate(blocks):
        where = f"block {number} ({block.get('type')})"
        if block.get("type") not in STANDS[kind]:
            yield f"{where}: does not stand in a {kind}"
        else:
            yield from _keys(where, block, {"block_id"})
            yield from _strings(where, block, {"block_id": "block_id"})
            yield from _CHECKS[block["type"]](where, block)


# ---------------------------------------------------------------- blocks


def _header(where: str, block: Made) -> Problems:
    yield from _text(where, block.get("text"), "header", plain=True)


def _section(where: str, block: Made) -> Problems:
    if "text" not in block and "fields" not in block:
        yield f"{where}: it has neither text nor fields"
    if "text" in block:
        yield from _text(where, block["text"], "section")
    if "fields" in block:
        yield from _listed(where, block["fields"], "fields")
        for field in block["fields"]:
            yield from _text(f"{where}, field", field, "field")


def _context(where: str, block: Made) -> Problems:
    yield from _listed(where, block.get("elements", ()), "context")
    for element in block.get("elements", ()):
        yield from _text(where, element, "context")


def _divider(where: str, block: Made) -> Problems:
    yield from ()


def _actions(where: str, block: Made) -> Problems:
    yield from _listed(where, block.get("elements", ()), "actions")
    for element in block.get("elements", ()):
        yield from _element(where, element, {"button", "static_select", "datepicker", "radio_buttons"})


def _input(where: str, block: Made) -> Problems:
    yield from _text(f"{where}, label", block.get("label"), "label", plain=True)
    if "hint" in block:
        yield from _text(f"{where}, hint", block["hint"], "hint", plain=True)
    if not isinstance(block.get("optional", False), bool):
        yield f"{where}: optional is true or false"
    kinds = {"plain_text_input", "datepicker", "static_select", "radio_buttons"}
    yield from _element(where, block.get("element", {}), kinds)


_CHECKS: Final = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "input": _input,
}


# ---------------------------------------------------------------- elements


def _elements(blocks: Sequence[Made]) -> Iterator[Made]:
    for block in blocks:
        if block.get("type") == "actions":
            yield from block.get("elements", ())


def _element(where: str, element: Made, kinds: set[str]) -> Problems:
    kind = element.get("type")
    here = f"{where}, {kind}"
    if kind not in kinds:
        yield f"{here}: does not stand there"
        return
    yield from _keys(here, element, set())
    yield from _strings(here, element, {"action_id": "action_id"})
    if "placeholder" in element:
        yield from _text(f"{here}, placeholder", element["placeholder"], "placeholder", plain=True)
    yield from {"button": _button, "plain_text_input": _typed, "datepicker": _date}.get(kind, _choice)(here, element)


def _button(where: str, button: Made) -> Problems:
    yield from _text(where, button.get("text"), "button", plain=True)
    yield from _strings(where, button, {"value": "button value"})
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}: there is no such style"


def _typed(where: str, element: Made) -> Problems:
    yield from _strings(where, element, {"initial_value": "initial_value"})
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not (0 <= least <= most <= 3000 and most >= 1):
        yield f"{where}: its least and most length are {least} and {most}, and 3000 is the most"
    if _long(element.get("initial_value", "")) > most:
        yield f"{where}: what stands in it already is longer than it may be"


def _date(where: str, element: Made) -> Problems:
    told = element.get("initial_date")
    if told is None:
        return
    try:
        whole = re.fullmatch(r"\d{4}-\d\d-\d\d", told) and date.fromisoformat(told)
    except ValueError:
        whole = None
    if not whole:
        yield f"{where}: initial_date is no date as YYYY-MM-DD"


def _choice(where: str, element: Made) -> Problems:
    radio = element["type"] == "radio_buttons"
    if ("options" in element) == ("option_groups" in element):
        yield f"{where}: it needs either options or option_groups"
    groups = element.get("option_groups", [])
    if groups:
        yield from _listed(where, groups, "groups")
        for group in groups:
            yield from _text(f"{where}, group", group.get("label"), "group", plain=True)
    lists = [group.get("options", []) for group in groups] or [element.get("options", [])]
    for offered in lists:
        yield from _listed(where, offered, "radio" if radio else "select")
    options = [option for offered in lists for option in offered]
    for number, option in enumerate(options):
        yield from _option(f"{where}, option {number}", option)
    values = Counter(option.get("value") for option in options)
    yield from (f"{where}: {times} options have the same value" for times in values.values() if times > 1)
    if "initial_option" in element and element["initial_option"] not in options:
        yield f"{where}: initial_option is none of the options, to the letter"


def _option(where: str, option: Made) -> Problems:
    if set(option) - {"text", "value", "description"}:
        yield f"{where}: it has what no option has"
    yield from _text(where, option.get("text"), "option", plain=True)
    if "description" in option:
        yield from _text(f"{where}, description", option["description"], "description", plain=True)
    if not option.get("value"):
        yield f"{where}: it has no value"
    yield from _strings(where, option, {"value": "option value"})


# ---------------------------------------------------------------- parts


def _text(where: str, text: Any, role: str, *, plain: bool = False) -> Problems:
    """A text object (docs.slack.dev/reference/block-kit/composition-objects/text-object)."""
    least, most = TEXTS[role]
    if not isinstance(text, Mapping) or not isinstance(text.get("text"), str):
        yield f"{where}: it has no text"
        return
    kind, words = text.get("type"), text["text"]
    if kind not in ("plain_text", "mrkdwn") or (plain and kind != "plain_text"):
        yield f"{where}: its text can't be {kind}"
    if set(text) - {"type", "text"} - ({"emoji"} if kind == "plain_text" else {"verbatim"}):
        yield f"{where}: a {kind} text has only its own properties"
    if len(words.strip()) < least:
        yield f"{where}: its text is empty"
    if _long(words) > most:
        yield f"{where}: {_long(words)} characters, and {most} are the most"
    if kind == "mrkdwn" and _CONTROL.search(words):
        yield f"{where}: <, > or & stands in its mrkdwn unescaped"
    if kind == "mrkdwn" and text.get("verbatim") is not True:
        yield f"{where}: its mrkdwn is not verbatim, so that names and addresses in it would become links"


def _strings(where: str, made: Made, roles: Mapping[str, str]) -> Problems:
    for name, role in roles.items():
        value = made.get(name, "")
        if not isinstance(value, str) or _long(value) > STRINGS[role]:
            yield f"{where}: {name} is no text of at most {STRINGS[role]} characters"


def _listed(where: str, listed: Sequence[Any], role: str) -> Problems:
    least, most = LISTS[role]
    if not least <= len(listed) <= most:
        yield f"{where}: {len(listed)} of {role}, and there may be {least} to {most}"


def _keys(where: str, made: Made, further: set[str]) -> Problems:
    needed, allowed = KEYS[made["type"]]
    yield from (f"{where}: {name} is missing" for name in sorted(needed - set(made)))
    unknown = set(made) - needed - allowed - further - {"type"}
    yield from (f"{where}: there is no {name}" for name in sorted(unknown))


def _long(text: str) -> int:
    """Characters as Slack's own clients count them: one beyond U+FFFF is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _by_slack_itself(kind: str, payload: Made) -> Problems:
    """What Slack's own package finds, and what of it that package does not know."""
    try:
        if kind in ("modal", "home"):
            made = View(**payload).to_dict()
            if len(made.get("blocks", ())) != len(payload.get("blocks", ())):
                yield "slack_sdk: it does not know one of the blocks"
        for number, block in enumerate(payload.get("blocks", ())):
            parsed = Block.parse(dict(block))
            if parsed is None:
                yield f"slack_sdk: it does not know block {number}"
            else:
                parsed.to_dict()
    except SlackObjectFormationError as wrong:
        yield f"slack_sdk: {wrong}"
    except (TypeError, ValueError, KeyError, AttributeError) as wrong:
        yield f"slack_sdk: can't read it ({type(wrong).__name__})"
