"""Posts about clauses: how a clause, a list or the contents are shown, on any platform.

In: stands, words. Out: posts and their blocks. Never: decides what is shown to whom.
"""

from collections.abc import Iterable

from bot.contents import Contents, Stand
from bot.conversation import Block, Button, Buttons, Cited, Paragraph, Post
from bot.handbook import Handbook, Words
from bot.pack import Heading, Item
from bot.tokens import Token


def note(words: Words, sentence: str, /, *buttons: Button, title: str = "", **facts: object) -> Post:
    """A post of one sentence by name, with buttons under it."""
    blocks: tuple[Block, ...] = (Paragraph(words(sentence, **facts)),)
    return Post(blocks + _row(buttons), title=title)


def cited(contents: Contents, stand: Stand, words: Words, sure: str | None = None) -> Cited:
    """One clause as it is shown, with the list under it."""
    lead_in = () if stand.label.startswith(stand.lead_in.rstrip(" :-")) else (stand.lead_in.rstrip(" :-"),)
    return Cited(
        council=contents.pack.place,
        label=stand.label,
        path=stand.path + lead_in,
        strength=words(_strength(stand)),
        text=stand.wording,
        items=tuple(_lines(stand.items)),
        adopted=stand.adopted,
        sure=words(f"sure-{sure}") if sure else None,
    )


def clauses(contents: Contents, stands: Iterable[Stand], words: Words, sure: str | None = None) -> tuple[Block, ...]:
    """Clauses, and the line that tells whose words they are in. A heading stands for everything under it."""
    shown = [one for stand in stands for one in _expanded(contents, stand)]
    blocks = tuple(cited(contents, stand, words, sure) for stand in shown)
    return (*blocks, whose_words(blocks, words)) if blocks else ()


def whose_words(shown: Iterable[Cited], words: Words) -> Paragraph:
    """Whether what is shown is the adopted wording or a plain one."""
    adopted = {block.adopted for block in shown}
    name = "mixed-words" if len(adopted) > 1 else "adopted-words" if adopted == {True} else "plain-words"
    return Paragraph(words(name), small=True)


def buttons(*offered: Button | None) -> tuple[Block, ...]:
    """A row of the buttons that are on offer; nothing where none is."""
    return _row(tuple(button for button in offered if button))


def run(words: Words, name: str, command: str, *, primary: bool = False) -> Button:
    """A button that does what `/protocol COMMAND` does."""
    return Button(words(name), str(Token("clauses", "run", command)), primary)


def clerk_named(handbook: Handbook) -> str:
    """The clerk's name in brackets, where one is known."""
    names = [handbook.roster.name(person) for person in handbook.roster.holders("clerk")]
    return handbook.words("guest-clerk", name=names[0]) if names else ""


def _strength(stand: Stand) -> str:
    """The sentence for how strong a clause is. What one side can expect is more than a statement, and no rule."""
    expected = stand.strength == "none" and " expect" in f"{stand.lead_in} {stand.wording if stand.items else ''}"
    return "strength-expectation" if expected else f"strength-{stand.strength}"


def _expanded(contents: Contents, stand: Stand) -> list[Stand]:
    return contents.within(stand.id) if isinstance(stand.node, Heading) else [stand]


def _lines(items: Iterable[Item], depth: int = 0) -> Iterable[str]:
    for item in items:
        number = f"{item.ref} " if item.ref else ""
        yield "– " * depth + number + (item.text or item.plain)
        yield from _lines(item.items, depth + 1)


def _row(offered: tuple[Button, ...]) -> tuple[Block, ...]:
    return (Buttons(offered),) if offered else ()
