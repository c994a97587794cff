"""The desk for setting up a protocol: a document handed over, its rules confirmed, its wording put in force.

In: `/protocol setup`, its buttons and forms. Out: whispers; the draft in its next version; at the end an edition.
Never: a wording that replaces another without its day and its minute; a word of the document's changed.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec.structs import replace

from bot import adopting, changed, confirming, workdays
from bot.clauses import look_up
from bot.contents import Contents
from bot.conversation import (
    Block,
    Button,
    Field,
    Form,
    Open,
    Paragraph,
    Post,
    Press,
    Reject,
    Said,
    Send,
    Submit,
    Whisper,
)
from bot.desk import Asking, Desk
from bot.drafting import (
    ADOPT,
    BRING,
    CHANGES,
    FOUND,
    NO,
    RULE,
    THROW,
    THROWN,
    YES,
    Here,
    not_theirs,
    on_draft,
    standing,
    token,
)
from bot.edition import Draft
from bot.errors import ProtocolBotError
from bot.forms import problems, written
from bot.handbook import Handbook
from bot.ports import Records
from bot.posts import buttons, cited, note
from bot.records import Turn
from bot.review import PROTOCOL
from bot.tokens import Token

_NAME: Final = 200  # characters of a file's name
_CLAUSES: Final = 8  # shown at a time


async def _setup(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    """Where setting up stands."""
    if text:
        return await look_up(event, handbook, records)
    if (refused := not_theirs(event, handbook)) is not None:
        return refused
    return Turn(answer=Whisper(standing(await records.draft(handbook.council), handbook)))


# ---------------------------------------------------------------- a document handed over


async def _bring(event: Press, _value: str, handbook: Handbook, _records: Records) -> Turn:
    """The form for a file; where the platform can't take one, how else it is brought in."""
    if (refused := not_theirs(event, handbook)) is not None:
        return refused
    words, elsewhere = handbook.words, f"setup-bring-{event.where.platform}"
    if words.has(elsewhere):
        return Turn(answer=Whisper(note(words, elsewhere, council=handbook.council)))
    return Turn(answer=Open(_bring_form(handbook)))


def _bring_form(handbook: Handbook) -> Form:
    words = handbook.words
    file = Field("document", words("setup-file"), "file", hint=words("setup-file-hint"), limit=_NAME)
    intro = (Paragraph(words("setup-file-intro")),)
    return Form(str(Token("setup", BRING)), words("setup-file-title"), (file,), words("setup-file-send"), intro)


async def _brought(event: Submit, _value: str, handbook: Handbook, records: Records) -> Turn:
    """Read it, and keep what was found as the draft."""
    if (refused := not_theirs(event, handbook)) is not None:
        return refused
    words, seat, file = handbook.words, handbook.roster.seat(event.who), event.files.get("document")
    if (wrong := problems(_bring_form(handbook), event.values, words)) or file is None or seat is None:
        return Turn(answer=Reject(wrong or {"document": words("field-empty", label=words("setup-file"))}))
    if handbook.reads is None:
        return Turn(answer=Reject({"document": words("setup-no-reader")}))
    try:
        found = await handbook.reads(file.name, file.data, handbook)
    except ProtocolBotError as why:
        return Turn(answer=Reject({"document": str(why)}))
    before = await records.draft(handbook.council)
    draft = Draft(
        council=handbook.council,
        pack=found.pack,
        notes=found.notes,
        by=seat.id,
        at=event.at,
        version=before.version if before else 0,
    )
    return Turn(answer=Whisper(standing(draft, handbook)), keep=(draft,))


# ---------------------------------------------------------------- looking


async def _found(_event: Said, first: str, here: Here, _records: Records) -> Turn:
    """What was read, in order, some clauses at a time, to be held against the paper."""
    words, contents = here.handbook.words, Contents(here.pack)
    clauses = [stand for stand in contents.clauses() if stand.parent is None]
    start = int(first) if first.isdecimal() and int(first) < len(clauses) else 0
    shown, rest = clauses[start : start + _CLAUSES], len(clauses) - start - _CLAUSES
    more = Button(words("setup-found-more", count=rest), token(FOUND, here.draft, str(start + _CLAUSES)), primary=True)
    intro = (Paragraph(words("setup-found-intro")),) if not start else ()
    cards = (cited(contents, stand, words) for stand in shown)
    title = words("setup-found-title", place=here.handbook.place, first=start + 1, last=start + len(shown))
    return Turn(answer=Whisper(Post((*intro, *cards, *_ways(here, more if rest > 0 else None)), title=title)))


async def _changes(event: Said, _id: str, here: Here, _records: Records) -> Turn:
    """What is not as it is in the wording in force, clause by clause."""
    words = here.handbook.words
    wanted = adopting.Wanted(here.pack, workdays.today(event.at), "")
    same = (Paragraph(words("changed-none")),)
    shown = changed.rows(adopting.changes(wanted, here.handbook), words) or same
    title = words("setup-changes-title", place=here.handbook.place)
    return Turn(answer=Whisper(Post((*shown, *_ways(here)), title=title)))


