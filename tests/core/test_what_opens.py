"""Which buttons are answered with a form is known without pressing them: some platforms must know it before."""

import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from bot import conversation
from bot.bot import DESKS, opens
from bot.conversation import Open
from bot.desk import Desk
from bot.tokens import Token

BUTTONS = [(desk, step) for desk in DESKS for step in desk.buttons]


def name(what: object) -> str:
    return what.name if isinstance(what, Desk) else str(what)


def may_open(step: Callable[..., Any]) -> bool:
    """Whether its code, or that of any function which it names, however far away, makes a form for somebody."""
    seen: set[object] = set()
    waiting: list[object] = [step]
    while waiting:
        one = waiting.pop()
        if one is Open:
            return True
        if isinstance(one, FunctionType) and one not in seen and one.__module__.startswith(("bot.", __name__)):
            seen.add(one)
            waiting += named_in(one)
    return False


def named_in(function: FunctionType) -> Iterator[object]:
    """What a function's code names: of its own module, and of the modules it reaches into; tables of such, too."""
    known = function.__globals__ | inspect.getclosurevars(function).nonlocals
    names = set(names_of(function.__code__))
    for found in (known[one] for one in names & known.keys()):
        reached = [getattr(found, one) for one in names if hasattr(found, one)] if isinstance(found, ModuleType) else []
        for each in (found, *reached):
            yield from each.values() if isinstance(each, dict) else each if isinstance(each, tuple | list) else (each,)


def names_of(code: CodeType) -> Iterator[str]:
    yield from (*code.co_names, *code.co_freevars)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_of(inner)


@pytest.mark.parametrize(("desk", "step"), BUTTONS, ids=name)
def test_a_button_whose_code_makes_a_form_is_named_and_no_other(desk, step):
    assert may_open(desk.buttons[step]) == (step in desk.opens)


@pytest.mark.parametrize("desk", DESKS, ids=name)
def test_every_name_is_that_of_a_button(desk):
    assert desk.opens <= set(desk.buttons)


def test_a_token_tells_whether_its_button_opens_a_form():
    assert opens(str(Token("concerns", "start")))
    assert opens(str(Token("questions", "pass", "who keeps the key / to the board")))
    assert opens("reviews/no-change/0.protocol")
    for token in (
        "clauses/run/wrong",
        "concerns/mine/",
        "concerns/recuse/1",
        "clauses/start",
        "start",
        "",
        "/",
        "x/y/z",
    ):
        assert not opens(token)


async def _elsewhere() -> Open:
    return conversation.Open(conversation.Form("", "", (), ""))


async def _by_a_table() -> Open:
    return await TABLE["a"]()


TABLE = {"a": _elsewhere}


@pytest.mark.parametrize("step", [_elsewhere, _by_a_table], ids=lambda step: step.__name__)
def test_a_form_is_found_in_another_module_and_by_a_table(step):
    assert may_open(step)
