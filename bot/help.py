"""The last desk: greets, explains, and answers what nobody else took.

In: any event. Out: what the bot can do, in short. Never: leaves an event without an answer.
"""

from bot import posts
from bot.conversation import Block, Event, Facts, Paragraph, Post, Press, Submit, Whisper
from bot.handbook import Handbook
from bot.ports import Records
from bot.records import Turn

_EXAMPLES = ("expectations", "roles", "contents", "number", "question", "about", "gaps", "compare")


async def take(event: Event, handbook: Handbook, _records: Records) -> Turn:
    """Whatever is left: a greeting, an old button, a form nobody made."""
    first = handbook.words("old-button") if isinstance(event, Press | Submit) else ""
    return Turn(answer=Whisper(helping(handbook, first)))


def helping(handbook: Handbook, first: str = "") -> Post:
    """What the bot can do; `first` is said before it."""
    words = handbook.words
    number = example_number(handbook)
    rows = tuple(
        (words(f"help-example-{name}", number=number), words(f"help-example-{name}-tells")) for name in _EXAMPLES
    )
    before: tuple[Block, ...] = (Paragraph(first),) if first else ()
    return Post(
        (
            *before,
            Paragraph(words("help", place=handbook.place)),
            Facts(rows),
            Paragraph(words("help-private")),
            *posts.buttons(
                posts.run(words, "button-expectations", "expectations", primary=True),
                posts.run(words, "button-roles", "roles"),
                posts.run(words, "button-contents", "contents"),
                posts.run(words, "button-about", "about"),
                posts.run(words, "button-gaps", "gaps"),
                posts.run(words, "button-wrong", "wrong"),
            ),
        ),
        title=words("help-title"),
    )


def example_number(handbook: Handbook) -> str:
    """A number that this protocol has; in one without numbers, a heading."""
    numbered = [stand.ref for stand in handbook.contents.clauses() if stand.ref and "." in stand.ref]
    return numbered[len(numbered) // 2] if numbered else handbook.contents.headings()[0].label