def _ways(here: Here, first: Button | None = None) -> Iterator[Block]:
    words, draft = here.handbook.words, here.draft
    rules = Button(words("setup-rules", count=len(here.pack.proposed)), token(RULE, draft), primary=True)
    yield from buttons(first, rules if here.pack.proposed else None, Button(words("setup-adopt"), token(ADOPT, draft)))


# ---------------------------------------------------------------- putting it in force


async def _adopt(event: Said, _id: str, here: Here, _records: Records) -> Turn:
    return Turn(answer=Open(_adopt_form(here, event)))


def _adopt_form(here: Here, event: Said) -> Form:
    words, document = here.handbook.words, here.pack.document
    fields = (
        Field("on", words("setup-on"), "date", value=_dated(document.adopted), hint=words("setup-on-hint")),
        Field("minute", words("setup-minute"), hint=words("setup-minute-hint"), limit=adopting.LINE),
        Field("next_review", words("setup-next"), "date", value=_dated(document.next_review), required=False),
    )
    wanted = adopting.Wanted(here.pack, workdays.today(event.at), "")
    known = tuple(Paragraph(line) for line in adopting.warnings(wanted, here.handbook))
    intro = (Paragraph(words("setup-adopt-intro")), *known)
    return Form(token(ADOPT, here.draft), words("setup-adopt-title"), fields, words("setup-adopt-send"), intro)


def _dated(stated: str) -> str:
    return stated if stated[:1].isdigit() else ""


async def _adopted(event: Said, _id: str, here: Here, records: Records) -> Turn:
    """In force from that day. The chair is told, for the rules about concerns came with it."""
    if not isinstance(event, Submit):
        return await _adopt(event, _id, here, records)
    wanted = _wanted(event, here)
    if isinstance(wanted, Turn):
        return wanted
    words, handbook = here.handbook.words, here.handbook
    if (same := adopting.again(wanted, handbook)) is not None:
        return Turn(answer=Reject({"": adopting.said_again(same, words)}))
    if wrong := adopting.problems(wanted, handbook, workdays.today(event.at)):
        return Turn(answer=Reject({"" if name == "pack" else name: why for name, why in wrong.items()}))
    turn = adopting.adoption(wanted, handbook, await records.review(handbook.council, PROTOCOL), event.at, here.draft)
    told = words("setup-in-force", place=handbook.place, day=workdays.said(wanted.on), minute=wanted.minute)
    receipt = Post((Paragraph(told), Paragraph(words("setup-in-force-next"))), title=words("setup-in-force-title"))
    return replace(turn, answer=Whisper(receipt), notices=tuple(_told_the_chair(here, told)))


def _wanted(event: Submit, here: Here) -> adopting.Wanted | Turn:
    """What the form asks for, or what is wrong with it."""
    words = here.handbook.words
    typed = {name: written(event.values, name) for name in ("on", "next_review")}
    days = {name: _day(text) for name, text in typed.items()}
    no_days = {name: words("setup-no-such-day") for name, text in typed.items() if text and not days[name]}
    on = days["on"]
    if (wrong := no_days | problems(_adopt_form(here, event), event.values, words)) or on is None:
        return Turn(answer=Reject(wrong))
    return adopting.Wanted(here.pack, on, written(event.values, "minute"), days["next_review"], here.seat.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _told_the_chair(here: Here, told: str) -> Iterator[Send]:
    words = here.handbook.words
    post = Post(
        (Paragraph(told), Paragraph(words("setup-by", name=here.seat.name))), title=words("setup-in-force-title")
    )
    others = (seat for seat in here.handbook.roster.holding("chair") if seat is not here.seat and seat.told)
    yield from (Send(to=seat.told[0], post=post) for seat in others)


async def _throw(_event: Said, _id: str, here: Here, _records: Records) -> Turn:
    words = here.handbook.words
    sure = Button(words("setup-throw-sure"), token(THROWN, here.draft), primary=True)
    return Turn(answer=Whisper(note(words, "setup-throw-ask", sure)))


async def _thrown(event: Said, _id: str, here: Here, _records: Records) -> Turn:
    words = here.handbook.words
    empty = replace(here.draft, pack=None, notes=(), by=here.seat.id, at=event.at)
    bring = Button(words("setup-bring"), str(Token("setup", BRING)))
    return Turn(answer=Whisper(note(words, "setup-thrown", bring)), keep=(empty,))


DESK = Desk(
    "setup",
    commands={"setup": _setup},
    buttons={
        BRING: _bring,
        FOUND: on_draft(_found),
        RULE: on_draft(confirming.ask),
        YES: on_draft(confirming.yes),
        NO: on_draft(confirming.no),
        CHANGES: on_draft(_changes),
        ADOPT: on_draft(_adopt),
        THROW: on_draft(_throw),
        THROWN: on_draft(_thrown),
    },
    forms={BRING: _brought, ADOPT: on_draft(_adopted)},
    opens=frozenset({BRING, ADOPT}),
)
