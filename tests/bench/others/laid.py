"""An environment of its own for each of the others, under build/peers: `python -m tests.bench.others.laid`.

In: which of them. Out: its Python. Never: anything installed beside ours; a second time what is there already.
"""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.bench.others import PINNED

_HERE: Final = Path(__file__).parents[3] / "build" / "peers"
#: What it needs beside itself: opsdroid asks setuptools for its plugins in a way that newer ones no longer know.
_BESIDE: Final = {"opsdroid": ("setuptools<81",)}


def python_of(name: str) -> Path:
    """The Python in which one of `PINNED` is installed, with our version of aiohttp.

    `ChildProcessError`, with the last line of what went wrong, where it can't be: without the network, for one.
    """
    home = _HERE / name
    python, mark = home / "bin" / "python", home / "laid"
    wanted = [f"{name}=={PINNED[name]}", f"aiohttp=={version('aiohttp')}", *_BESIDE.get(name, ())]
    if mark.exists() and mark.read_text(encoding="utf-8") == _told(wanted):
        return python
    print(f"installing {', '.join(wanted)} …", file=sys.stderr, flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(home)])
    _run([str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *wanted])
    mark.write_text(_told(wanted), encoding="utf-8")
    return python


def _told(wanted: list[str]) -> str:
    return f"{sys.version}\n{_HERE}\n{wanted}"


def _run(line: list[str]) -> None:
    ended = subprocess.run(line, capture_output=True, text=True, timeout=600, check=False)
    if ended.returncode:
        said = f"{ended.stdout}{ended.stderr}".strip().splitlines()
        raise ChildProcessError(said[-1] if said else f"status {ended.returncode}")


if __name__ == "__main__":
    for each in PINNED:
        print(python_of(each), file=sys.stderr)
