"""The log of a running bot: one line for each thing that whoever looks after it should know, with ids only.

In: PROTOCOL_BOT_LOG (text or json), PROTOCOL_BOT_LOG_LEVEL; records of Python's `logging`, ours and everybody's.
Out: lines on stderr: when (UTC), level, logger, what happened, and which delivery, platform and council it was about.
Never: a word that came from outside this project's own sentences. Of other libraries' records only what stands in
their code is written; of an error its class, and where in the code it was raised: a message, a local variable, the
line that failed and a task's name may each hold what somebody wrote.
"""

import asyncio
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from types import FrameType, TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter

from bot.errors import ProtocolBotError

#: The names of the variables.
FORM: Final = "PROTOCOL_BOT_LOG"
LEVEL: Final = "PROTOCOL_BOT_LOG_LEVEL"

#: Whose records are written as they are: each of their lines is ours, and was read for what it may tell.
OURS: Final = ("bot", "adapters", "storage", "content", "deploy")
_LEVELS: Final[Mapping[str, int]] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_FORMS: Final = ("text", "json")
#: What comes first in a line; the rest follows in the order of the alphabet.
_FIRST: Final = ("time", "level", "logger", "event")
_DEEP: Final = 12  # frames of an error that are told: the innermost
_CAUSES: Final = 5  # errors of a chain that are told
#: What asyncio and aiohttp say in these very words when something goes astray.
_ASTRAY: Final = (
    "Task exception was never retrieved",
    "Future exception was never retrieved",
    "Task was destroyed but it is pending!",
    "unhandled exception during asyncio.run() shutdown",
    "Unclosed client session",
    "Unclosed connector",
    "Unclosed connection",
    "Unclosed response",
)
_HERE: Final = logging.getLogger(__name__)


# ---------------------------------------------------------------- how it is written


def asked(environ: Mapping[str, str]) -> tuple[str, int]:
    """The form and the level. Raises `ProtocolBotError` for a word that is neither."""
    form = environ.get(FORM, "").strip().lower() or "text"
    level = environ.get(LEVEL, "").strip().lower() or "info"
    if form not in _FORMS:
        raise ProtocolBotError(f"{FORM} is {form!r}. It is text (a line for people) or json (an object a line).")
    if level not in _LEVELS:
        raise ProtocolBotError(f"{LEVEL} is {level!r}. It is one of {', '.join(_LEVELS)}.")
    return form, _LEVELS[level]


def are_json() -> bool:
    """Whether a program reads the log of this process: then what is meant for people stands in it too."""
    return any(isinstance(one, _Handler) and one.form == "json" for one in logging.getLogger().handlers)


def begin(environ: Mapping[str, str], to: TextIO | None = None) -> Callable[[], None]:
    """From now on the log is written so, to stderr; gives what undoes it, which only tests need.

    Other libraries are heard from warnings on, whatever the level. Raises `ProtocolBotError` as `asked` does.
    """
    form, level = asked(environ)
    handler = _Handler(to or sys.stderr, form)
    root = logging.getLogger()
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in OURS}
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    unhooked = _hooked()

    def undo() -> None:
        root.handlers[:], levels = before[0], before[2]
        root.setLevel(before[1])
        for name, was in levels.items():
            logging.getLogger(name).setLevel(was)
        unhooked()

    return undo


def _formatter(form: str) -> logging.Formatter:
    drawn = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else _readable
    return ProcessorFormatter(
        foreign_pre_chain=[structlog.contextvars.merge_contextvars, _noted],
        processors=[ProcessorFormatter.remove_processors_meta, _in_order, drawn],
    )


