"""Whether what was sent to Slack has the shapes of Slack's own types (npm, `@slack/types`).

In: a folder of files, each line {"kind": …, "payload": …}. Out: exit code 0, or the compiler's errors, each with what
it is about. Never: a word that was sent; only shapes are compiled. Run: python -m tests.slack.typed FOLDER
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests import tools

#: Strings that are part of a shape: Slack's types list what they may be.
_LISTED: Final = ("type", "style", "response_type", "response_action")
_HEAD: Final = 'import type { HomeView, KnownBlock, ModalView } from "@slack/types";\n'
_VIEWS: Final = {"modal": "ModalView", "home": "HomeView"}
_ERROR: Final = re.compile(r"sent\.ts\((\d+),")


def main(folder: Path) -> int:
    """Check all that stands in the folder.

    Where that is nothing, or the compiler is not here, it says so; with REQUIRE_ALL=1 it is a fault as well.
    """
    whole = os.environ.get("REQUIRE_ALL") == "1"
    found = list(sent(folder))
    if not found:
        print("Nothing was sent to Slack, so there is nothing to hold to its types.")
        return int(whole)
    try:
        wrong = errors(found)
    except (pytest.skip.Exception, pytest.fail.Exception) as without:
        print(f"What was sent to Slack is not held to its types: {without}")
        return int(whole)
    print("\n".join(wrong) or f"All {len(found)} that were sent to Slack have the shapes of its types.")
    return bool(wrong)


def sent(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What was sent, as kind and payload."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        for line in file.read_text(encoding="utf-8").splitlines():
            made = json.loads(line)
            yield made["kind"], made["payload"]


def errors(made: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """What the compiler says of them, each with the shape it says it of."""
    lines = list(dict.fromkeys(line for kind, payload in made for line in _declared(kind, payload)))
    named = [line.replace("const it", f"const it{number}", 1) for number, line in enumerate(lines)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "node_modules").symlink_to(tools.tsc().parents[2])
        (home / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        (home / "sent.ts").write_text(_HEAD + "\n".join(named) + "\n", encoding="utf-8")
        said = _compiled(home)
    return [_told(error, lines) for error in said]


def _compiled(home: Path) -> list[str]:
    """The compiler's errors, one a line and what explains it."""
    command = ["node", tools.tsc(), "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"]
    command += ["--pretty", "false", "sent.ts"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=300, check=False)
    return told(done.returncode, done.stdout, done.stderr)


def told(code: int, out: str, err: str) -> list[str]:
    """The errors of a compiler that ended with `code`: at least one where that is not 0."""
    if code == 0:
        return []
    found = re.split(r"\n(?=\S)", out.strip()) if out.strip() else []
    return [*found, *filter(None, [err.strip()])] or [f"tsc failed with {code}, and says nothing"]


def _told(error: str, lines: list[str]) -> str:
    """An error with the line that it is about."""
    at = _ERROR.search(error)
    about = lines[int(at[1]) - 2] if at else ""
    return f"{error}\n  {about}"


def _declared(kind: str, payload: Mapping[str, Any]) -> Iterator[str]:
    """A payload as declarations, one a line.

    Each block is held to the type of its name: a view's own `blocks` would take any block with a type.
    """
    if "view" in payload:  # the answer to a form that was sent in
        kind, payload = "modal", payload["view"]
    for block in payload.get("blocks", ()):
        yield f'const it: Extract<KnownBlock, {{ type: "{block.get("type")}" }}> = {json.dumps(_shape(block))};'
    if kind in _VIEWS:
        view = {name: value for name, value in payload.items() if name != "blocks"}
        yield f'const it: Omit<{_VIEWS[kind]}, "blocks"> = {json.dumps(_shape(view))};'


def _shape(made: Any, name: str = "") -> Any:
    """The same without its words and numbers, and each shape in a list only once."""
    match made:
        case Mapping():
            return {key: _shape(value, key) for key, value in sorted(made.items())}
        case list() | tuple():
            shapes = [_shape(one) for one in made]
            return [one for number, one in enumerate(shapes) if one not in shapes[:number]]
        case str():
            return made if name in _LISTED else "x"
        case bool() | None:
            return made
        case _:
            return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
