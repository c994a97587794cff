"""The last desk: greets, explains, and answers what nobody else took.

In: any event. Out: what the bot can do, in short. Never: leaves an event without an answer.
"""

from bot import lists, posts
from bot.conversation import Block, Event, Facts, Paragraph, Post, Press, Submit, Whisper
from bot.handbook import Handbook
from bot.lists import LISTS
from bot.ports import Records
from bot.records import Turn


async def take(event: Event, handbook: Handbook, _records: Records) -> Turn:
    """Whatever is left: a greeting, an old button, a form nobody made."""
    first = handbook.words("old-button") if isinstance(event, Press | Submit) else ""
    return Turn(answer=Whisper(helping(handbook, first)))


def helping(handbook: Handbook, first: str = "") -> Post:
    """What the bot can do; `first` is said before it."""
    words = handbook.words
    number = example(handbook)
    examples = [("question", {}), *([("number", {"number": number})] if number else [])]
    rows = [(words(f"help-{name}", **gaps), words(f"help-{name}-tells")) for name, gaps in examples]
    rows += [(words(f"help-{listed.name}"), words(f"help-{listed.name}-tells")) for listed in LISTS]
    before: tuple[Block, ...] = (Paragraph(first),) if first else ()
    return Post(
        (
            *before,
            Paragraph(words("help", place=handbook.place)),
            Facts(tuple(rows)),
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


def example(handbook: Handbook) -> str:
    """A number that this protocol has; in one without numbers a heading; in one without headings nothing."""
    numbered = [s.ref for s in handbook.contents.clauses() if s.ref and s.parent is None]
    named = [s.label for s in handbook.contents.headings() if not lists.is_name(s.label)]
    known = numbered or named
    return known[len(known) // 2] if known else ""
