"""The door: one event, one turn, one transaction.

In: an event from an adapter. Out: the answer for whoever holds the request; notices through the outbox.
Never: talks to a platform; decides anything but that guests are not served.
"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from bot import clauses, concerns, earlier, help, home, offices, questions, requests, reviews, setup, watching
from bot.conversation import (
    Answer,
    Command,
    Due,
    Edit,
    Event,
    Greet,
    Message,
    Open,
    Page,
    Post,
    Press,
    Reject,
    Said,
    Submit,
    Visit,
    Whisper,
)
from bot.desk import Asked, Asking, Desk
from bot.errors import AlreadyHeard, Stale
from bot.handbook import Handbook
from bot.lists import is_name
from bot.ports import Handbooks, Records, Store
from bot.posts import clerks, note
from bot.records import Turn
from bot.telling import typed_here
from bot.tokens import Token

#: Every desk. What none of them has a step for is looked up (`bot.clauses`) or explained (`bot.help`).
DESKS: tuple[Desk, ...] = (
    requests.DESK,
    offices.DESK,
    reviews.DESK,
    earlier.DESK,
    setup.DESK,
    concerns.DESK,
    questions.DESK,
    clauses.DESK,
    watching.DESK,
)
#: Every `/protocol NAME` that a desk takes; `bot.lists.LISTS` are the lists beside them.
COMMANDS: Mapping[str, Asked] = {name: step for desk in DESKS for name, step in desk.commands.items()}

_TRIES = 3


def opens(token: str) -> bool:
    """Whether a button is answered with a form, where whoever presses it may: known without pressing it."""
    found = Token.read(token)
    return any(desk.name == found.desk and found.step in desk.opens for desk in DESKS)


class Bot:
    """Hears events. `nudge` is called when there is something new to deliver."""

    def __init__(self, store: Store, handbooks: Handbooks, nudge: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._handbooks = handbooks
        self._nudge = nudge

    async def hear(self, event: Event) -> Answer | None:
        """One event, one turn, one transaction.

        A turn that changes nothing opens no transaction. A delivery heard before changes nothing and gets the answer
        it got then; a form is made anew, and so is what only shows. Two people at one record: the later decides again;
        if that does not settle, they are told so.
        """
        busy: Answer | None = None
        for _ in range(_TRIES):
            handbook = await self._handbooks(event.where)
            if handbook is None:
                return None
            turn = await decide(event, handbook, self._store) if _may_only_show(event) else None
            if turn is not None and turn.shows:
                return turn.answer
            for answer in await self._store.heard(handbook.council, event):
                return answer or await self._again(event, handbook)
            turn = turn or await decide(event, handbook, self._store)
            if not turn.changes:
                return turn.answer
            turn = _settling(event, turn)
            try:
                await self._store.keep(handbook.council, event, turn)
            except Stale:
                busy = _busy(event, handbook)
                continue
            except AlreadyHeard:
                return (await self._store.heard(handbook.council, event))[0] or await self._again(event, handbook)
            self._nudge()
            return turn.answer
        return busy

    async def _again(self, event: Event, handbook: Handbook) -> Answer | None:
        """The answer to a delivery that was kept without one; nothing is done a second time.

        A form is made anew, but for one that shows what somebody else wrote: each reading of that is written down.
        Where such a form was the answer to another one, what was written into that was not taken, and they are told.
        """
        turn = await decide(event, handbook, self._store)
        if turn.changes and isinstance(event, Submit) and isinstance(turn.answer, Open):
            return Reject({"": handbook.words("not-taken")})
        return Whisper(note(handbook.words, "done-before")) if turn.changes else turn.answer


def _may_only_show(event: Event) -> bool:
    """Whether it is decided before anybody looks if this delivery was heard: nearly all that people do is to ask."""
    match event:
        case Command() | Message() | Visit():
            return True
        case Press():
            return Token.read(event.token).desk == clauses.DESK.name
    return False


def _settling(event: Event, turn: Turn) -> Turn:
    """What a button or a form about something in particular changed settles what asked for it: its answer says so.

    One about nothing in particular, as that for the dates as a file, only shows; what is kept meanwhile is by the way.
    A post that is changed by itself is not changed twice.
    """
    about = _about(event) if not any(isinstance(notice, Edit) for notice in turn.notices) else ""
    if about and turn.settles and isinstance(turn.answer, Whisper):
        return replace(turn, answer=replace(turn.answer, settles=True))
    return turn


def _about(event: Event) -> str:
    """What in particular a button or a form is about; empty for everything else."""
    match event:
        case Press():
            return Token.read(event.token).value
        case Submit():
            return Token.read(event.form).value
    return ""


def _busy(event: Event, handbook: Handbook) -> Answer:
    """Somebody else was first. What was written into a form stays in it."""
    if isinstance(event, Submit):
        return Reject({"": handbook.words("busy")})
    return Whisper(note(handbook.words, "busy"))


async def decide(event: Event, handbook: Handbook, records: Records) -> Turn:
    """What comes of an event, as things stand. Changes nothing."""
    if isinstance(event, Due):
        return await _due(event, handbook, records)
    if handbook.roster.is_guest(event.who) and not _asks_for_their_data(event, handbook):
        if isinstance(event, Submit):  # somebody who was none when they opened it: what they wrote stays in the form
            return Turn(answer=Reject({"": handbook.words("guest", clerk=clerks(handbook))}))
        told = _for_guests(event, handbook)
        return Turn(answer=Page((told,)), shows=True) if isinstance(event, Visit) else Turn(answer=Whisper(told))
    return await _said(event, handbook, records)


def _asks_for_their_data(event: Said, handbook: Handbook) -> bool:
    """What is held on somebody they may ask whoever they are."""
    match event:
        case Command() | Message():
            named = event.text.strip().casefold() in requests.DESK.commands
            return named or requests.DESK.recognises(event.text, handbook) is not None
        case Press():
            return Token.read(event.token).desk == requests.DESK.name
        case Submit():
            return Token.read(event.form).desk == requests.DESK.name
        case Greet() | Visit():
            return False


def _for_guests(event: Said, handbook: Handbook) -> Post:
    """Where to turn instead; what they typed of something gone wrong is not left standing unsaid."""
    told = event.text.strip() if isinstance(event, Command | Message) else ""
    story = told.casefold() not in COMMANDS and handbook.care.keeps_back(told)
    typed = (typed_here(event, handbook.words),) if story else ()
    title = handbook.words("help-title") if isinstance(event, Visit) else ""
    return Post((*note(handbook.words, "guest", clerk=clerks(handbook)).blocks, *typed), title=title)


async def _said(event: Said, handbook: Handbook, records: Records) -> Turn:
    match event:
        case Command() | Message():
            return await _asked(event, handbook, records)
        case Press():
            token = Token.read(event.token)
            for desk in DESKS:
                if desk.name == token.desk and (pressed := desk.buttons.get(token.step)):
                    return await pressed(event, token.value, handbook, records)
        case Submit():
            token = Token.read(event.form)
            for desk in DESKS:
                if desk.name == token.desk and (submitted := desk.forms.get(token.step)):
                    return await submitted(event, token.value, handbook, records)
        case Greet():
            greeting = help.helping(event.where.platform, handbook)
            return Turn(answer=Whisper(greeting, aloud=greeting))
        case Visit():
            return Turn(answer=await home.page(event, handbook, records), shows=True)
    old = help.helping(event.where.platform, handbook, handbook.words("old-button"))
    return Turn(answer=Whisper(old))


async def _asked(event: Asking, handbook: Handbook, records: Records) -> Turn:
    """A command by its name, or by words that mean it; anything else is looked up."""
    named = event.text.strip().casefold()
    if (step := COMMANDS.get(named)) is not None:
        return await step(event, "", handbook, records)
    for desk in DESKS if not is_name(event.text) else ():
        if (name := desk.recognises(event.text, handbook)) is not None:
            return await desk.commands[name](event, event.text, handbook, records)
    return await clauses.look_up(event, handbook, records)


async def _due(event: Due, handbook: Handbook, records: Records) -> Turn:
    kind, _, id = event.matter.partition("/")
    for desk in DESKS:
        if (step := desk.due.get(kind)) is not None:
            return await step(event, id, handbook, records)
    return Turn()  # promised by a newer Protocol Bot, perhaps: it is left for that one
