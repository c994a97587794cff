"""What a person reads in Teams' client: cards, buttons, forms.

In: an Adaptive Card. Out: its words, labels and choices. Never: the adapter's drawing run backwards; it knows only what
adaptivecards.io and learn.microsoft.com say: that a TextBlock and a fact are Markdown, and a TextRun is not.

Of Markdown it knows what undoes it: a backslash before a mark, and entities. Of a mark that is not undone
`tests.teams.checks` complains, so that nothing here has to guess what each client makes of it.
"""

import html
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

Element = Mapping[str, Any]
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
#: Characters that no screen shows at once: where such a line was cut, nobody sees it.
_SCREEN = 3000
_PART = re.compile(r"(?:^|\()(\d+)/(\d+)\)?$")


class Button(Struct, frozen=True):
    """What can be pressed: its words, and the action."""

    label: str
    action: Element

    @property
    def opens(self) -> bool:
        """Whether it opens a dialog."""
        asked = self.action.get("data", {}).get("msteams", {})
        return self.action["type"] == "Action.Submit" and asked.get("type") == "task/fetch"


class Input(Struct, frozen=True):
    """A field: its label, its id, what can be chosen by words, what the client itself asks for."""

    label: str
    id: str
    kind: str
    value: str
    choices: Mapping[str, str]
    required: str | None
    limit: int | None


def text(card: Element) -> str:
    """All words, from top to bottom, but those on buttons. A line longer than any screen is read on in the next."""
    whole, reads_on = "", True
    for line in (line for element in card.get("body", ()) for line in _lines(element)):
        whole += ("" if reads_on else "\n") + line
        reads_on = len(line) > _SCREEN
    return whole


def buttons(card: Element) -> list[Button]:
    """From top to bottom, those of the card itself last. One that is cut short stands in full above."""
    above = text(card).splitlines()
    pressed = [*_pressed(card.get("body", ())), *card.get("actions", ())]
    return [Button(_in_full(action["title"], above), action) for action in pressed]


def inputs(card: Element) -> list[Input]:
    """The fields of a form."""
    above = text(card).splitlines()
    asked = (element for element in _flat(card.get("body", ())) if element["type"].startswith("Input."))
    return [_input(element, above) for element in asked]


def complaints(card: Element) -> list[str]:
    """What stands there as something wrong: in the colour of it, or in a box of that colour."""
    found = [element for element in _flat(card.get("body", ())) if _is_wrong(element)]
    return [line for element in found for line in _lines(element)]


def _is_wrong(element: Element) -> bool:
    drawn = [element, *(run for run in element.get("inlines", ()) if not isinstance(run, str))]
    colours = [str(one.get("color", "")) for one in drawn]
    if element["type"] == "Container":
        colours.append(str(element.get("style", "")))
    return "attention" in map(str.casefold, colours)


def part(card: Element) -> tuple[int, int] | None:
    """Which part of how many this card says that it is, in its first line; None for one that is whole."""
    first = next(iter(text(card).splitlines()), "")
    found = _PART.search(first)
    return (int(found[1]), int(found[2])) if found else None


def whole(cards: Sequence[Element]) -> Element:
    """Cards that go on one from another, as one: their marks, and the title said again, are not read twice."""
    if len(cards) == 1:
        return cards[0]
    first, *others = cards
    begins = first["body"][1:] if _PART.fullmatch("\n".join(_lines(first["body"][0]))) else first["body"]
    body = [*begins, *(element for card in others for element in card["body"][1:])]
    return {"type": "AdaptiveCard", "body": body, "actions": [a for card in cards for a in card.get("actions", ())]}


def shown(markdown: str) -> str:
    """The words of a TextBlock or a fact, with what is escaped as it is read."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\ue000{len(kept) - 1}\ue001"

    read = _ENTITY.sub(lambda entity: html.unescape(entity[0]), _ESCAPED.sub(keep, markdown))
    return re.sub("\ue000(\\d+)\ue001", lambda at: kept[int(at[1])], read)


# ---------------------------------------------------------------- one element


def _flat(body: Sequence[Element]) -> Iterator[Element]:
    """Every element, those within others too, but what can't be seen."""
    for element in body:
        if element.get("isVisible") is False:
            continue
        yield element
        yield from _flat(element.get("items", ()))
        for column in element.get("columns", ()):
            yield from _flat(column.get("items", ()))


def _lines(element: Element) -> list[str]:
    if element.get("isVisible") is False:
        return []
    match element["type"]:
        case "TextBlock":
            return [shown(element["text"])]
        case "RichTextBlock":
            return [_line(element["inlines"])]
        case "FactSet":
            return [f"{shown(fact['title'])} {shown(fact['value'])}" for fact in element["facts"]]
        case "Container" | "Column":
            return [line for item in element.get("items", ()) for line in _lines(item)]
        case "ColumnSet":
            columns = [_lines({"type": "Column", **column}) for column in element["columns"]]
            return _rows(columns)
    return _asked(element) if element["type"].startswith("Input.") else []


def _line(inlines: Sequence[Any]) -> str:
    """Runs, one behind the other. The colon behind a name in bold is not read: it is a column elsewhere."""
    runs = [({}, run) if isinstance(run, str) else (run, run["text"]) for run in inlines]
    begun = len(list(itertools.takewhile(lambda run: str(run[0].get("weight")).casefold() == "bolder", runs)))
    name, rest = ("".join(words for _, words in part) for part in (runs[:begun], runs[begun:]))
    if not name:
        return rest
    return name + rest.removeprefix(":") if rest else name.removesuffix(":")


def _rows(columns: Sequence[Sequence[str]]) -> list[str]:
    """Columns of one line each are read across, others one after the other."""
    if all(len(lines) == 1 for lines in columns):
        return [" ".join(lines[0] for lines in columns)]
    return [line for lines in columns for line in lines]


def _asked(element: Element) -> list[str]:
    label = element.get("label") or element.get("title", "")
    return [label, *(choice["title"] for choice in element.get("choices", ()))]


def _pressed(body: Sequence[Element]) -> Iterator[Element]:
    for element in _flat(body):
        if element["type"] == "ActionSet":
            yield from element["actions"]


def _in_full(label: str, above: Sequence[str]) -> str:
    if not label.endswith("…"):
        return label
    begins = label.removesuffix("…")
    return next((words for words in above if words.startswith(begins) and words != label), label)


def _choice(title: str, above: Sequence[str]) -> str:
    """All words of a choice. A number in front of it stands for the words behind the same number above."""
    number = re.match(r"\d+\. ", title)
    lines = (line for line in above if number and line.startswith(number[0]))
    return next((line.removeprefix(number[0]) for line in lines), title) if number else title


def _input(element: Element, above: Sequence[str]) -> Input:
    return Input(
        element.get("label") or element.get("title", ""),
        element["id"],
        element["type"],
        element.get("value", ""),
        {_choice(choice["title"], above): choice["value"] for choice in element.get("choices", ())},
        shown(element.get("errorMessage") or "") if element.get("isRequired") else None,
        element.get("maxLength"),
    )
