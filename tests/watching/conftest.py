"""The log as a process writes it, into memory."""

import io
import json
from collections.abc import Callable, Iterator

import pytest

from deploy.running import logs

CANARY = "zebra-canary-4711"


class Log:
    """What was written so far. Nothing in it may ever be private."""

    def __init__(self) -> None:
        self.file = io.StringIO()

    @property
    def text(self) -> str:
        assert CANARY not in self.file.getvalue()
        return self.file.getvalue()

    @property
    def objects(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def begun() -> Iterator[Callable[..., Log]]:
    """Begins the log, with these variables, and undoes it after the test."""
    undone = []

    def begin(**environ: str) -> Log:
        log = Log()
        undone.append(logs.begin(environ, log.file))
        return log

    yield begin
    for undo in reversed(undone):
        undo()
