"""The bot's own wording in one language; what a language lacks is said in English.

In: `words/LANGUAGE/*.yaml` and `flows/LANGUAGE/*.yaml`. Out: `Words`, `Flow`, and what a language still lacks.
Never: a gap that nobody fills; a number, which may be somebody's lifeline, that differs from the English one.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from string import Formatter
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from bot.cutting import one_line
from bot.errors import UnsoundContent
from bot.flow import FirstThing, Flow, Help, LegalNote
from bot.words import EXACTLY, Words
from content.check import flow_problems
from content.fields import convert
from content.tree import File, Tree

ENGLISH: Final = "en"
#: The file of what comes before anything informal, and what the law adds.
FLOW: Final = "flows/concern.yaml"
#: Numbers. A telephone number is one, and begins with 0 or +: `0303 123 1113`, also with spaces that do not break. Any
#: other groups are numbers of their own: of a law, and of the days that stand behind it in another language.
_NUMBERS: Final = re.compile(r"(?<!\d)(?:\+\d|0)\d*(?:[ \u00a0\u202f)-]{1,2}\d+)+|\d+")
_ONE_LINE: Final = "Write it in one line, or begin it with `>-`: `>` and `|` put an end of line behind it."
#: The gap that a number stands in; a sentence for exactly that number bears it at the end of its name: `months-1`.
_COUNT: Final = "count"
#: Of what stands in one line of a dialog: the characters that Slack (views, plain_text of title, submit and close) and
#: Teams (a button that is not cut on a phone) show.
_LONGEST: Final[Mapping[str, int]] = {
    "slack-name": 24,
    "slack-close": 24,
    "slack-go-on": 24,
    "teams-open-form": 20,
}


class Lacking(NamedTuple):
    """What a language has no words for yet: a sentence by its name, or something of a flow, whose name is its file."""

    name: str
    english: str


class _Said(NamedTuple):
    sentence: str
    tree: Tree


class _Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something of a flow in English, to the letter, and in this language."""

    english: str
    said: str


def languages(content: File) -> tuple[str, ...]:
    """The languages there are: the folders of `words`, in alphabetical order."""
    names = (folder.name for folder in (content / "words").iterdir() if folder.is_dir())
    return tuple(sorted(name for name in names if name[:1].isalpha()))


# ---------------------------------------------------------------- sentences


def words(content: File, language: str, topics: Mapping[str, str]) -> Words:
    """The sentences of a language. `topics` are what each is called in English, by id. Raises `UnsoundContent`."""
    _refuse_unknown(content, language)
    english = {name: said.sentence for name, said in _read(content, ENGLISH).items()}
    if language == ENGLISH:
        return Words(english)
    theirs = _read(content, language)
    for name, said in theirs.items():
        _check_beside(name, said, english | _named(topics))
    kept = {name: sentence for name, sentence in english.items() if _whole(name, english) not in theirs}
    return Words(kept | {name: said.sentence for name, said in theirs.items()}, language)


def _refuse_unknown(content: File, language: str) -> None:
    if language not in (there := languages(content)):
        raise UnsoundContent(f"The bot does not speak {language!r}. It speaks: {', '.join(there)}.")


def _named(topics: Mapping[str, str]) -> dict[str, str]:
    """The sentence that a topic's name is: `topic-mediation`."""
    return {f"topic-{id}": name for id, name in topics.items()}


def _read(content: File, language: str) -> dict[str, _Said]:
    """Every sentence of a language, each fit to be said."""
    found: dict[str, _Said] = {}
    for file in _files(content / "words" / language):
        tree = Tree(file, f"words/{language}/{file.name}")
        for name, sentence in convert(tree, dict[str, str], "the other sentences show").items():
            if name in found:
                raise tree.error(f"$.{name}", f"the sentence {name!r} stands in two files", "Delete one of the two.")
            _check(tree, name, sentence)
            found[name] = _Said(sentence, tree)
    return found


def _files(folder: File) -> list[File]:
    """The content files of a folder, by name; none where there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)


def _check(tree: Tree, name: str, sentence: str) -> None:
    """By itself: its gaps can be filled, and it is not longer than where it is shown."""
    path = f"$.{name}"
    if not sentence.strip():
        raise tree.error(path, "this is empty", "Write it, or delete the line.")
    try:
        gaps = [(gap, spec, how) for _, gap, spec, how in Formatter().parse(sentence) if gap is not None]
    except ValueError as wrong:
        raise tree.error(path, f"a gap is broken ({wrong})", "Write each gap as {name}.") from None
    for gap, spec, how in gaps:
        if not gap.isidentifier() or spec or how:
            raise tree.error(path, f"the gap {{{gap}}} is broken", "Write each gap as {name}, and nothing else in it.")
    if (most := _LONGEST.get(name)) and len(sentence) > most:
        raise tree.error(path, f"this is {len(sentence)} characters long", f"There is room for {most}: shorten it.")


def _whole(name: str, english: Mapping[str, str]) -> str:
    """The sentence that one for an exact number belongs to; any other sentence's own name."""
    exact = EXACTLY.fullmatch(name)
    return exact[1] if exact and _COUNT in _gaps(english.get(exact[1], "")) else name


