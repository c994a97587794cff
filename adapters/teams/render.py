"""Posts as Adaptive Cards.

In: the core's `Post`, the nonce of the card. Out: messages as plain JSON, each within what Teams takes; blocks for
`dialogs.py`. Never: I/O; a word that anybody wrote taken for markup; a word left out in silence.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct

from adapters.teams import actions, limits
from adapters.teams.actions import Carried
from adapters.teams.texts import Drawn, clean, flat, heading, is_short, line, nothing, runs, written
from bot import cutting
from bot.conversation import Block, Button, Buttons, Cited, Facts, File, Line, Outline, Paragraph, Post, Quote

Activity: TypeAlias = dict[str, Any]
#: Whether a button is answered with a form.
Opens: TypeAlias = Callable[[str], bool]
#: How a button is drawn, but for its label.
Presses: TypeAlias = Callable[[Button], Drawn]

CARD: Final = "application/vnd.microsoft.card.adaptive"
_INDENT: Final = "\u2003"  # as wide as a letter is high: several spaces would be shown as one
#: In front of a line of an outline, by how deep it is.
_BULLETS: Final = ("", "• ", "◦ ", "▪ ")
#: What a message has beside its blocks: its heading, its summary, its number.
_FRAME: Final = 2500
_ROOM: Final = limits.MESSAGE - _FRAME


class Sentences(Struct, frozen=True, kw_only=True):
    """Every sentence of the adapter's own. `open_form` is a button's label, `name` the title of every dialog."""

    name: str
    open_form: str
    form_ready: str
    form_sent: str
    moment: str
    soon: str
    taken: str
    choose: str
    not_all: str
    go_on: str
    from_start: str
    failed: str
    unshown: str
    no_council: str
    elsewhere: str
    not_installed: str
    ask_again: str
    typed: str
    answered: str
    needed: str


# ---------------------------------------------------------------- messages


def messages(
    post: Post,
    nonce: str,
    opens: Opens,
    *,
    notice: bool = False,
    aside: bool = False,
    asks: bool = False,
    instead: str | None = None,
) -> list[Activity]:
    """A post as one message, or as several that are numbered.

    What an old client shows instead of a card is all that the card says. Of a notice, that and what a lock screen
    shows is its title alone: only a notice's is made for that. Of an answer that stands where it was not asked for it
    is `instead`. `asks`, as every notice does: what answers it may take its place.
    """

    def press(button: Button) -> Drawn:
        carried = Carried(nonce=nonce, token=clean(button.token), aside=aside, asks=asks or notice)
        return _pressed(button, carried, opens)

    told = post.title if notice else instead
    pages = _pages(_groups(post, press))
    return [_message(post.title, page, number, len(pages), told) for number, page in enumerate(pages, 1)]


def open_form(nonce: str, sentences: Sentences, word: str = "") -> Activity:
    """What stands in a chat where a form was asked for: the button that opens it. Nobody reads there which form it is.

    `word` is what was asked, where that was one word (`actions.word_of`): the button's data may hold that one.
    """
    opened = {"type": "Action.Submit", "data": actions.fetching(Carried(nonce=nonce, again=True, word=word))}
    row = {"type": "ActionSet", "actions": [titled(opened, sentences.open_form, primary=True)]}
    return _activity([*written(sentences.form_ready), row], sentences.form_ready)


def sentence(text: str) -> Activity:
    """A sentence of our own."""
    return _activity(list(written(text)) or [nothing()], flat(text))


def card(body: Sequence[Drawn], fallback: str = "", /, **more: Any) -> Drawn:
    """A whole card. `fallback` is what a client shows that can't draw it."""
    told = {"fallbackText": fallback} if fallback else {}
    return {
        "type": "AdaptiveCard",
        "version": limits.VERSION,
        **told,
        "msteams": {"width": "Full"},
        "body": list(body),
        **more,
    }


def _activity(body: Sequence[Drawn], fallback: str, **more: Any) -> Activity:
    """A message with nothing but the card: a text would be shown beside it."""
    content = card(body, fallback)
    return {"type": "message", **more, "attachments": [{"contentType": CARD, "content": content}]}


def _message(title: str, page: Sequence[Drawn], number: int, pages: int, told: str | None) -> Activity:
    """`told` is all that is told of it where the card is not drawn; None for all that it says."""
    mark = f"{number}/{pages}" if pages > 1 else ""
    shown = [*_top(title, mark), *page]
    if told is None:
        return _activity(shown, "\n".join(filter(None, map(spoken, shown))))
    told = cutting.shortened(flat(told), limits.HEADING) if told.strip() else ""
    return _activity(shown, told, **({"summary": told} if told else {}))


def _top(title: str, mark: str) -> Iterator[Drawn]:
    """What stands on top of each message of a post: its heading with a number; the number where it has none, or one
    that is too long to be said again and stands among its blocks.
    """
    if is_short(title):
        yield heading(f"{title} ({mark})" if mark else title)
    elif mark:
        yield from written(mark, small=True)


# ---------------------------------------------------------------- several messages


def _groups(post: Post, press: Presses) -> list[list[Drawn]]:
    """The blocks, those together that belong together: a clause, and buttons with what stands above them."""
    groups: list[list[Drawn]] = []
    if not is_short(post.title):
        groups.append(list(written(post.title, bold=True)))
    for block in post.blocks:
        drawn = blocks([block], press)
        if isinstance(block, Buttons) and groups:
            groups[-1].extend(drawn)
        elif drawn:
            groups.append(drawn)
    return [group for group in groups if group] or ([[]] if is_short(post.title) else [[nothing()]])


