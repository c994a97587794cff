"""What may stand in an Adaptive Card of 1.5, element by element: read by `checks.py`.

In: an element or an action, and whether it stands in a dialog. Out: what is wrong with it, in sentences.
Never: a limit or a shape taken from the adapter; what an element says.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from tests.teams import published

Made: TypeAlias = Mapping[str, Any]
Problems: TypeAlias = Iterator[str]

_BODY: Final = {"TextBlock", "RichTextBlock", "Container", "ColumnSet", "FactSet", "ActionSet"}
_INPUTS: Final = {"Input.Text", "Input.Date", "Input.ChoiceSet", "Input.Toggle"}
_CARD_ACTIONS: Final = {"Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ToggleVisibility"}
#: In a dialog nothing else than Action.Submit comes to the bot (learn.microsoft.com, Teams: dialogs with bots).
_DIALOG_ACTIONS: Final = _CARD_ACTIONS - {"Action.Execute"}
#: Marks of Markdown that are not escaped: emphasis, links, and lists at the beginning of a line.
_MARKS: Final = re.compile(r"(?<!\\)(?:\*\*|__|\*(?=\S)|\b_|_\b|~~|`|!?\[[^\]]*\]\()|(?m:^\s*(?:[-+*]|\d+[.)])\s)")
#: Words that every client of Adaptive Cards makes into a date of its own, in whatever text.
_FUNCTIONS: Final = re.compile(r"\{\{(?:DATE|TIME)\(")


# ---------------------------------------------------------------- elements


def element(where: str, made: Any, in_dialog: bool) -> Problems:
    kind = made.get("type") if isinstance(made, Mapping) else None
    here = f"{where} ({kind})"
    if kind not in _BODY | _INPUTS:
        yield f"{here}: does not stand in a card of 1.5"
        return
    yield from keys(here, made)
    if kind in _INPUTS:
        yield from _input(here, made)
    else:
        yield from {
            "TextBlock": lambda: _block(here, made),
            "RichTextBlock": lambda: _runs(here, made),
            "FactSet": lambda: _facts(here, made),
            "ActionSet": lambda: actions(here, made.get("actions"), in_dialog, needed=True),
            "Container": lambda: _inside(here, made.get("items"), in_dialog),
            "ColumnSet": lambda: _columns(here, made, in_dialog),
        }[kind]()


def _inside(where: str, items: Any, in_dialog: bool) -> Problems:
    if not isinstance(items, list) or not items:
        yield f"{where}: nothing is in it"
        return
    for at, item in enumerate(items):
        yield from element(f"{where}, {at}", item, in_dialog)


def _columns(where: str, element: Made, in_dialog: bool) -> Problems:
    for at, column in enumerate(element.get("columns") or ()):
        here = f"{where}, column {at}"
        yield from keys(here, {"type": "Column", **column})
        yield from _inside(here, column.get("items"), in_dialog)


def _block(where: str, block: Made) -> Problems:
    yield from _words(where, block.get("text"), markdown=True)
    if block.get("wrap") is not True:
        yield f"{where}: without wrap its end is cut off"


def _runs(where: str, block: Made) -> Problems:
    """Words of people: nothing is made of them but what looks like a date of the card's own."""
    if not block.get("inlines"):
        yield f"{where}: nothing is in it"
    for at, run in enumerate(block.get("inlines") or ()):
        here = f"{where}, run {at}"
        if isinstance(run, str):
            yield f"{here}: is no TextRun"
        elif run.get("type") != "TextRun":
            yield f"{here}: {run.get('type')!r} does not stand there"
        else:
            yield from keys(here, run)
            yield from _words(here, run.get("text"), blank=True)


def _facts(where: str, element: Made) -> Problems:
    if not element.get("facts"):
        yield f"{where}: there are none"
    for at, fact in enumerate(element.get("facts") or ()):
        if set(fact) != {"title", "value"}:
            yield f"{where}, {at}: has {sorted(fact)}"
        for name in ("title", "value"):
            yield from _words(f"{where}, {at}, {name}", fact.get(name), markdown=True)


def _words(where: str, text: Any, *, markdown: bool = False, blank: bool = False) -> Problems:
    if not isinstance(text, str) or (not text if blank else not text.strip()):
        yield f"{where}: it has no words"
        return
    if markdown and _MARKS.search(text):
        yield f"{where}: a mark of Markdown stands in it, and is not escaped"
    if _FUNCTIONS.search(text):
        yield f"{where}: a card makes a date of its own out of its words"


# ---------------------------------------------------------------- inputs


