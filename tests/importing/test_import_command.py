"""`protocol-bot import`: what a clerk types, sees and gets; and nothing at all where it can't be done."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from content import load
from content.reading.structure import Why
from deploy.cli import main
from deploy.documents import import_report
from tests.importing.made import text_file, word_file

ROOT = Path(__file__).parents[2]
NAMED = ["--name", "Ashcombe Regis Parish Council", "--nation", "england"]


@pytest.fixture
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text_file(tmp_path / "ashcombe.txt")
    return tmp_path


def run(*line, capsys):
    status = main(list(map(str, line)))
    out, err = capsys.readouterr()
    return status, out, err


def test_a_document_becomes_a_file_that_is_sound(there, capsys):
    status, out, err = run("import", "ashcombe.txt", "--out", "ours.yaml", capsys=capsys)
    assert (status, err) == (0, "")
    pack = load.pack(there / "ours.yaml")
    assert (pack.council, pack.name, pack.nation) == ("ashcombe-regis", "Ashcombe Regis Parish Council", "england")
    assert (pack.document.adopted, pack.document.next_review) == ("2026-05-11", "2027-05-10")
    for said in (
        "Headings: 4",
        "Adopted: 2026-05-11",
        "are proposed. None of these is in force",
        "Written to ours.yaml",
    ):
        assert said in out
    assert run("check", "ours.yaml", capsys=capsys)[0] == 0


def test_a_word_file_is_the_same_document(there, capsys):
    word_file(there / "ashcombe.docx")
    run("import", "ashcombe.docx", "--out", "word.yaml", capsys=capsys)
    run("import", "ashcombe.txt", "--out", "text.yaml", capsys=capsys)
    in_word, in_text = (
        [(getattr(node, "ref", None), getattr(node, "text", None)) for node in load.pack(there / file).body]
        for file in ("word.yaml", "text.yaml")
    )
    assert in_word == in_text


def test_it_is_named_for_the_council_where_nobody_says_how(there, capsys):
    assert run("import", "ashcombe.txt", capsys=capsys)[0] == 0
    assert load.pack(there / "ashcombe-regis.yaml").place == "Ashcombe Regis"


def test_an_id_is_put_into_the_letters_that_ids_have(there, capsys):
    assert run("import", "ashcombe.txt", "--council", "Ashcombe_Regis 2", capsys=capsys)[0] == 0
    assert load.pack(there / "ashcombe-regis-2.yaml").council == "ashcombe-regis-2"


def test_it_answers_at_once_in_the_adopted_words(there, capsys):
    run("import", "ashcombe.txt", "--out", "ours.yaml", capsys=capsys)
    assert (
        "Members must not give orders to the groundsman." in run("ask", "2.1", "--pack", "ours.yaml", capsys=capsys)[1]
    )
    told = json.loads(run("clauses", "--pack", "ours.yaml", "--json", capsys=capsys)[1])
    assert told["clauses"][0]["ref"] == "1.1"
    assert told["clauses"][3]["items"][1]["text"] == "advice that leans to no party."


def test_every_paragraph_that_is_no_clause_is_told(there, capsys):
    out = run("import", "ashcombe.txt", capsys=capsys)[1]
    assert "Working Together: Protocol for Members and Staff" in out
    assert "Adopted by Ashcombe Regis Parish Council on 11 May 2026, minute 26/41" in out


def test_every_reason_for_leaving_something_out_has_a_name():
    assert set(import_report.CALLED) == set(get_args(Why))


def test_scripts_get_the_same_as_json(there, capsys):
    status, out, _ = run("import", "ashcombe.txt", "--json", capsys=capsys)
    told = json.loads(out)
    assert status == 0
    assert (told["pack"], told["council"], told["headings"]) == ("ashcombe-regis.yaml", "ashcombe-regis", 4)
    assert told["facts"]["document"]["next_review"] == "2027-05-10"
    assert {row["why"] for row in told["left"]} >= {"title"}


@pytest.mark.parametrize(
    ("words", "option"),
    [("1.1 Be kind to the town clerk.\n\n1.2 Answer letters.", "--name"),
     ("Ash Town Council\n\nProtocol\n\n1.1 Be kind to the clerk.\n\n1.2 Answer letters.", "--nation")],
)  # fmt: skip
def test_what_is_missing_without_a_terminal_is_taken_and_the_report_says_so_with_the_option(
    there, capsys, words, option
):
    (there / "little-ash.txt").write_text(words, encoding="utf-8")
    status, out, _ = run("import", "little-ash.txt", "--out", "pack.yaml", capsys=capsys)
    pack = load.pack(there / "pack.yaml")
    assert status == 0
    assert option in out
    assert "nobody could be asked" in out
    assert pack.nation == "england"
    assert pack.name == ("Ash Town Council" if option == "--nation" else "Little Ash")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 nothing", b"PK\x03\x04 nothing", b"\x00\x01\x02" * 50])
def test_a_file_that_can_not_be_read_leaves_nothing_behind(there, capsys, content):
    (there / "broken.pdf").write_bytes(content)
    before = sorted(path.name for path in there.iterdir())
    status, out, err = run("import", "broken.pdf", *NAMED, capsys=capsys)
    assert (status, out) == (2, "")
    assert err.startswith("protocol-bot: ")
    assert "Traceback" not in err
    assert sorted(path.name for path in there.iterdir()) == before


def test_another_file_is_not_written_over_the_same_one_is(there, capsys):
    (there / "ours.yaml").write_text("# somebody's work\n", encoding="utf-8")
    status, _, err = run("import", "ashcombe.txt", "--out", "ours.yaml", capsys=capsys)
    assert status == 2
    assert "is there already" in err
    assert (there / "ours.yaml").read_text(encoding="utf-8") == "# somebody's work\n"
    assert run("import", "ashcombe.txt", "--out", "new.yaml", capsys=capsys)[0] == 0
    assert run("import", "ashcombe.txt", "--out", "new.yaml", capsys=capsys)[0] == 0


def test_a_folder_that_is_not_there_is_said(there, capsys):
    status, _, err = run("import", "ashcombe.txt", "--out", "no/such/ours.yaml", capsys=capsys)
    assert status == 2
    assert "--out" in err


def test_it_is_laid_beside_an_earlier_file(there, capsys):
    run("import", "ashcombe.txt", "--out", "first.yaml", capsys=capsys)
    text = (there / "ashcombe.txt").read_text(encoding="utf-8").replace("five working days", "ten working days")
    (there / "second.txt").write_text(text, encoding="utf-8")
    status, out, _ = run("import", "second.txt", "--beside", "first.yaml", "--out", "second.yaml", capsys=capsys)
    assert status == 0
    assert "Beside the earlier file" in out
    assert load.pack(there / "second.yaml").council == "ashcombe-regis"


def test_on_a_terminal_what_is_missing_is_asked_for(there):
    (there / "short.txt").write_text("Ash Town Council\n\n1.1 Be kind to the clerk.\n\n1.2 Answer.", encoding="utf-8")
    ours, theirs = pty.openpty()
    line = [sys.executable, "-m", "deploy.cli", "import", "short.txt", "--out", "ours.yaml"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    os.write(ours, b"\nMercia\nw\n")
    done = subprocess.run(
        line, cwd=there, env=env, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, timeout=120, check=False
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0
    pack = load.pack(there / "ours.yaml")
    assert (pack.name, pack.nation) == ("Ash Town Council", "wales")


def test_lists_in_lists_without_end_make_a_sound_file_or_a_sentence(there, capsys):
    page = "<html><body><p>1.1 The clerk decides:</p>" + "<ul><li>one thing more" * 600 + "</ul>" * 600
    (there / "deep.html").write_text(page, encoding="utf-8")
    status, _, err = run("import", "deep.html", *NAMED, "--out", "ours.yaml", capsys=capsys)
    assert status == 0 or "Lists stand within lists" in err
    assert "Traceback" not in err
    assert status == 2 or load.pack(there / "ours.yaml")


def test_a_file_of_lists_in_lists_without_end_is_said_to_be_unsound(there, capsys):
    (there / "deep.yaml").write_text(f"council: {'[' * 800}{']' * 800}\n", encoding="utf-8")
    status, _, err = run("check", "deep.yaml", capsys=capsys)
    assert status == 2
    assert "lists stand within lists" in err


def test_a_document_that_names_another_council_is_pointed_out(there, capsys):
    ours = ["import", "ashcombe.txt", "--nation", "england"]
    _, out, _ = run(*ours, "--name", "Nether Dale Town Council", "--out", "other.yaml", capsys=capsys)
    assert "The document names Ashcombe Regis Parish Council. Is it the right one?" in out
    _, out, _ = run(*ours, "--name", "Ashcombe-Regis Town Council", "--out", "ours.yaml", capsys=capsys)
    assert "Is it the right one?" not in out


def test_a_folder_is_called_a_folder(there, capsys):
    (there / "packs").mkdir()
    status, _, err = run("import", "ashcombe.txt", "--out", "packs", capsys=capsys)
    assert status == 2
    assert "packs is a folder" in err
    assert "packs/ashcombe-regis.yaml" in err


def test_on_a_terminal_the_line_of_progress_ends_and_another_nation_is_answered(there):
    (there / "short.txt").write_text("Ash Town Council\n\n1.1 Be kind to the clerk.\n\n1.2 Answer.", encoding="utf-8")
    ours, theirs = pty.openpty()
    line = [sys.executable, "-m", "deploy.cli", "import", "short.txt", "--out", "ours.yaml"]
    os.write(ours, b"\nscotland\nengland\n")
    subprocess.run(
        line, cwd=there, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=theirs, stderr=theirs,
        stdout=subprocess.PIPE, timeout=120, check=True,
    )  # fmt: skip
    shown = os.read(ours, 100_000).decode().replace("\r\n", "\n")
    os.close(theirs)
    os.close(ours)
    assert "knows these two alone" in shown
    assert not any("Reading:" in row and "council" in row for row in shown.split("\n"))


def test_a_pack_file_is_no_document_and_the_refusal_says_what_takes_it(there, capsys):
    run("import", "ashcombe.txt", *NAMED, "--out", "ours.yaml", capsys=capsys)
    status, out, err = run("import", "ours.yaml", *NAMED, "--out", "again.yaml", capsys=capsys)
    assert (status, out) == (2, "")
    assert "That is a pack file already: `protocol-bot check` and `confirm` take it." in err
    assert not (there / "again.yaml").exists()