def _pages(groups: Sequence[list[Drawn]]) -> list[list[Drawn]]:
    """The groups, as many in a message as it holds."""
    whole = list(itertools.chain.from_iterable(groups))
    if 2 * limits.size(whole) <= _ROOM:  # as nearly always; what a block says is no longer than the block itself
        return [whole]
    return cutting.packed(groups, _weight, lambda page: sum(page) <= _ROOM)


def _weight(block: Drawn) -> int:
    """How much of a message a block takes: drawn, and as bare text."""
    return limits.size_among_others(block) + limits.size(spoken(block))


def spoken(block: Drawn) -> str:
    """What a block says, as bare text."""
    match block["type"]:
        case "Container":
            return "\n".join(map(spoken, block["items"]))
        case "RichTextBlock":
            return "".join(run["text"] for run in block["inlines"])
        case "TextBlock":
            return str(block["text"])
        case _:
            return ""


# ---------------------------------------------------------------- blocks


def blocks(parts: Iterable[Block], press: Presses) -> list[Drawn]:
    """What posts and forms are made of, as elements of a card."""
    return [drawn for part in parts for drawn in _drawn(part, press)]


def _drawn(block: Block, press: Presses) -> Iterator[Drawn]:
    match block:
        case Paragraph():
            yield from written(block.text, small=block.small)
        case Quote():
            yield from _quoted(block)
        case Cited():
            yield from _cited(block)
        case Facts():
            for number, (name, value) in enumerate(block.rows):
                yield from _fact(name, value, "small" if number else "")
        case Outline():
            yield from written("\n".join(map(_outlined, block.lines)))
        case File():
            yield from written(block.name, small=True)  # what can't be pressed is not offered
        case Buttons():
            yield from rows(block.buttons, press)


def _quoted(quote: Quote) -> Iterator[Drawn]:
    """Somebody's words in a box of their own; a long quotation in several that touch."""
    said = [*written(f"“{quote.text}”"), *written(f"— {quote.by}" if quote.by.strip() else "", small=True)]
    touching: Drawn = {}
    for box in cutting.packed([said], limits.size_among_others, lambda box: sum(box) <= limits.PIECE):
        yield {"type": "Container", "style": "emphasis", **touching, "items": box}
        touching = {"spacing": "none"}


def _cited(cited: Cited) -> Iterator[Drawn]:
    """A clause: its number, where it stands and how strong it is, then its words. Adopted words are in quotes."""
    yield from written(cited.label, bold=True, spacing="medium")
    known = (" › ".join((cited.council, *cited.path)), cited.told or cited.strength, cited.sure or "")
    yield from written(" · ".join(filter(None, known)), small=True, spacing="none")
    words = "\n".join((cited.text, *(f"• {item}" for item in cited.items)))
    yield from written(f"“{words}”" if cited.adopted else words, spacing="small")


def _outlined(entry: Line) -> str:
    bullet = _BULLETS[min(entry.depth, len(_BULLETS) - 1)]
    return _INDENT * entry.depth + bullet + entry.name + (f" · {entry.refs}" if entry.refs else "")


def _fact(name: str, value: str, spacing: str) -> Iterator[Drawn]:
    """A name in bold with its value beside it; one of several lines, or a long one, below its name.

    No `FactSet`: it reads Markdown in both (adaptivecards, card-elements).
    """
    values = [one for one in clean(value).splitlines() if one.strip()]
    label = flat(name)
    if len(values) <= 1 and cutting.length(label + value) <= limits.PIECE:
        beside = runs(": " + "".join(values)) if values else runs(":")
        yield line([*runs(label, weight="bolder"), *beside], spacing)
        return
    yield from written(f"{label}:", bold=True, spacing=spacing)
    yield from written(value, spacing="none")


# ---------------------------------------------------------------- buttons


def rows(buttons: Iterable[Button], press: Presses) -> Iterator[Drawn]:
    """Buttons side by side, what is best done first; the words of one that is too long for a button above it."""
    ordered = sorted(buttons, key=lambda button: not button.primary)
    for button in ordered:
        if cutting.length(flat(button.label)) > limits.BUTTON_TEXT:
            yield from written(button.label, small=True)
    drawn = [titled(press(button), button.label, primary=button.primary) for button in ordered]
    for at in range(0, len(drawn), limits.ACTIONS):
        yield {"type": "ActionSet", "actions": drawn[at : at + limits.ACTIONS]}


def titled(action: Drawn, label: str, *, primary: bool = False) -> Drawn:
    """An action with its label, and so what stands in for it."""
    title = cutting.shortened(flat(label), limits.BUTTON_TEXT)
    style = {"style": "positive"} if primary else {}  # a client that knows no styles draws it as any other
    whole = {"type": action["type"], "title": title, **style, **action}
    if "fallback" in action:
        whole["fallback"] = titled(action["fallback"], label, primary=primary)
    return whole


def _pressed(button: Button, carried: Carried, opens: Opens) -> Drawn:
    """A button in a card: one that a form answers opens a dialog; any other is pressed, in old clients submitted."""
    if opens(button.token):
        return {"type": "Action.Submit", "data": actions.fetching(carried)}
    data = actions.data(carried)
    return {
        "type": "Action.Execute",
        "verb": actions.VERB,
        "data": data,
        "fallback": {"type": "Action.Submit", "data": data},
    }