def _noted(_logger: object, _method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """When, how grave and by whom."""
    record: logging.LogRecord = told["_record"]
    told["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told["level"] = record.levelname.lower()
    told["logger"] = record.name
    if failed := getattr(record, "failed", ""):
        told["error"] = failed
    return told


def _in_order(_logger: object, _method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    rest = sorted(name for name in told if name not in _FIRST)
    return {name: told[name] for name in (*_FIRST, *rest)}


def _readable(_logger: object, _method: str, told: MutableMapping[str, Any]) -> str:
    """One line, whatever stands in it; what happened comes before what it was about."""
    about = "".join(f" {name}={told[name]}" for name in told if name not in _FIRST)
    line = f"{told['time']} {told['level']} {told['logger']}: {told['event']}{about}"
    return "".join(sign if sign.isprintable() else " " for sign in line)


# ---------------------------------------------------------------- what may be written


class _Handler(logging.StreamHandler[TextIO]):
    """Writes what is left of a record when all that may be private is out of it."""

    def __init__(self, to: TextIO, form: str) -> None:
        super().__init__(to)
        self.form = form
        self.setFormatter(_formatter(form))

    def format(self, record: logging.LogRecord) -> str:
        return super().format(told_of(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Python's own would print the record with its arguments.

        Where the disk is full this can't be written either, and whoever wrote the line must not fail for it.
        """
        with suppress(OSError, ValueError, AttributeError):  # no room; closed; there is none
            sys.stderr.write(f"A line of the log by {record.name} could not be written.\n")


def told_of(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of a record with nothing in it that may be private; `failed` tells of its error."""
    told = copy(record)
    told.msg = _ours(record) if record.name.partition(".")[0] in OURS else _theirs(record)
    told.args = None
    error = record.exc_info[1] if record.exc_info else None
    told.exc_info = told.exc_text = told.stack_info = None
    told.__dict__["failed"] = " < ".join(_failures(error)) if error is not None else ""
    return told


def _ours(record: logging.LogRecord) -> str:
    """Our sentence. An error that is not ours is its class: what it says is not ours either."""
    given = record.args
    if isinstance(given, tuple) and given:
        given = tuple(_class(one) if _is_strange(one) else one for one in given)
        return str(record.msg) % given
    return record.getMessage() if not _is_strange(record.msg) else _class(record.msg)


def _is_strange(one: object) -> bool:
    return isinstance(one, BaseException) and type(one).__module__.partition(".")[0] not in OURS


def _theirs(record: logging.LogRecord) -> str:
    """What stands in the library's own code, never filled in; where that can't be seen, only where it was written.

    A library may have made its message of anything, with f"…" perhaps: only a text that is a constant of the function
    that wrote it is known to hold nothing else.
    """
    where = f"{record.module}:{record.lineno}"
    template = record.msg if isinstance(record.msg, str) and _is_constant(record) else ""
    return f"{' '.join(template.split())} ({where})" if template else f"({where})"


def _is_constant(record: logging.LogRecord) -> bool:
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename == record.pathname and frame.f_lineno == record.lineno:
            return record.msg in frame.f_code.co_consts
        frame = frame.f_back
    return False


def _failures(error: BaseException | None) -> Iterator[str]:
    """An error's class and where it came from, then those of its causes."""
    for _ in range(_CAUSES):
        if error is None:
            return
        yield f"{_class(error)}{_inside(error)} at {_where(error.__traceback__)}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _inside(error: BaseException) -> str:
    if not isinstance(error, BaseExceptionGroup):
        return ""
    return f"({', '.join(_class(one) for one in error.exceptions[:_CAUSES])})"


def _class(error: object) -> str:
    return type(error).__qualname__


def _where(trace: TracebackType | None) -> str:
    """`module:line` of each frame, the innermost first: where to look, and nothing of what was in hand."""
    found = []
    while trace is not None:
        found.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return ",".join(found[-_DEEP:][::-1]) or "?"


# ---------------------------------------------------------------- what nobody caught


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """What fails in a loop's callbacks and in tasks that nobody waited for is told as everything else is."""
    loop.set_exception_handler(_astray)


def _astray(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The message may hold what a callback was given: unless it is one of those that are always the same, ours is."""
    task = context.get("task") or context.get("future")
    of = f" ({getattr(task.get_coro(), '__qualname__', '?')})" if isinstance(task, asyncio.Task) else ""
    said = context.get("message")
    what = said if said in _ASTRAY else "something failed in a callback"
    _HERE.error("%s%s", what, of, exc_info=_told(context.get("exception")))


def _told(error: BaseException | None) -> Any:
    return (type(error), error, error.__traceback__) if error is not None else None


def _hooked() -> Callable[[], None]:
    """What nobody caught, in whichever thread, and what Python warns of; gives what undoes it."""
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    sys.excepthook, threading.excepthook, sys.unraisablehook = _ended, _in_a_thread, _unraisable
    warnings.showwarning = _warned

    def undo() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = before

    return undo


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _HERE.critical("a fault that nobody caught ended the bot", exc_info=(kind, error, trace))


def _in_a_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is not SystemExit:
        _HERE.error("a thread failed", exc_info=_told(args.exc_value))


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    _HERE.error("something failed where nobody could be told", exc_info=_told(args.exc_value))


def _warned(
    message: Warning | str,  # noqa: ARG001  # Python's own names, all of which it may say
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    _HERE.warning("Python warns: %s (%s:%d)", category.__name__, filename.rpartition("/")[2], lineno)
