"""At the command line English is spoken whatever a council speaks; a translation that is not sound is one clear line.

In a process of its own, with a copy of the content in which there is a little Welsh.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
WELSH = "gap-vacant: 'Does neb yn {office}.'\ngap-alternate: 'Does neb yn lle {office}.'\noffice-chair: y cadeirydd\n"
SETTINGS = """council: barrow
language: cy
people:
  - {id: ann, name: Ann Lee, offices: [clerk], accounts: ["email:ann@example.org"]}
"""


@pytest.fixture
def welsh(tmp_path) -> Path:
    shutil.copytree(HERE / "content", tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "content" / "words" / "cy").mkdir()
    written(tmp_path, WELSH)
    (tmp_path / "own.yaml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def written(folder: Path, words: str) -> None:
    (folder / "content" / "words" / "cy" / "main.yaml").write_text(words, encoding="utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK", "TEAMS", "DATABASE"))}
    env |= {"PYTHONPATH": os.pathsep.join((str(folder), str(HERE))), "PYTHONDONTWRITEBYTECODE": "1"}
    asked = "import sys; from deploy.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", asked, *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_check_and_doctor_say_the_same_in_english_and_what_the_language_does_not_bring(welsh):
    checked = run(welsh, "check", "--settings", "own.yaml")
    assert checked.returncode == 0, checked.stderr
    assert "barrow: Nobody holds the office of the chair." in checked.stdout
    assert "barrow: the bot speaks 'cy' there. Questions, words of concern and documents are understood in English" in (
        checked.stdout
    )
    looked = run(welsh, "doctor", "--settings", "own.yaml", "--data", "data", "--offline")
    assert "Nobody holds the office of the chair." in looked.stdout
    assert "neb" not in checked.stdout + looked.stdout


def test_an_unsound_translation_is_one_finding_with_its_file_and_line(welsh):
    written(welsh, f"{WELSH}wrong-danger: Ffoniwch 99.\n")
    where = (
        "own.yaml, line 2, language: the bot can't speak 'cy'. words/cy/main.yaml, line 4, wrong-danger: its numbers"
    )
    checked = run(welsh, "check", "--settings", "own.yaml")
    assert checked.returncode == 2
    assert where in checked.stderr
    looked = run(welsh, "doctor", "--settings", "own.yaml", "--data", "data", "--offline", "--json")
    told = json.dumps(json.loads(looked.stdout), ensure_ascii=False)
    assert "words/cy/main.yaml, line 4, wrong-danger" in told


def test_the_try_out_refuses_a_language_that_is_not_there_or_not_sound(welsh):
    missing = run(welsh, "try", "--language", "xx", "--no-browser", "--data", "tried")
    assert (missing.returncode, "It speaks: cy, en." in missing.stderr) == (2, True)
    written(welsh, "share: ''\n")
    unsound = run(welsh, "try", "--language", "cy", "--no-browser", "--data", "tried")
    assert (unsound.returncode, "words/cy/main.yaml, line 1, share: this is empty" in unsound.stderr) == (2, True)
    assert not (welsh / "tried").exists()