def _input(where: str, element: Made) -> Problems:
    if not isinstance(element.get("id"), str) or not element["id"]:
        yield f"{where}: it has no id"
    yield from _words(f"{where}, label", element.get("label"))
    if element.get("isRequired"):
        yield from _words(f"{where}, errorMessage", element.get("errorMessage"), markdown=True)
    if not isinstance(element.get("value", ""), str):
        yield f"{where}: its value is no text"
    elif element["type"] == "Input.Text":
        yield from _typed(where, element)
    elif element["type"] == "Input.Date":
        yield from (f"{where}: its {name} is no day" for name in _no_days(element, ("value", "min", "max")))
    elif element["type"] == "Input.ChoiceSet":
        yield from _choices(where, element)


def _typed(where: str, element: Made) -> Problems:
    most = element.get("maxLength", 1 << 31)
    if not isinstance(most, int) or most < 1:
        yield f"{where}: its maxLength is no number"
    elif len(element.get("value", "").encode("utf-16-le", "surrogatepass")) // 2 > most:
        yield f"{where}: what stands in it is longer than it may be"


def _no_days(element: Made, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        told = element.get(name, "")
        try:
            whole = not told or (re.fullmatch(r"\d{4}-\d\d-\d\d", told) and date.fromisoformat(told))
        except ValueError:
            whole = None
        if not whole:
            yield name


def _choices(where: str, element: Made) -> Problems:
    choices = element.get("choices") or []
    if not choices:
        yield f"{where}: there is nothing to choose"
    for at, choice in enumerate(choices):
        if set(choice) != {"title", "value"}:
            yield f"{where}, choice {at}: has {sorted(choice)}"
        seen_at_once = element.get("style") == "expanded"  # those are read as Markdown, those in a list are not
        yield from _words(f"{where}, choice {at}", choice.get("title"), markdown=seen_at_once)
        if not isinstance(choice.get("value"), str) or not choice["value"]:
            yield f"{where}, choice {at}: it has no value"
        elif "," in choice["value"] and element.get("isMultiSelect"):
            yield f"{where}, choice {at}: a comma parts the values of several"
    values = Counter(choice.get("value") for choice in choices)
    yield from (f"{where}: {times} choices have the same value" for times in values.values() if times > 1)
    if element.get("value") and element["value"] not in values:
        yield f"{where}: what is chosen is none of the choices"


# ---------------------------------------------------------------- actions


def actions(where: str, actions: Any, in_dialog: bool, *, needed: bool = False) -> Problems:
    if actions is None and not needed:
        return
    if not isinstance(actions, list) or not actions:
        yield f"{where}: there are no actions"
        return
    if len(actions) > published.ACTIONS:
        yield f"{where}: {len(actions)} actions, and only {published.ACTIONS} are drawn"
    for at, action in enumerate(actions):
        yield from _action(f"{where}, action {at}", action, in_dialog)


def _action(where: str, action: Made, in_dialog: bool) -> Problems:
    kind = action.get("type")
    if kind not in (_DIALOG_ACTIONS if in_dialog else _CARD_ACTIONS):
        yield f"{where}: {kind!r} does not stand there"
        return
    yield from keys(where, action)
    yield from _words(f"{where}, title", action.get("title"))
    if kind in ("Action.Execute", "Action.Submit") and not isinstance(action.get("data"), Mapping):
        yield f"{where}: its data is no object, so that nothing could be added to it"
    if kind == "Action.Execute":
        yield from _falls_back(where, action)


def _falls_back(where: str, action: Made) -> Problems:
    """Older clients know nothing of Action.Execute (learn.microsoft.com, Teams: universal actions, compatibility)."""
    if not isinstance(action.get("verb"), str) or not action["verb"]:
        yield f"{where}: it has no verb"
    instead = action.get("fallback")
    if not isinstance(instead, Mapping) or instead.get("type") != "Action.Submit":
        yield f"{where}: it does not fall back to Action.Submit"
    else:
        yield from _action(f"{where}, fallback", instead, in_dialog=False)
        if instead.get("data") != action.get("data") or instead.get("title") != action.get("title"):
            yield f"{where}: it falls back to something else"


# ---------------------------------------------------------------- parts


def keys(where: str, made: Made) -> Problems:
    kind = made["type"]
    needed, allowed = published.KEYS[kind]
    yield from (f"{where}: {name} is missing" for name in sorted(needed - set(made)))
    yield from (f"{where}: 1.5 has no {name}" for name in sorted(set(made) - needed - allowed - {"type"}))
    for name, value in made.items():
        if name == "style":
            styles = published.STYLES["Action"] if kind.startswith("Action.") else published.STYLES.get(kind, set())
            if str(value).casefold() not in map(str.casefold, styles):
                yield f"{where}: there is no style {value!r}"
        elif name in published.VALUES and str(value).casefold() not in map(str.casefold, published.VALUES[name]):
            yield f"{where}: {name} can't be {value!r}"
        elif name in published.FLAGS and not isinstance(value, bool):
            yield f"{where}: {name} is true or false"
