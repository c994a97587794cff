"""What the bot can do, in short: the greeting, and the answer to what nobody else took.

In: a handbook. Out: a post. Never: leaves somebody without a way on.
"""

from bot import lists, posts
from bot.conversation import Block, Button, Facts, Paragraph, Post
from bot.handbook import Handbook
from bot.lists import LISTS
from bot.words import Words

#: What there is to look at only where there is a protocol.
_OF_THE_WORDING = ("expectations", "roles", "contents", "gaps")
#: The desks' own commands that help tells of.
FURTHER = ("review", "history", "was", "concern", "concerns", "waiting", "offices", "held", "complaint", "setup")


def helping(platform: str, handbook: Handbook, first: str = "") -> Post:
    """What the bot can do, and who sees it on this platform; `first` is said before it."""
    words = handbook.words
    number = example(handbook)
    nothing = posts.nothing_yet(handbook)
    examples = [*([] if nothing else [("question", {})]), *([("number", {"number": number})] if number else [])]
    further = (*(one.name for one in LISTS if not nothing or one.name not in _OF_THE_WORDING), *FURTHER)
    examples += [(name, {"number": number} if name == "was" else {}) for name in further if name != "was" or number]
    rows = [(_typed(words(f"help-{name}", **gaps), platform), words(f"help-{name}-tells")) for name, gaps in examples]
    before: tuple[Block, ...] = (Paragraph(first),) if first else ()
    told = (Paragraph(words("help", place=handbook.place, seen=_seen(platform, words))),)
    return Post(
        (
            *before,
            *(nothing.blocks if nothing else told),
            Facts(tuple(rows)),
            Paragraph(words("help-private-nothing" if nothing else "help-private")),
            *posts.buttons(*ways(handbook)),
        ),
        title=words("help-title"),
    )


def _typed(line: str, platform: str) -> str:
    """As it is typed there: in Teams a slash opens a menu of its own."""
    return line.removeprefix("/") if platform == "teams" else line


def _seen(platform: str, words: Words) -> str:
    """Who sees an answer: not every platform can show one to somebody alone wherever they ask."""
    name = f"help-seen-{platform}"
    return words(name if words.has(name) else "help-seen")


def ways(handbook: Handbook, *, primary: bool = True) -> tuple[Button, ...]:
    """What can be asked for without typing; the first stands out, if `primary`."""
    words = handbook.words
    if posts.nothing_yet(handbook) is not None:
        return (posts.run(words, "button-wrong", "wrong", primary=primary), posts.run(words, "button-about", "about"))
    return (
        posts.run(words, "button-expectations", "expectations", primary=primary),
        posts.run(words, "button-roles", "roles"),
        posts.run(words, "button-contents", "contents"),
        posts.run(words, "button-about", "about"),
        posts.run(words, "button-gaps", "gaps"),
        posts.run(words, "button-wrong", "wrong"),
    )


def example(handbook: Handbook) -> str:
    """A number that this protocol has; in one without numbers a heading; in one without headings nothing."""
    numbered = [s.ref for s in handbook.contents.clauses() if s.ref and s.parent is None]
    named = [s.label for s in handbook.contents.headings() if not lists.is_name(s.label)]
    known = numbered or named
    return known[len(known) // 2] if known else ""
