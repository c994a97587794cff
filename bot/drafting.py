"""What is being set up, who has the say in it, and the buttons for it.

In: somebody's event. Out: the draft for them to act on, or why nothing is done; tokens; the draft's facts.
Never: lets a button of another draft do anything; lets anybody decide but the clerk.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from bot import telling
from bot.conversation import Block, Button, Facts, Paragraph, Post, Press, Reject, Said, Submit, Whisper
from bot.edition import Draft
from bot.handbook import Handbook, Seat
from bot.pack import Clause, Pack
from bot.ports import Records
from bot.posts import buttons, clerks
from bot.records import Trace, Turn
from bot.tokens import Token
from bot.words import Words

DESK: Final = "setup"
BRING, FOUND, RULE, YES, NO = "bring", "found", "rule", "yes", "no"
CHANGES, ADOPT, THROW, THROWN = "changes", "adopt", "throw", "thrown"
AGAIN, BEGUN = "again", "begun"

_NOTES = 12  # lines of the import's report that are shown


class Here(NamedTuple):
    """A draft that somebody acts on."""

    draft: Draft
    pack: Pack
    seat: Seat
    handbook: Handbook

    def trace(self, did: str, rule: str = "") -> Trace:
        """That they did something to it, or to one of its rules."""
        return trace(self.draft, self.seat.id, did, rule)


Step: TypeAlias = Callable[[Said, str, Here, Records], Awaitable[Turn]]
Guarded: TypeAlias = Callable[[Press | Submit, str, Handbook, Records], Awaitable[Turn]]


def may_set_up(seat: Seat | None, handbook: Handbook) -> bool:
    """Whether somebody has the say in it: the clerk, or the chair where nobody is the clerk."""
    office = "clerk" if handbook.roster.holding("clerk") else "chair"
    return seat is not None and office in seat.offices


def not_theirs(event: Said, handbook: Handbook) -> Turn | None:
    """Why this person can do nothing here; None where they can."""
    seat = handbook.roster.seat(event.who)
    if may_set_up(seat, handbook):
        return None
    return telling.refused(event, "setup-not-yours", handbook, clerk=clerks(handbook))


async def refusal(event: Said, handbook: Handbook, records: Records) -> Turn | None:
    """Why this person can change nothing now; None where they can."""
    if (refused := not_theirs(event, handbook)) is not None:
        return refused
    if await records.unfit() is not None:  # who decided what could not be written down
        return telling.refused(event, "change-unfit", handbook)
    return None


def trace(draft: Draft, who: str, did: str, rule: str = "") -> Trace:
    """A line in the audit trail about a draft, or about one of its rules."""
    return Trace(f"draft/{stamp(draft)}/{rule}" if rule else f"draft/{stamp(draft)}", who, did)


def stamp(draft: Draft) -> str:
    """What tells one draft from another: an old button bears another one's. Its id; its moment, where it has none."""
    return draft.id or f"{draft.at.timestamp():.6f}".replace(".", "-")


def token(step: str, draft: Draft, id: str = "") -> str:
    """A button about a draft, and about one of its rules."""
    return str(Token(DESK, step, f"{stamp(draft)}.{id}" if id else stamp(draft)))


def on_draft(step: Step) -> Guarded:
    """A step about the draft that its button was made for; of another one, where things stand now is said instead."""

    async def run(event: Press | Submit, value: str, handbook: Handbook, records: Records) -> Turn:
        here = await whatever(event, handbook, records)
        if isinstance(here, Turn):
            return here
        made_for, _, id = value.partition(".")
        if made_for != stamp(here.draft):
            return _gone(event, here.draft, handbook)
        return await step(event, id, here, records)

    return run


async def whatever(event: Press | Submit, handbook: Handbook, records: Records) -> Here | Turn:
    """The draft that there is, whichever it is; or why nothing can be done with it."""
    if (refused := await refusal(event, handbook, records)) is not None:
        return refused
    seat, draft = handbook.roster.seat(event.who), await records.draft(handbook.council)
    if seat is None or draft is None or draft.pack is None:
        return _gone(event, draft, handbook)
    return Here(draft, draft.pack, seat, handbook)


def _gone(event: Press | Submit, draft: Draft | None, handbook: Handbook) -> Turn:
    if isinstance(event, Submit):
        return Turn(answer=Reject({"": handbook.words("setup-no-draft")}))
    return Turn(answer=Whisper(standing(draft, handbook, handbook.words("setup-gone"))))


# ---------------------------------------------------------------- where it stands


def standing(draft: Draft | None, handbook: Handbook, first: str = "") -> Post:
    """What is being set up, or how to begin; `first` is said before it."""
    before: tuple[Block, ...] = (Paragraph(first),) if first else ()
    shown = _of_draft(draft, draft.pack, handbook) if draft and draft.pack else _without_draft(handbook)
    return Post((*before, *shown), title=handbook.words("setup-title", place=handbook.place))


def _without_draft(handbook: Handbook) -> Iterator[Block]:
    words = handbook.words
    yield Paragraph(words("setup-none" if handbook.contents.pack.body else "setup-nothing", place=handbook.place))
    yield Paragraph(words("setup-how"))
    yield from buttons(Button(words("setup-bring"), str(Token(DESK, BRING)), primary=True))


def _of_draft(draft: Draft, pack: Pack, handbook: Handbook) -> Iterator[Block]:
    words, waiting = handbook.words, len(pack.proposed)
    yield Paragraph(words("setup-draft"))
    yield Facts(tuple(_facts(pack, handbook)))
    yield from (Paragraph(line, small=True) for line in draft.notes[:_NOTES])
    if (more := len(draft.notes) - _NOTES) > 0:
        yield Paragraph(words("setup-more-notes", count=more), small=True)
    rules = Button(words("setup-rules", count=waiting), token(RULE, draft), primary=True)
    yield from buttons(
        rules if waiting else None,
        Button(words("setup-found"), token(FOUND, draft)),
        Button(words("setup-changes"), token(CHANGES, draft)),
        Button(words("setup-adopt"), token(ADOPT, draft), primary=not waiting),
        begin_again(draft, words),
        Button(words("setup-bring-another"), str(Token(DESK, BRING))),
        Button(words("setup-throw"), token(THROW, draft)),
    )


def begin_again(draft: Draft, words: Words) -> Button | None:
    """For a yes or a no that was a mistake; None where nothing was decided."""
    return Button(words("setup-again"), token(AGAIN, draft)) if draft.read else None


def _facts(pack: Pack, handbook: Handbook) -> Iterator[tuple[str, str]]:
    words, document = handbook.words, pack.document
    clauses = sum(isinstance(node, Clause) for node in pack.body)
    yield words("about-document"), words.stated(document.title)
    yield words("setup-fact-clauses"), words("setup-clauses", clauses=clauses, headings=len(pack.body) - clauses)
    yield words("about-adopted"), words.stated(document.adopted)
    yield words("about-next-review"), words.stated(document.next_review)
    yield words("setup-fact-rules"), words("setup-rules-so-far", agreed=len(pack.routes.rules), open=len(pack.proposed))
