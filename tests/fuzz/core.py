"""What reaches the bot itself by any platform: words, buttons, forms, dates, and the command line beside it.

In: a folder. Out: doors. Never: a platform.
"""

import contextlib
import io
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from sqlalchemy import make_url

from bot.bot import DESKS
from bot.conversation import Answer, Form, Open
from deploy.cli import main, parser
from deploy.running.logs import OURS
from storage.database import engine
from tests import databases
from tests.core.council import PEOPLE, Council
from tests.core.test_every_command import every
from tests.fuzz import strange
from tests.fuzz.trying import Door, Try, Wrong, at_once
from tests.worlds import StandingClock, channel, command, message, press, submit

#: Who does it: everybody of the small council, and somebody nobody knows.
_WHO: Final = (*PEOPLE, "nobody")
_STEPS: Final = tuple((desk.name, step) for desk in DESKS for step in (*desk.buttons, *desk.forms))
_WORTH: Final = (
    "",
    "ann",
    "bea",
    "cal",
    "3.2",
    "roles",
    "CN-0000-0000",
    "protocol",
    "2027-05-10",
    "yes",
    "no",
    "0",
    "1",
    "clerk",
)


def _tokens() -> st.SearchStrategy[str]:
    worth = st.one_of(st.sampled_from(_WORTH), strange.text(80))
    made = st.builds(lambda step, value: "/".join((*step, value)), st.sampled_from(_STEPS), worth)
    return st.one_of(made, made, strange.text(120))


class _Talked:
    """A council that people talk to; what they are asked is answered with whatever comes."""

    def __init__(self, council: Council, clock: StandingClock) -> None:
        self._council, self._clock = council, clock
        self._number = 0

    async def heard(self, example: tuple[str, str, str, Mapping[str, Any], bool]) -> str:
        who, kind, text, values, private = example
        self._number += 1
        self._clock.pass_by(seconds=1)
        where = None if private else channel("barrow")
        given = {"who": who, "where": where, "id": f"event-{self._number}"}
        match kind:
            case "command":
                answer = await self._council.hear(command(text, **given))
            case "message":
                answer = await self._council.hear(message(text, **given))
            case "submit":
                answer = await self._council.hear(submit(text, _all_text(values), **given))
            case _:
                answer = await self._council.hear(press(text, **given))
        return await self._goes_on(answer, values, given)

    async def _goes_on(self, answer: Answer | None, values: Mapping[str, Any], given: Mapping[str, Any]) -> str:
        """A form that opens is sent in: each field with something strange, or with what it offers."""
        if not isinstance(answer, Open):
            return type(answer).__name__.lower()
        filled = _filled(answer.form, list(_all_text(values).values()))
        event = submit(answer.form.id, filled, **(given | {"id": f"event-{self._number}-form"}))
        return f"form, {type(await self._council.hear(event)).__name__.lower()}"


def _all_text(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}


def _filled(form: Form, values: list[str]) -> dict[str, str]:
    found = {}
    for number, field in enumerate(form.fields):
        worth = [option.value for option in field.options] or ["2027-05-10", "Something was said."]
        some = values[number % len(values)] if values else ""
        found[field.name] = some if number % 2 or not worth else worth[len(some) % len(worth)]
    return found


@asynccontextmanager
async def _talked(data: Path) -> AsyncIterator[Any]:
    memory, clock = engine(make_url(databases.url(data))), StandingClock()
    try:
        yield _Talked(Council(memory, clock, data), clock).heard
    finally:
        await memory.dispose()


_NAMES: Final = ("what", "who", "about", "when", "date", "next", "outcome", "text", "do", "clause")
_FIELDS: Final = st.dictionaries(
    st.one_of(strange.text(12), st.sampled_from(_NAMES)),
    st.one_of(strange.text(200), st.sampled_from(_WORTH)),
    max_size=5,
)


