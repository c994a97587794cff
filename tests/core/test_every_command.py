"""Every command says what it does, and shows in its help how it is typed."""

import argparse
import shlex
from collections.abc import Iterator

import pytest

from deploy.cli import parser


def every(made: argparse.ArgumentParser, name: str = "protocol-bot") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command that can be typed, with what it is made of."""
    groups = [action for action in made._actions if isinstance(action, argparse._SubParsersAction)]
    if made.get_default("run"):
        yield name, made
    for group in groups:
        for further, inner in group.choices.items():
            yield from every(inner, f"{name} {further}")


COMMANDS = dict(every(parser()))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_s_help_has_an_example_of_it_that_can_be_typed(name):
    told = COMMANDS[name].format_help()
    assert COMMANDS[name].description, "say what it does"
    examples = [line.strip() for line in told.partition("Example")[2].splitlines() if line.startswith("  ")]
    assert examples
    for line in examples:
        assert line.startswith(name), line
        words = shlex.split(line.partition(" > ")[0])
        assert parser().parse_args(words[1:]).run is not None


def test_the_command_line_lists_every_command_with_what_it_does():
    told = parser().format_help()
    for name in {name.split()[1] for name in COMMANDS}:
        assert f"\n    {name} " in told or f"\n    {name}\n" in told
