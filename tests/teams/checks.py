"""Whether Teams would take what it is sent: what Microsoft publishes, written down here anew.

In: an activity, a dialog or the answer to a press, as it goes over the wire. Out: what is wrong with it, in sentences;
nothing where all is well. Never: a limit or a shape taken from the adapter: whoever draws must not be the one who
checks; what a card says.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from tests.teams import published, shapes

Kind: TypeAlias = Literal["activity", "dialog", "press"]
Made: TypeAlias = Mapping[str, Any]
Problems: TypeAlias = Iterator[str]


def problems(kind: Kind, payload: Made) -> list[str]:
    """What Teams would refuse, leave out or alter, or this bot must not send; none with what it says."""
    return list({"activity": _activity, "dialog": _dialog, "press": _press}[kind](payload))


def size(payload: Any) -> int:
    """Bytes, as Teams counts them: in UTF-16."""
    return len(json.dumps(payload, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


# ---------------------------------------------------------------- surfaces


def _activity(activity: Made) -> Problems:
    if activity.get("type") != "message":
        yield f"activity: its type is {activity.get('type')!r}"
        return
    yield from (
        f"activity: there is no {name}" for name in sorted(set(activity) - published.ACTIVITY - {"text", "textFormat"})
    )
    attached = activity.get("attachments") or []
    if activity.get("text") and attached:
        yield "activity: text beside a card is sent as a message of its own, and has no id"
    elif "text" in activity:
        yield "activity: this bot says everything by cards"
    if len(attached) != 1:
        yield f"activity: {len(attached)} cards, and there must be one"
    if not isinstance(activity.get("summary", ""), str):
        yield "activity: its summary is no text"
    if size(activity) > published.MESSAGE:
        yield f"activity: {size(activity)} bytes of UTF-16, and {published.MESSAGE} are the most"
    for one in attached:
        yield from _attached("activity", one, in_dialog=False)


def _dialog(body: Made) -> Problems:
    """What task/fetch and task/submit are answered with, where there is a body: without one the dialog closes.

    An object without a task is an error to Teams (MicrosoftDocs/msteams-docs, issue 832).
    """
    task = body.get("task")
    if not isinstance(task, Mapping) or set(body) - {"task", "cacheInfo"}:
        yield f"dialog: its answer has {sorted(body)}"
    elif task.get("type") == "message":
        if not isinstance(task.get("value"), str) or not task["value"].strip():
            yield "dialog: a message needs words"
    elif task.get("type") != "continue":
        yield f"dialog: there is no {task.get('type')!r}"
    else:
        yield from _shown(task.get("value") or {})


def _shown(value: Made) -> Problems:
    yield from (f"dialog: there is no {name}" for name in sorted(set(value) - published.DIALOG))
    if not isinstance(value.get("title"), str) or not value["title"].strip():
        yield "dialog: it has no title"
    for name in ("width", "height"):
        if (
            name in value
            and value[name] not in published.SIZES
            and not (isinstance(value[name], int) and value[name] > 0)
        ):
            yield f"dialog: {name} is neither a number nor small, medium or large"
    if size(value) > published.MESSAGE:
        yield f"dialog: {size(value)} bytes of UTF-16, and {published.MESSAGE} are the most"
    yield from _attached("dialog", value.get("card") or {}, in_dialog=True)


def _press(body: Made) -> Problems:
    """What a press of an Action.Execute is answered with."""
    kind, value = body.get("type"), body.get("value")
    if set(body) != {"statusCode", "type", "value"}:
        yield f"press: it has {sorted(body)}"
    if not isinstance(body.get("statusCode"), int):
        yield "press: its statusCode is no number"
    if kind not in published.ANSWERS:
        yield f"press: there is no {kind!r}"
    elif kind == published.CARD:
        yield from _card("press", value or {}, in_dialog=False)
    elif kind == "application/vnd.microsoft.error":
        if not isinstance(value, Mapping) or not {"code", "message"} <= set(value):
            yield "press: an error needs code and message"
    elif not isinstance(value, str) or not value.strip():
        yield "press: a message needs words"


def _attached(where: str, attachment: Made, *, in_dialog: bool) -> Problems:
    if attachment.get("contentType") != published.CARD:
        yield f"{where}: it is no Adaptive Card"
    elif not isinstance(attachment.get("content"), Mapping):
        yield f"{where}: its card is no object"
    else:
        yield from _card(where, attachment["content"], in_dialog=in_dialog)


def _card(where: str, card: Made, *, in_dialog: bool) -> Problems:
    if card.get("type") != "AdaptiveCard":
        yield f"{where}: its card is none"
        return
    yield from shapes.keys(f"{where}, card", card)
    if card.get("version") not in published.VERSIONS:
        yield f"{where}: its version is {card.get('version')!r}"
    if not card.get("body") and not card.get("actions"):
        yield f"{where}: its card is empty"
    full = (card.get("msteams") or {"width": "Full"}) == {"width": "Full"}
    if not full:
        yield f"{where}: its msteams is not for its width"
    for at, made in enumerate(card.get("body", ())):
        yield from shapes.element(f"{where}, {at}", made, in_dialog)
    yield from shapes.actions(where, card.get("actions"), in_dialog)
    every = list(elements(card))
    yield from _together(where, every, in_dialog)


def _together(where: str, every: Sequence[Made], in_dialog: bool) -> Problems:
    named = Counter(one["id"] for one in every if one.get("id"))
    yield from (f"{where}: the id {id!r} is used {times} times" for id, times in named.items() if times > 1)
    inputs = [one for one in every if str(one.get("type")).startswith("Input.")]
    if inputs and not in_dialog:
        yield f"{where}: what is typed into a card is kept in mailboxes; forms stand in dialogs"
    for action in every:
        if str(action.get("type")).startswith("Action.") and isinstance(action.get("data"), Mapping):
            if same := {one.get("id") for one in inputs} & set(action["data"]):
                yield f"{where}: data of its own is called as an input is: {sorted(map(str, same))}"
            if not in_dialog and _of_a_form(action["data"]):
                yield f"{where}: a button in a card carries something of a form"


def _of_a_form(data: Any) -> bool:
    """Whether anything in it is called as what a form holds."""
    if isinstance(data, Mapping):
        return any(key in ("form", "fields", "values", "value", "intro") or _of_a_form(of) for key, of in data.items())
    return isinstance(data, list) and any(map(_of_a_form, data))


def elements(made: Any) -> Iterator[Made]:
    """Everything of a card that has a type, from top to bottom; a fallback stands for another and is none of them."""
    if isinstance(made, Mapping):
        if "type" in made:
            yield made
        for name, inside in made.items():
            if name not in ("fallback", "data", "msteams"):
                yield from elements(inside)
    elif isinstance(made, list):
        for one in made:
            yield from elements(one)