def _said(kind: str, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.tuples(st.sampled_from(_WHO), st.just(kind), text, _FIELDS, st.booleans())


# ---------------------------------------------------------------- the command line

_RUNNING: Final = ("run", "try", "doctor", "accounts")  # they serve, or call somebody
_COMMANDS: Final = tuple(
    tuple(name.split()[1:]) for name in sorted(dict(every(parser()))) if name.split()[1] not in _RUNNING
)


#: They end before they serve or ask anybody: no chat is set up, and doctor is told to ask nobody.
_ENDING: Final = (("run",), ("doctor", "--offline"))


def _lines(commands: Sequence[Sequence[str]]) -> st.SearchStrategy[list[str]]:
    """Nothing that names a place outside the folder where it is run."""
    options = sorted({option for made in dict(every(parser())).values() for option in made._option_string_actions})
    word = st.one_of(
        st.sampled_from(options),
        st.sampled_from(
            ("barrow", "pack.yaml", "protocol-bot.yaml", "a.txt", "data", "x.backup", "3.2", "2027-01-01", "-1", "--")
        ),
        strange.text(30).map(lambda text: strange.whole(text).replace("/", "_").replace("\0", "")[:200]),
    )
    named = st.builds(lambda name, rest: [*name, *rest], st.sampled_from(commands), st.lists(word, max_size=4))
    return named if commands is _ENDING else st.one_of(named, named, st.lists(word, max_size=4))


@contextmanager
def _typed(data: Path) -> Iterator[Try]:
    """In a folder with files of all kinds; nobody is at the keyboard."""
    (data / "a.txt").write_text("1. The clerk decides.\n\n1.1 Councillors should ask the clerk.\n", encoding="utf-8")
    (data / "pack.yaml").write_text("id: x\n", encoding="utf-8")
    (data / "protocol-bot.yaml").write_text("council: barrow\n", encoding="utf-8")
    (data / "x.backup").write_bytes(b"not a backup")
    before, inside = Path.cwd(), sys.stdin
    os.chdir(data)
    sys.stdin = io.StringIO("")
    try:
        yield lambda words: "passed over" if words[:1] and words[0] in _RUNNING else _run(words)
    finally:
        os.chdir(before)
        sys.stdin = inside


@contextmanager
def _typed_to_end(data: Path) -> Iterator[Try]:
    """The same, where nothing in the environment sets a chat up; what a process says of itself is put back."""
    with _typed(data), _unset("SLACK_", "TEAMS_", "MAIL_", "PROTOCOL_BOT_"):
        yield lambda words: _with_its_log(words)


@contextmanager
def _unset(*beginnings: str) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(beginnings)}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)


def _with_its_log(words: list[str]) -> str:
    """A process that runs decides on its own log; here the next one does too."""
    loggers = [logging.getLogger(name) for name in ("", *OURS)]
    before = [(one, one.handlers[:], one.level) for one in loggers]
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    try:
        return _run(words)
    finally:
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        for one, handlers, level in before:
            one.handlers[:] = handlers
            one.setLevel(level)


def _run(words: list[str]) -> str:
    said, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaints):
        try:
            status: Any = main(words)
        except SystemExit as ended:
            status = ended.code or 0
    if status not in (0, 1, 2):
        raise Wrong(f"status {status}")
    if "Traceback" in complaints.getvalue():
        raise Wrong("a traceback")
    if status == 2 and not complaints.getvalue().strip():
        raise Wrong("refused without a word")
    return ("done", "amiss", "refused")[status]


def _by_bot(data: Path) -> AbstractContextManager[Try]:
    return at_once(_talked(data))


DOORS: Final = (
    Door("the bot: commands", _said("command", strange.words(strange.KNOWN)), _by_bot),
    Door("the bot: words in private and in a channel", _said("message", strange.words(strange.KNOWN)), _by_bot),
    Door("the bot: button tokens, and the forms they open", _said("press", _tokens()), _by_bot),
    Door("the bot: forms sent in", _said("submit", _tokens()), _by_bot),
    Door("the command line", _lines(_COMMANDS), _typed),
    Door("the command line: run and doctor", _lines(_ENDING), _typed_to_end),
)
