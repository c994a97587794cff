"""A language is a folder: what stands in it is said, what it lacks is said in English; what can't be right is named.

The Welsh here only proves that Welsh can be said; it is no translation that comes with the project.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.contents import Citing
from bot.errors import UnsoundContent
from bot.pack import Nation
from content import load, wording
from content.reading import refusals
from deploy import on_words
from deploy.documents.rephrasing import OF_READING, recognised
from deploy.running import languages
from tests.core.council import settings

HERE = Path(__file__).parents[2]
CONTENT = HERE / "content"
TOPICS = {topic.id: topic.name for topic in load.topics()}
MONTHS = "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr".split()
WELSH = {
    "share": "Rhannu yn y sianel hon",
    "guest": "Helo. Gofynnwch i'r clerc{clerk}.",
    "months": "{count} mis",
    "months-1": "un mis",
    "months-2": "deufis",
    "cite-bullet": "{above}, pwynt {number}",
    "topic-reputation": "Enw da",
    **{f"month-{number}": name for number, name in enumerate(MONTHS, 1)},
}
FLOW = [("Somebody is in danger now", "Mae rhywun mewn perygl nawr"), ("Ring 999", "Ffoniwch 999")]


def yaml(sentences: dict[str, str]) -> str:
    return "".join(f"{name}: {_quoted(said)}\n" for name, said in sentences.items())


def _quoted(said: str) -> str:
    return "'" + said.replace("'", "''") + "'"


@pytest.fixture
def content(tmp_path) -> Path:
    """The English wording and a little Welsh, in a folder."""
    for name in ("words", "flows"):
        shutil.copytree(CONTENT / name, tmp_path / name)
    write(tmp_path, WELSH)
    flows(tmp_path, FLOW)
    return tmp_path


def write(content: Path, sentences: dict[str, str], file: str = "all.yaml") -> None:
    (content / "words" / "cy").mkdir(exist_ok=True)
    (content / "words" / "cy" / file).write_text(yaml(sentences), encoding="utf-8")


def flows(content: Path, pairs: list[tuple[str, str]]) -> None:
    (content / "flows" / "cy").mkdir(exist_ok=True)
    told = "".join(f"- english: {_quoted(english)}\n  said: {_quoted(said)}\n" for english, said in pairs)
    (content / "flows" / "cy" / "concern.yaml").write_text(told, encoding="utf-8")


def test_a_folder_makes_a_language(content):
    assert wording.languages(content) == ("cy", "en")
    words = wording.words(content, "cy", TOPICS)
    assert words.language == "cy"
    assert words("share") == "Rhannu yn y sianel hon"
    assert words("guest", clerk=" (Ann)") == "Helo. Gofynnwch i'r clerc (Ann)."


def test_an_empty_folder_is_enough_and_says_all_in_english(content):
    (content / "words" / "xx").mkdir()
    assert wording.words(content, "xx", TOPICS).beginning("") == load.words().beginning("")
    assert wording.flow(content, "xx") == load.flow()


def test_what_a_language_lacks_is_said_in_english(content):
    words = wording.words(content, "cy", TOPICS)
    assert words("none-of-these") == load.words()("none-of-these") == "None of these"


@pytest.mark.parametrize(
    ("number", "english", "welsh"), [(1, "one month", "un mis"), (2, "2 months", "deufis"), (5, "5 months", "5 mis")]
)
def test_a_number_is_said_as_each_language_says_it(content, number, english, welsh):
    assert load.words()("months", count=number) == english
    assert wording.words(content, "cy", TOPICS)("months", count=number) == welsh


def test_an_english_form_for_one_is_not_said_in_a_language_that_has_only_the_other(content):
    write(content, {"months": "{count} mis"})
    assert wording.words(content, "cy", TOPICS)("months", count=1) == "1 mis"


def test_a_day_has_the_languages_month(content):
    day = date(2026, 11, 27)
    assert wording.words(content, "cy", TOPICS).day(day) == "27 Tachwedd 2026"
    assert load.words().day(day) == "27 November 2026"


def test_a_line_is_cited_in_the_language(content):
    assert wording.words(content, "cy", TOPICS).citing.bullet == "{above}, pwynt {number}"


def test_what_looks_at_a_pack_by_itself_cites_as_the_english_words_do():
    assert load.words().citing == Citing()


def test_the_flow_is_told_in_the_language_with_the_same_numbers(content):
    thing = wording.flow(content, "cy").thing("danger", "wales")
    assert thing is not None
    assert (thing.label, thing.help[0].how) == ("Mae rhywun mewn perygl nawr", "Ffoniwch 999")
    assert thing.help[0].name == "Emergency services"


@pytest.mark.parametrize("nation", ["england", "wales"])
def test_a_language_changes_nothing_of_what_leads_where(content, nation: Nation):
    welsh, english = wording.flow(content, "cy"), load.flow()
    assert [(one.id, one.leads, one.nations) for one in welsh.first] == [
        (one.id, one.leads, one.nations) for one in english.first
    ]
    assert [note.id for note in welsh.notes("written", nation)] == [
        note.id for note in english.notes("written", nation)
    ]


# ---------------------------------------------------------------- what can't be right


@pytest.mark.parametrize(
    ("sentences", "said"),
    [
        ({"shares": "Rhannu"}, r"all.yaml, line 1, shares: there is no sentence 'shares'\. Did you mean 'share'"),
        ({"qqq": "Rhannu"}, r"there is no sentence 'qqq'\. Delete it"),
        ({"share": "Da", "guest": "Helo {clerc}."}, r"line 2, guest: its gaps differ .*\. They are: \{clerk\}"),
        ({"guest": "Helo."}, r"guest: its gaps differ from the English sentence’s\. They are: \{clerk\}"),
        ({"share": "Rhannu {place}"}, r"share: its gaps differ .*\. They are: none"),
        ({"guest": "Helo {clerk!r}."}, r"the gap \{clerk\} is broken"),
        ({"guest": "Helo {clerk.name}."}, r"the gap \{clerk\.name\} is broken"),
        ({"guest": "Helo {clerk:>99}."}, r"the gap \{clerk\} is broken"),
        ({"guest": "Helo {clerk"}, r"guest: a gap is broken"),
        ({"share-2": "Rhannu"}, r"there is no sentence 'share-2'"),
        ({"months-2": "{number} mis"}, r"months-2: its gaps differ"),
        ({"slack-close": "Cau yr hyn sydd o'ch blaen"}, r"this is 26 characters long\. There is room for 24"),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_sentence_that_can_not_be_right_is_named_with_its_line_and_the_mend(content, sentences, said):
    write(content, sentences)
    with pytest.raises(UnsoundContent, match=said):
        wording.words(content, "cy", TOPICS)


def test_a_sentence_in_two_files_is_refused(content):
    write(content, {"share": "Rhannu"}, "other.yaml")
    with pytest.raises(UnsoundContent, match="stands in two files"):
        wording.words(content, "cy", TOPICS)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("Somebody is in danger", "Perygl"), r"line 1, \[0\]\.english: .* It reads now: Somebody is in danger now"),
        (("Something quite different", "Perygl"), r"Copy it from flows/concern\.yaml"),
        (("Ring 999", "Ffoniwch 99"), r"its numbers differ from the English ones"),
        (("Ring 999", ""), r"this is empty"),
    ],
    ids=range(4),
)
def test_a_flow_that_can_not_be_right_is_named_with_its_line_and_the_mend(content, pair, said):
    flows(content, [pair])
    with pytest.raises(UnsoundContent, match=said):
        wording.flow(content, "cy")


def test_a_language_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(UnsoundContent, match=r"does not speak 'cy'\. It speaks: en\."):
        load.words("cy")


# ---------------------------------------------------------------- whose language is spoken where


def test_a_workspace_is_spoken_to_in_its_councils_language_and_an_unknown_one_in_english():
    own = settings(workspaces={"slack": "T1"})
    spoken = languages.of_workspaces("slack", [own])
    assert spoken("T1") is spoken("T2") is load.words("en")
    assert languages.of_councils([own])(own.council) is load.words()


def test_words_are_read_once():
    assert load.words() is load.words()
    assert load.flow("en") is load.flow("en")


def test_dropping_a_folder_is_all_there_is_to_do(tmp_path):
    """In a process of its own, with a copy of the content in which there is a little Welsh; no code is touched."""
    shutil.copytree(CONTENT, tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__"))
    write(tmp_path / "content", WELSH)
    flows(tmp_path / "content", FLOW)
    (tmp_path / "barrow.yaml").write_text("council: barrow\nlanguage: cy\n", encoding="utf-8")
    asked = (
        "from pathlib import Path; from content.settings import settings;"
        "from deploy.handbooks import handbook, shipped;"
        "own = settings(Path('barrow.yaml')); book = handbook(shipped(own), settings=own);"
        "print(book.words('share'), book.flow.first[0].label, book.topics['reputation'].name, sep='|');"
        "print(next(one.label for one in book.contents.stands.values() if 'pwynt' in one.label));"
        "from deploy.cli import main; import sys; sys.argv = ['protocol-bot', 'words', 'cy']; main()"
    )
    run = [sys.executable, "-c", asked]
    env = os.environ | {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(HERE))), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Rhannu yn y sianel hon|Mae rhywun mewn perygl nawr|Enw da"
    assert re.search(r"pwynt \d", lines[1])
    assert re.fullmatch(r"# cy: sound; \d+ sentences are said in English", lines[2])
    assert 'none-of-these: "None of these"' in lines
    assert not any(line.startswith(("share:", "months", "month-")) for line in lines[3:])


# ---------------------------------------------------------------- for whoever translates


def test_what_a_language_lacks_is_listed_with_the_english(content):
    lacking = wording.lacking(content, "cy", TOPICS)
    names = [one.name for one in lacking]
    assert "share" not in names
    assert wording.Lacking("none-of-these", "None of these") in lacking
    assert "topic-reputation" not in names
    assert "topic-training" in names
    assert "flows/concern.yaml" in names
    assert not [name for name in names if name.startswith("months-")]


def test_nothing_is_lacking_in_english():
    assert load.lacking("en") == []
    assert next(iter(on_words.languages())) == "en: nothing is lacking"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "nothing is lacking"), (1, "one sentence is"), (2, "2 sentences are")]
)
def test_how_much_is_lacking_is_said_first(number, said):
    first = next(on_words.lacks("cy", [wording.Lacking("a", "A")] * number))
    assert first.startswith(f"# cy: sound; {said}")


# ---------------------------------------------------------------- what reading says in English

SAYING = [
    *(CONTENT / "reading" / f"{name}.py" for name in ("refusals", "decoded", "docx", "html", "left_tables", "pdf")),
    *(CONTENT / "importing" / f"{name}.py" for name in ("facts", "imported", "packs")),
]


#: What stands in a gap where it is no number and no word of a document.
GAPS = {"name": "was adopted", "_where(piece)": " on page 7"}


def sentences(file: Path) -> list[str]:
    """Whole sentences in a file's code, with something in their gaps."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    made = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for one in made for part in one.values}
    parts |= {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}
    found = ["".join(map(_part, one.values)) for one in made]
    plain = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in parts)
    found += [node.value for node in plain if isinstance(node.value, str)]
    return [one for one in found if re.fullmatch(r"[A-Z“].*[.?”]", one, re.DOTALL) and one.count(" ") > 3]


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    return GAPS.get(ast.unparse(part.value), "7")


def _has_docstring(node: ast.AST) -> bool:
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return isinstance(node, documented) and ast.get_docstring(node) is not None


@pytest.mark.parametrize("file", SAYING, ids=[file.stem for file in SAYING])
def test_whatever_reading_says_has_a_sentence_in_words(file):
    said = sentences(file)
    assert said
    assert [one for one in said if recognised(one) is None] == []


def test_every_refusal_is_known_by_its_name():
    names = {text: name for name, text in vars(refusals).items() if name.isupper() and isinstance(text, str)}
    known = {text: recognised(text) for text in names}
    assert {text: found and found[0] for text, found in known.items()} == {
        text: f"{OF_READING}{name.lower().replace('_', '-')}" for text, name in names.items()
    }


def test_no_desk_writes_a_day_by_itself():
    """Month names come from words; `workdays.said` is for the command line, which speaks English."""
    for file in (HERE / "bot").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "workdays.said(" not in text, file.name
        assert file.name in ("workdays.py", "days.py") or "%B" not in text, file.name
