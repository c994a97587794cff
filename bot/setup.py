"""The desk for setting up a protocol: a document handed over, its rules confirmed, its wording put in force.

In: `/protocol setup`, its buttons and forms. Out: whispers; the draft in its next version; at the end an edition.
Never: a wording that replaces another without its day and its minute, or that is not the one that was shown; a word of
the document's changed.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from bot import adopting, changed, confirming, workdays
from bot.clauses import look_up
from bot.contents import Contents
from bot.conversation import (
    Attached,
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
    Submit,
    Whisper,
)
from bot.days import read_day
from bot.desk import Asking, Desk
from bot.drafting import (
    ADOPT,
    AGAIN,
    BEGUN,
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
    refusal,
    stamp,
    standing,
    token,
    trace,
    whatever,
)
from bot.edition import Brought, Draft, emptied, latest
from bot.errors import ProtocolBotError
from bot.forms import problems, written
from bot.handbook import Handbook
from bot.naming import delivery_id
from bot.ports import Records
from bot.posts import buttons, cited, note
from bot.records import Turn
from bot.review import PROTOCOL
from bot.tokens import Token

_NAME: Final = 200  # characters of a file's name
_CLAUSES: Final = 8  # shown at a time

log = logging.getLogger(__name__)


async def _setup(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    """Where setting up stands."""
    if text:
        return await look_up(event, handbook, records)
    if (refused := not_theirs(event, handbook)) is not None:
        return refused
    return Turn(answer=Whisper(standing(await records.draft(handbook.council), handbook)))


# ---------------------------------------------------------------- a document handed over


async def _bring(event: Press, _value: str, handbook: Handbook, records: Records) -> Turn:
    """The form for a file; where the platform can't take one, how else it is brought in."""
    if (refused := await refusal(event, handbook, records)) is not None:
        return refused
    words, elsewhere = handbook.words, f"setup-bring-{event.where.platform}"
    if words.has(elsewhere):
        return Turn(answer=Whisper(note(words, elsewhere, council=handbook.council)))
    return Turn(answer=Open(_bring_form(await records.draft(handbook.council), handbook)))


def _bring_form(before: Draft | None, handbook: Handbook, first: str = "") -> Form:
    """It says what would be lost, and bears the version of the draft that it says so of; `first` is said before it."""
    words = handbook.words
    file = Field("document", words("setup-file"), "file", hint=words("setup-file-hint"), limit=_NAME)
    said = [first, words("setup-file-intro"), _lost(before, handbook)]
    intro = tuple(Paragraph(line) for line in said if line)
    id = str(Token("setup", BRING, _version(before)))
    return Form(id, words("setup-file-title"), (file,), words("setup-file-send"), intro)


def _version(draft: Draft | None) -> str:
    return str(draft.version if draft else 0)


def _lost(before: Draft | None, handbook: Handbook) -> str:
    """What another document takes the place of."""
    if before is None or before.pack is None:
        return ""
    words, facts = handbook.words, {"agreed": len(before.pack.routes.rules), "open": len(before.pack.proposed)}
    return words("setup-file-loses", title=words.stated(before.pack.document.title), **facts)


