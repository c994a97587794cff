"""No sentence that anybody reads in the chat stands in code, whether a test comes by it or not."""

import re
from pathlib import Path
from typing import Final

import pytest

from content import load
from deploy.documents.rephrasing import OF_READING
from tests.languages.prose import prose

HERE = Path(__file__).parents[2]
#: What of deploy reaches the chat: whole modules, and of the report on a document what `notes` tells.
OF_DEPLOY = ("platforms/pages.py", "platforms/slack_pages.py", "handbooks.py", "confirmed.py")
NOTES = ("notes", "_set_aside", "_numbers", "_clauses", "_earlier_rules", "_counted")
MODULES = [
    *sorted((HERE / "bot").glob("*.py")),
    *sorted((HERE / "adapters").rglob("*.py")),
    *(HERE / "deploy" / name for name in OF_DEPLOY),
]

_CATALOGUE: Final = "stands in the platform's own catalogue, one for all councils, and is pasted there by hand"
_REFUSAL: Final = "why something was not delivered, for whoever looks at `outbox` or `doctor`"
#: What is for nobody in the chat, by module, and why.
FOR_OTHERS: Final = {
    "adapters/mail/app.py": _REFUSAL,
    "adapters/slack/app.py": _REFUSAL,
    "adapters/slack/calls.py": _REFUSAL,
    "adapters/slack/carrying.py": _REFUSAL,
    "adapters/slack/manifest.py": _CATALOGUE,
    "adapters/slack/refusals.py": _REFUSAL,
    "adapters/slack/sockets.py": "is logged",
    "adapters/teams/app.py": _REFUSAL,
    "adapters/teams/carrying.py": _REFUSAL,
    "adapters/teams/manifest.py": _CATALOGUE,
    "adapters/teams/pace.py": _REFUSAL,
    "adapters/teams/refusals.py": _REFUSAL,
    "adapters/teams/tokens.py": _REFUSAL,
    "adapters/web/guard.py": "a header of HTTP",
    "bot/outbox.py": _REFUSAL,
}
#: The same within modules that do say something: by the text's beginning.
OF_MODULES: Final = {
    "bot/dates.py": ("what each problem's name means, and no sentence", None),
    "bot/earlier.py": ("what is recognised in a question", r"\(\?:before\|"),
    "bot/references.py": ("what is recognised in a question", r"section heading|what does say"),
    "bot/timeline.py": ("what documents say", r"no amendments made$"),
}


def said(file: Path) -> list[tuple[int, str]]:
    name = file.relative_to(HERE).as_posix()
    found = list(prose(file.read_text(encoding="utf-8")))
    if name not in OF_MODULES:
        return found
    known = OF_MODULES[name][1]
    return [(line, text) for line, text in found if known is not None and not re.match(known, text)]


def test_no_module_that_speaks_in_the_chat_has_a_sentence_of_its_own():
    left = {file.relative_to(HERE).as_posix(): said(file) for file in MODULES}
    assert {name: found for name, found in left.items() if found and name not in FOR_OTHERS} == {}


def test_nothing_is_passed_over_that_is_not_there_any_more():
    assert [name for name in FOR_OTHERS if not list(prose((HERE / name).read_text(encoding="utf-8")))] == []


def test_what_a_report_tells_in_the_chat_is_known_by_a_sentence_of_words():
    file = HERE / "deploy" / "documents" / "import_report.py"
    known = " ".join(" ".join(said.split()) for said in load.words().beginning(OF_READING).values())
    found = [text for _, text in prose(file.read_text(encoding="utf-8"), NOTES)]
    assert len(found) > 5
    assert [text for text in found if text.strip(" .,:;") not in known] == []


PLANTED = "Please go to the clerk."


@pytest.mark.parametrize(
    "code",
    [
        f'def shown(words):\n    return Paragraph("{PLANTED}")',
        f'def shown(words, name):\n    return Paragraph(f"{{name}}: {PLANTED}")',
        f'HINTS: Final = {{"a": "{PLANTED}"}}',
        f'def shown(words, text="{PLANTED}"):\n    return text',
        f'def shown(words):\n    """What is shown."""\n    yield "{PLANTED}"',
        f'class Shown:\n    title = "{PLANTED}"',
    ],
    ids=["told", "with a gap", "in a table", "a default", "yielded", "a field"],
)
def test_a_sentence_that_was_planted_is_found(code):
    assert [PLANTED in text for _, text in prose(code)] == [True]


def test_two_words_with_a_capital_are_found_too():
    assert [text for _, text in prose('x = Button("Nothing found")')] == ["Nothing found"]


@pytest.mark.parametrize(
    "code",
    [
        f'"""{PLANTED}"""',
        f'def told():\n    """{PLANTED}"""',
        f'def told():\n    raise Wrong("{PLANTED}")',
        f'log.warning("{PLANTED} %s", name)',
        'WORDS = frozenset("what does this say".split())',
        'FOUND = re.compile("before or after that")',
        'Kind = Literal["put off until later"]',
        'x = words("concern-withdraw-asked")',
    ],
    ids=range(8),
)
def test_what_nobody_reads_in_the_chat_is_none(code):
    assert list(prose(code)) == []