def _check_beside(name: str, said: _Said, english: Mapping[str, str]) -> None:
    """Beside the English one: there is one, and it has the same gaps; the number itself may be left out of its own."""
    whole, path = _whole(name, english), f"$.{name}"
    if whole not in english:
        near = get_close_matches(name, english, n=1)
        mend = f"Did you mean {near[0]!r}?" if near else "Delete it; words/en has all the names there are."
        raise said.tree.error(path, f"there is no sentence {name!r}", mend)
    wanted, has = _gaps(english[whole]), _gaps(said.sentence)
    if has != wanted and not (whole != name and has == wanted - {_COUNT}):
        shown = " ".join(f"{{{gap}}}" for gap in sorted(wanted)) or "none"
        raise said.tree.error(path, "its gaps differ from the English sentence’s", f"They are: {shown}.")
    if "\n" in said.sentence and "\n" not in english[whole]:
        raise said.tree.error(path, "it has an end of line in it, and the English sentence has none", _ONE_LINE)
    if said.sentence.endswith("\n") and not english[whole].endswith("\n"):
        raise said.tree.error(path, "it ends with an empty line", "Begin it with `>-` or `|-`.")
    if whole == name and (numbers := _numbers(_without_gaps(english[whole]))) != _numbers(_without_gaps(said.sentence)):
        raise said.tree.error(path, *_numbers_differ(numbers))


def _numbers(text: str) -> list[str]:
    """Each number of a text, whatever stands between its groups of digits: their order is each language's own."""
    return sorted(" ".join(re.findall(r"\d+", number)) for number in _NUMBERS.findall(text))


def _without_gaps(sentence: str) -> str:
    return "\0".join(text for text, _, _, _ in Formatter().parse(sentence))


def _numbers_differ(wanted: list[str]) -> tuple[str, str]:
    mend = f"They are: {', '.join(wanted)}." if wanted else "There are none: write it without."
    return "its numbers differ from the English ones", mend


def _gaps(sentence: str) -> set[str]:
    return {gap for _, gap, _, _ in Formatter().parse(sentence) if gap}


# ---------------------------------------------------------------- flows


def flow(content: File, language: str) -> Flow:
    """What comes before anything informal, and what the law adds, in a language. Raises `UnsoundContent`."""
    tree = Tree(content / "flows" / "concern.yaml")
    read = convert(tree, Flow, "the other first things show")
    for path, problem, mend in flow_problems(read):
        raise tree.error(path, problem, mend)
    if language == ENGLISH:
        return read
    theirs = _pairs(content, language, read)
    return replace(
        read,
        first=tuple(_thing(thing, theirs) for thing in read.first),
        law=tuple(replace(note, says=_in(note.says, theirs), source=_in(note.source, theirs)) for note in read.law),
    )


def _thing(thing: FirstThing, theirs: Mapping[str, str]) -> FirstThing:
    help = tuple(
        replace(one, name=_in(one.name, theirs), how=_in(one.how, theirs), source=_in(one.source, theirs))
        for one in thing.help
    )
    return replace(thing, label=_in(thing.label, theirs), says=_in(thing.says, theirs), help=help)


def _in(english: str, theirs: Mapping[str, str]) -> str:
    return theirs.get(one_line(english), english)


def _pairs(content: File, language: str, flow: Flow) -> dict[str, str]:
    """What is said instead of something English, which is known by its wording.

    Known so, and not by a name, a translation can't outlive a law or a telephone number that was corrected in English.
    """
    there, found = set(_texts(flow)), dict[str, str]()
    for file in _files(content / "flows" / language):
        tree = Tree(file, f"flows/{language}/{file.name}")
        for i, pair in enumerate(convert(tree, list[_Pair], "CONTRIBUTING.md shows")):
            english, path = one_line(pair.english), f"$[{i}]"
            if english not in there:
                near = get_close_matches(english, there, n=1, cutoff=0.8)
                mend = f"It reads now: {near[0]}" if near else "Copy it from flows/concern.yaml, to the letter."
                raise tree.error(f"{path}.english", "this does not stand in flows/concern.yaml", mend)
            if not pair.said.strip():
                raise tree.error(f"{path}.said", "this is empty", "Write it, or delete the entry.")
            if "\n" in pair.said:
                raise tree.error(f"{path}.said", "it has an end of line in it", _ONE_LINE)
            if (wanted := _numbers(english)) != _numbers(pair.said):
                raise tree.error(f"{path}.said", *_numbers_differ(wanted))
            found[english] = pair.said
    return found


def _texts(flow: Flow) -> Iterator[str]:
    """Everything of a flow that people read, in its order."""
    every: tuple[FirstThing | LegalNote, ...] = (*flow.first, *flow.law)
    for one in every:
        yield from (one_line(text) for text in _of(one))


def _of(one: FirstThing | LegalNote | Help) -> Iterator[str]:
    match one:
        case FirstThing():
            yield from (one.label, one.says)
            yield from (text for help in one.help for text in _of(help))
        case LegalNote():
            yield from (one.says, one.source)
        case Help():
            yield from (one.name, one.how, one.source)


# ---------------------------------------------------------------- for whoever translates


def lacking(content: File, language: str, topics: Mapping[str, str]) -> list[Lacking]:
    """What a language says in English as yet. Raises `UnsoundContent` where its files are not sound."""
    if language == ENGLISH:
        return []
    words(content, language, topics)
    english = {name: said.sentence for name, said in _read(content, ENGLISH).items()} | _named(topics)
    theirs = _read(content, language)
    found = [
        Lacking(name, sentence)
        for name, sentence in english.items()
        if _whole(name, english) == name and name not in theirs
    ]
    read = flow(content, ENGLISH)
    known = _pairs(content, language, read)
    texts = dict.fromkeys(text for text in _texts(read) if text not in known)
    return [*found, *(Lacking(FLOW, text) for text in texts)]