async def _brought(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """Read it, and keep what was found as the draft: only in the place of the one that was told of."""
    if (refused := await refusal(event, handbook, records)) is not None:
        return refused
    words, seat, file = handbook.words, handbook.roster.seat(event.who), event.files.get("document")
    before = await records.draft(handbook.council)
    if (wrong := problems(_bring_form(before, handbook), event.values, words)) or file is None or seat is None:
        return Turn(answer=Reject(wrong or {"document": words("field-empty", label=words("setup-file"))}))
    if _version(before) != (value or "0"):
        return Turn(answer=Open(_bring_form(before, handbook, words("setup-file-anew"))))
    found = await _read(file, handbook)
    if isinstance(found, str):
        return Turn(answer=Reject({"document": found}))
    draft = Draft(
        council=handbook.council,
        id=delivery_id(event),
        pack=found.pack,
        notes=found.notes,
        by=seat.id,
        at=event.at,
        version=before.version if before else 0,
    )
    return Turn(answer=Whisper(standing(draft, handbook)), keep=(draft,), traces=(trace(draft, seat.id, "brought"),))


async def _read(file: Attached, handbook: Handbook) -> Brought | str:
    """What is in it; or a sentence on why it can't be read."""
    if handbook.reads is None:
        return handbook.words("setup-no-reader")
    try:
        return await handbook.reads(file.name, file.data, handbook)
    except ProtocolBotError as why:
        return str(why)
    except Exception as failed:  # whatever a document may do to what reads it; an error may hold its words
        log.error("a document that was handed over could not be read: %s", type(failed).__name__)
        return handbook.words("setup-unread")


# ---------------------------------------------------------------- looking


async def _found(_event: Said, first: str, here: Here, _records: Records) -> Turn:
    """What was read, in order, some clauses at a time, to be held against the paper."""
    words = here.handbook.words
    contents = Contents(here.pack, citing=words.citing)
    clauses = [stand for stand in contents.clauses() if stand.parent is None]
    start = changed.place(first, len(clauses))
    shown, rest = clauses[start : start + _CLAUSES], len(clauses) - start - _CLAUSES
    more = Button(words("setup-found-more", count=rest), token(FOUND, here.draft, str(start + _CLAUSES)), primary=True)
    intro = (Paragraph(words("setup-found-intro")),) if not start else ()
    cards = (cited(contents, stand, words) for stand in shown)
    title = words("setup-found-title", place=here.handbook.place, first=start + 1, last=start + len(shown))
    return Turn(answer=Whisper(Post((*intro, *cards, *_ways(here, more if rest > 0 else None)), title=title)))


async def _changes(event: Said, first: str, here: Here, _records: Records) -> Turn:
    """What is not as it is in the wording in force, clause by clause, some at a time."""
    words = here.handbook.words
    found = adopting.changes(adopting.Wanted(here.pack, workdays.today(event.at), ""), here.handbook)
    start = changed.place(first, len(found))
    shown = changed.rows(found[start : start + changed.ROWS], words) or (Paragraph(words("changed-none")),)
    more = changed.further_button(found, start, token(CHANGES, here.draft, str(start + changed.ROWS)), words)
    title = words("setup-changes-title", place=here.handbook.place)
    return Turn(answer=Whisper(Post((*shown, *_ways(here, more)), title=title)))


def _ways(here: Here, first: Button | None = None) -> Iterator[Block]:
    words, draft = here.handbook.words, here.draft
    rules = Button(words("setup-rules", count=len(here.pack.proposed)), token(RULE, draft), primary=True)
    yield from buttons(first, rules if here.pack.proposed else None, Button(words("setup-adopt"), token(ADOPT, draft)))


# ---------------------------------------------------------------- putting it in force


async def _adopt(event: Said, _id: str, here: Here, _records: Records) -> Turn:
    return Turn(answer=Open(_adopt_form(here, event)))


def _shown(here: Here) -> str:
    """What the form was filled in for: this draft as it is, after the wordings that there are."""
    return f"{stamp(here.draft)}.{here.draft.version}.{latest(here.handbook.editions)}"


def _adopt_form(here: Here, event: Said, first: str = "", typed: Mapping[str, str] | None = None) -> Form:
    """`first` is said before the rest; `typed` is what was filled in before, and stays."""
    words, document = here.handbook.words, here.pack.document
    known = {"on": _dated(document.adopted), "minute": "", "next_review": _dated(document.next_review)}
    known |= {name: typed[name] for name in known if typed and name in typed}
    fields = (
        Field("on", words("setup-on"), "date", value=known["on"], hint=words("setup-on-hint")),
        Field(
            "minute", words("setup-minute"), value=known["minute"], hint=words("setup-minute-hint"), limit=adopting.LINE
        ),
        Field("next_review", words("setup-next"), "date", value=known["next_review"], required=False),
    )
    wanted = adopting.Wanted(here.pack, workdays.today(event.at), "")
    told = adopting.tells(here.seat.id, here.handbook)
    said = [first, words("setup-adopt-intro"), told, *adopting.warnings(wanted, here.handbook)]
    intro = tuple(Paragraph(line) for line in said if line)
    return Form(
        str(Token("setup", ADOPT, _shown(here))), words("setup-adopt-title"), fields, words("setup-adopt-send"), intro
    )


def _dated(stated: str) -> str:
    return stated if stated[:1].isdigit() else ""


async def _adopted(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """In force from that day, if it is what was shown; else it is shown anew, with what was filled in."""
    here = await whatever(event, handbook, records)
    if isinstance(here, Turn):
        return here
    if value != _shown(here):
        typed = {name: written(event.values, name) for name in event.values}
        return Turn(answer=Open(_adopt_form(here, event, _otherwise(value, here), typed)))
    wanted = _wanted(event, here)
    if isinstance(wanted, Turn):
        return wanted
    words = handbook.words
    if (same := adopting.again(wanted, handbook)) is not None:
        return Turn(answer=Reject({"": adopting.said_again(same, words)}))
    if wrong := adopting.problems(wanted, handbook, workdays.today(event.at)):
        return Turn(answer=Reject({"" if name == "pack" else name: why for name, why in wrong.items()}))
    turn = adopting.adoption(wanted, handbook, await records.review(handbook.council, PROTOCOL), event.at, here.draft)
    told = Paragraph(adopting.in_force_now(wanted, handbook))
    receipt = Post((told, Paragraph(words("setup-in-force-next"))), title=words("adopted-title"))
    return replace(turn, answer=Whisper(receipt))


def _otherwise(value: str, here: Here) -> str:
    """Why it is not any more what was shown, in a sentence."""
    words = here.handbook.words
    made_for, _, rest = value.partition(".")
    if made_for != stamp(here.draft):
        return words("setup-anew-draft")
    if rest.partition(".")[0] != _version(here.draft):
        return words("setup-anew-rules")
    return words("setup-anew-edition")


def _wanted(event: Submit, here: Here) -> adopting.Wanted | Turn:
    """What the form asks for, or what is wrong with it."""
    words = here.handbook.words
    typed = {name: written(event.values, name) for name in ("on", "next_review")}
    days = {name: read_day(text) for name, text in typed.items()}
    no_days = {name: words("setup-no-such-day") for name, text in typed.items() if text and not days[name]}
    on = days["on"]
    if (wrong := no_days | problems(_adopt_form(here, event), event.values, words)) or on is None:
        return Turn(answer=Reject(wrong))
    return adopting.Wanted(here.pack, on, written(event.values, "minute"), days["next_review"], here.seat.id)


# ---------------------------------------------------------------- throwing it away


async def _throw(_event: Said, _id: str, here: Here, _records: Records) -> Turn:
    words = here.handbook.words
    sure = Button(words("setup-throw-sure"), token(THROWN, here.draft), primary=True)
    return Turn(answer=Whisper(note(words, "setup-throw-ask", sure)))


async def _thrown(event: Said, _id: str, here: Here, _records: Records) -> Turn:
    words = here.handbook.words
    empty = emptied(here.draft, here.seat.id, event.at)
    bring = Button(words("setup-bring"), str(Token("setup", BRING)))
    return Turn(answer=Whisper(note(words, "setup-thrown", bring)), keep=(empty,), traces=(here.trace("discarded"),))


DESK = Desk(
    "setup",
    commands={"setup": _setup},
    buttons={
        BRING: _bring,
        FOUND: on_draft(_found),
        RULE: on_draft(confirming.ask),
        YES: on_draft(confirming.yes),
        NO: on_draft(confirming.no),
        AGAIN: on_draft(confirming.again),
        BEGUN: on_draft(confirming.begun),
        CHANGES: on_draft(_changes),
        ADOPT: on_draft(_adopt),
        THROW: on_draft(_throw),
        THROWN: on_draft(_thrown),
    },
    forms={BRING: _brought, ADOPT: _adopted},
    opens=frozenset({BRING, ADOPT}),
)
