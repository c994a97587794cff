"""Everything that anybody is told, from wherever it comes: kind, plain, and promising nothing that can't be kept."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins

from content import load
from deploy.settings import made_up

HERE = Path(__file__).parents[2]


def everything_said() -> dict[str, str]:
    """All wording, by where it stands: sentences, first things, the try-out's texts, what adapters say."""
    said = {f"words: {name}": sentence for name, sentence in load.words()._sentences.items()}
    flow = to_builtins(load.flow())
    said |= {f"flows: {where}": text for where, text in _texts(flow)}
    settings = made_up.everywhere()
    said |= {f"try.yaml: {name}": f"{body.name}. {body.reach}" for name, body in settings.bodies.items()}
    said |= {"try.yaml: paper": settings.paper, "try.yaml: evidence": settings.evidence}
    for file in sorted((HERE / "adapters").rglob("*")):
        if file.suffix in (".py", ".js", ".html"):
            said |= {f"{file.name}: {text}": text for text in _of_code(file)}
    return said


def _texts(tree: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield where, tree
    elif isinstance(tree, dict | list | tuple):
        for key, below in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _texts(below, f"{where}/{key}")


def _of_code(file: Path) -> Iterator[str]:
    """What a person reads of a file: sentences in quotation marks, and the text of its markup."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        tree = ast.parse(text)
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told]
        whole = [one for one in found if isinstance(one, str)]
    elif file.suffix == ".js":
        code = re.sub(r"(?m)(^|\s)//.*$", "", text)
        code = re.sub(r"\$\{[^{}]*\}", "…", code)
        whole = re.findall(r'"((?:[^"\\\n]|\\.)*)"', code) + re.findall(r"`((?:[^`\\]|\\.)*)`", code)
    else:
        whole = [text]
    for one in whole:
        marked = re.findall(r'(?:aria-label|title|alt|placeholder|content)="([^"]*)"', one)
        for part in (*re.split(r"<[^>]*>", one), *marked):
            if " " in part.strip() and re.match(r"\W*[A-Za-z]{2}", part) and part.strip()[0] not in "[.#":
                yield " ".join(part.split())


SAID = everything_said()
#: Said to whoever looks after the bot alone, in the words of the pages where the mend is: `protocol-bot outbox`, logs.
TO_ADMINISTRATORS = (
    "entering.py: ",
    "hosting.py: ",
    "oauth.py: ",
    "refusals.py: ",
    "sockets.py: ",
    "tokens.py: ",
    "trust.py: ",
)

#: Never said to somebody who may have been hurt, or to whoever deals with it. The first lines are from Acas's guidance
#: on handling a sexual harassment complaint; the others are of the kind.
NEVER = {
    "doubting": (
        "are you sure", "are you certain", "no witness", "any witness", "prove it", "do you have proof",
        "really happen", "if it happened", "if this is true", "if it is true", "you claim", "you allege",
        "you say that", "your version", "your side of", "allegedly", "so-called", "you must be mistaken",
        "misunderst", "misinterpret", "imagin", "making this up", "made it up", "false accusation",
        "false allegation", "exaggerat",
    ),
    "making little of it": (
        "not seem that serious", "doesn't seem serious", "does not seem serious", "not that serious", "not so serious",
        "just a joke", "banter", "overreact", "calm down", "it's only", "it is only a", "get over", "too sensitive",
        "sensitive person", "small matter", "minor matter", "trivial", "petty", "not a big deal", "no big deal",
        "probably nothing", "thick skin", "part of the job", "didn't mean", "did not mean", "move on from", "cheer up",
        "look on the bright side", "could be worse", "only words", "harmless",
    ),
    "putting off": (
        "long and difficult", "long process", "think twice", "think again", "think carefully", "reconsider",
        "are you prepared", "do you really", "your career", "ruin", "repercussions", "consequences for you",
        "before you complain", "make trouble", "troublemak", "waste of time", "waste time", "not worth",
        "nothing we can do", "nothing can be done", "nothing i can do", "as a last resort", "only if you must",
        "vexatious", "malicious", "frivolous", "keep this to yourself", "you must not tell", "tell nobody about",
        "you may not speak", "do not talk to", "don't talk to",
    ),
    "hurrying": (
        "hurry", "last chance", "time is running", "running out of time", "too late", "act now", "without fail",
        "you only have", "make up your mind", "be quick", "at once or",
    ),
    "blaming": (
        "your fault", "your own fault", "you should have", "why didn't you", "why did you", "you failed",
        "you have failed", "you forgot", "you neglected", "provoke", "brought it on", "you asked for it",
        "both sides of",        "it takes two", "your mistake", "you were wrong", "you led", "to blame",
    ),
    "promising what nobody here can keep": (
        "nobody will ever know", "nobody will know", "no one will know", "nobody can know", "nobody can find out",
        "no one can find out", "never find out", "will not find out", "won't find out", "completely anonymous",
        "totally anonymous", "fully anonymous", "anonymously", "are anonymous", "is anonymous", "stay anonymous",
        "remain anonymous", "completely confidential", "totally confidential", "strictly confidential",
        "absolutely confidential", "fully confidential", "complete confidence", "we guarantee", "i guarantee",
        "guaranteed", "guarantee that", "we promise", "i promise", "kept secret", "stays secret", "secret from",
        "100%", "untraceable", "no trace", "can't be traced", "completely safe", "perfectly safe", "you are safe",
        "totally secure", "completely secure", "you are protected", "you will be protected",
        "nothing will happen to you", "cannot be held against", "can't be held against", "trust us",
        "trust me", "don't worry", "do not worry",
        "everything will be", "will be fine", "will believe you", "will be believed",
    ),
}  # fmt: skip
#: Words for machines, for offices elsewhere, and from over the water.
JARGON = (
    r"\b(token|payload|session|database|timeout|null|invalid|error|organiz|behavior|color|please note|backend|"
    r"uuid|api|url|server error|authenticat\w*|unauthori[sz]ed|forbidden|permission denied|parameter|string|boolean|"
    r"utili[sz]e\w*|leverage|stakeholders?|respondent|complainant|perpetrator|accused|accuser|victim|whistleblower|"
    r"case handler|caseworker|ticket|workflow|kindly|herewith|aforementioned|pursuant)\b"
)


@pytest.mark.parametrize("manner", sorted(NEVER))
def test_nothing_that_is_said_is_of_this_kind(manner):
    found = {where: phrase for where, said in SAID.items() for phrase in NEVER[manner] if phrase in _plainly(said)}
    assert not found


def _plainly(said: str) -> str:
    return " ".join(said.replace("’", "'").casefold().split())


def test_what_is_said_is_british_and_without_jargon():
    told = {where: said for where, said in SAID.items() if not where.startswith(TO_ADMINISTRATORS)}
    found = {where: match[0] for where, said in told.items() if (match := re.search(JARGON, _plainly(said)))}
    assert not found


def test_everything_that_is_said_was_looked_at():
    for part in ("words: story-hint", "words: web-how", "flows: /first/0/says", "try.yaml: paper"):
        assert SAID[part]
    for file in ("app.py", "manifest.py", "render.py"):
        assert any(where.startswith(f"{file}: ") for where in SAID)
