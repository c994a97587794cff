"""The command for whoever translates: what a language still lacks, and whether what it has is sound.

In: a language; what stands in content/words and content/flows. Out: a list for a translator, on the terminal.
Never: a file written; a translation made up.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Final

from content import load
from content.quoting import quoted
from content.wording import ENGLISH, FLOW, Lacking
from deploy.commands import Commands, command

_BEGIN: Final = "A new one begins with a folder: content/words/LANGUAGE, such as content/words/cy for Welsh."


def add_to(commands: Commands) -> None:
    """Put it on the command line."""
    made = command(
        commands,
        "words",
        "list the languages the bot speaks, or what one of them still says in English; its files are checked",
        "protocol-bot words",
        "protocol-bot words cy",
    )
    made.add_argument("language", nargs="?", metavar="LANGUAGE", help="a folder of content/words, such as cy")
    made.set_defaults(run=_words)


def _words(options: argparse.Namespace) -> None:
    told = languages() if options.language is None else lacks(options.language, load.lacking(options.language))
    print("\n".join(told))


def languages() -> Iterator[str]:
    """A line for each language, and how another is begun."""
    for language in load.languages():
        missing = len(load.lacking(language)) if language != ENGLISH else 0
        yield f"{language}: {_how_far(missing)}"
    yield _BEGIN


def lacks(language: str, lacking: Sequence[Lacking]) -> Iterator[str]:
    """How much is lacking, and each of it with what is said instead, as lines for the files: only to be translated."""
    yield f"# {language}: sound; {_how_far(len(lacking))}"
    sentences = [one for one in lacking if one.name != FLOW]
    flow = [one for one in lacking if one.name == FLOW]
    if sentences:
        yield f"# Into a file of content/words/{language}:"
        yield from (f"{name}: {quoted(english)}" for name, english in sentences)
    if flow:
        yield from ("---", f"# Into a file of content/flows/{language}:")
        for _, english in flow:
            yield from (f"- english: {quoted(english)}", f"  said: {quoted(english)}")


def _how_far(missing: int) -> str:
    if not missing:
        return "nothing is lacking"
    return "one sentence is said in English" if missing == 1 else f"{missing} sentences are said in English"
