"""What many posts are made of: a sentence with buttons, a list of one's own, clauses as they are cited.

In: names of sentences, stands, a handbook. Out: posts and their blocks. Never: decides what is shown to whom.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.contents import Contents, Stand
from bot.conversation import Block, Button, Buttons, Cited, Facts, Paragraph, Post
from bot.handbook import Handbook
from bot.pack import Heading, Item
from bot.tokens import Token
from bot.words import Words


def note(words: Words, sentence: str, /, *offered: Button, title: str = "", **facts: object) -> Post:
    """A post of one sentence by name, with buttons under it."""
    return Post((Paragraph(words(sentence, **facts)), *buttons(*offered)), title=title)


def listed(words: Words, rows: Sequence[tuple[str, str]], offered: Iterable[Button], shut: int, *, title: str) -> Post:
    """Somebody's concerns and requests by reference, and how many more there are that don't open: never which."""
    shown = (Facts(tuple(rows)),) if rows else ()
    missed = (Paragraph(words("do-not-open", count=shut)),) if shut else ()
    return Post((*shown, *missed, *buttons(*offered)), title=title)


def nothing_yet(handbook: Handbook, *offered: Button | None) -> Post | None:
    """What is said instead of an answer where the council has no protocol here yet; None where it has one."""
    if handbook.contents.stands:
        return None
    said = handbook.words("nothing-yet", place=handbook.place, clerk=clerks(handbook))
    return Post((Paragraph(said), *buttons(*offered)), title=handbook.words("nothing-yet-title"))


def cited(contents: Contents, stand: Stand, words: Words, sure: str | None = None) -> Cited:
    """One clause as it is shown, with the list under it."""
    lead_in, strength = stand.lead_in.rstrip(" :-"), _strength(stand, words)
    return Cited(
        council=contents.pack.place,
        label=stand.label,
        path=stand.path if stand.label.startswith(lead_in) else (*stand.path, lead_in),
        strength=strength,
        text=stand.wording,
        items=tuple(_lines(stand.items, _shared(stand), words)),
        adopted=_whose(stand) == {True},
        sure=words(f"sure-{sure}") if sure else None,
        told=words("strength-told", strength=strength),
        weight=_shared(stand),
    )


def clauses(contents: Contents, stands: Iterable[Stand], words: Words, sure: str | None = None) -> tuple[Block, ...]:
    """Clauses, and the line that tells whose words they are in. A heading stands for everything under it."""
    shown = [one for stand in stands for one in _expanded(contents, stand)]
    if not shown:
        return ()
    return (*(cited(contents, stand, words, sure) for stand in shown), whose_words(shown, words, contents))


def whose_words(shown: Iterable[Stand], words: Words, contents: Contents | None = None) -> Paragraph:
    """Whether what is shown is the adopted wording or a plain one; of an edition also since when it is in force.

    `contents` are those that all of it is from.
    """
    adopted = {whose for stand in shown for whose in _whose(stand)}
    if contents is not None and contents.since is not None:
        mixed, whole = "edition-words-mixed", "edition-words" if adopted == {True} else "edition-words-plain"
        facts = {"day": words.day(contents.since), "minute": contents.minute}
        return Paragraph(words(mixed if len(adopted) > 1 else whole, **facts), small=True)
    name = "mixed-words" if len(adopted) > 1 else "adopted-words" if adopted == {True} else "plain-words"
    return Paragraph(words(name), small=True)


def buttons(*offered: Button | None) -> tuple[Block, ...]:
    """A row of the buttons that are on offer; nothing where none is."""
    row = tuple(button for button in offered if button)
    return (Buttons(row),) if row else ()


def run(words: Words, name: str, command: str, *, primary: bool = False) -> Button:
    """A button that does what `/protocol COMMAND` does."""
    return Button(words(name), str(Token("clauses", "run", command)), primary)


def clerks(handbook: Handbook) -> str:
    """Everybody who holds the clerk's office, by name, in brackets; nothing where nobody does."""
    names = [seat.name for seat in handbook.roster.holding("clerk") if seat.accounts]
    return handbook.words("clerk-named", name=", ".join(names)) if names else ""


# ---------------------------------------------------------------- how strong, and whose words


def _strength(stand: Stand, words: Words) -> str:
    """How strong a clause is, in a word. What one side can expect is more than a statement, and no rule."""
    shared = _shared(stand)
    expected = shared == "none" and " expect" in f"{stand.lead_in} {stand.wording if stand.items else ''}"
    main = words("strength-expectation" if expected else f"strength-{shared}")
    parts = [words(f"strength-{part}") for part in stand.in_part]
    return words("strength-in-part", main=main, part=words("and").join(parts)) if parts else main


def _shared(stand: Stand) -> str:
    """The strength that holds for all that is shown; a line that differs says so itself."""
    below = {item.strength for item in stand.items}
    return below.pop() if stand.strength == "none" and len(below) == 1 else stand.strength


def _lines(items: Iterable[Item], shared: str, words: Words, depth: int = 0) -> Iterator[str]:
    for item in items:
        number = f"{item.ref} " if item.ref else ""
        strength = f" ({words(f'strength-{item.strength}')})" if item.strength not in (shared, "none") else ""
        yield "– " * depth + number + (item.text or item.plain) + strength
        yield from _lines(item.items, shared, words, depth + 1)


def _whose(stand: Stand) -> set[bool]:
    """Whether the lines shown are adopted words: all of them, none, or some."""
    return {stand.adopted, *(bool(item.text) for item in stand.items)}


def _expanded(contents: Contents, stand: Stand) -> list[Stand]:
    return contents.within(stand.id) if isinstance(stand.node, Heading) else [stand]
