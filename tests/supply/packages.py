"""The packages that the project runs on, as its locks pin them, each with its licence.

In: deploy/requirements.lock, what is installed here. Out: packages.
Never: asks a registry; a guess at a licence: what a package does not say clearly stands in `SAID`, read in its files.
"""

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
RUN: Final = ROOT / "deploy" / "requirements.lock"
#: What builds the project where it is installed, and is not there while it runs.
FOR_BUILDING: Final = frozenset(
    {"editables", "hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
)

#: Licences (SPDX) of packages whose metadata does not name one exactly, as their own licence files have it; those that
#: only other Pythons get stand here too, for nothing of them is installed.
SAID: Final = {
    "botbuilder-core": "MIT",
    "isodate": "BSD-3-Clause",
    "jsonpickle": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 AND (Apache-2.0 OR BSD-3-Clause)",
    "soupsieve": "MIT",
}
#: What packages write who do not write SPDX, and what it stands for.
_SPDX: Final = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}

_PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>[^\\\n]+?))? \\\n"
    r"(?P<hashes>(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


class Package(NamedTuple):
    """One pinned release. `only` is on which Pythons (empty: on all), `hashes` are the SHA-256 of its files."""

    name: str
    version: str
    only: str
    hashes: tuple[str, ...]
    licence: str

    @property
    def purl(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def builds(self) -> bool:
        """Whether it is only there to install the project."""
        return self.name in FOR_BUILDING


class Unclear(Exception):
    """A licence that nobody has looked up yet."""


def running() -> list[Package]:
    """Everything that may be there where the project runs, by name."""
    return sorted(_pinned(RUN.read_text("utf-8")))


def _pinned(lock: str) -> Iterator[Package]:
    for found in _PIN.finditer(lock):
        hashes = tuple(re.findall(r"sha256:([0-9a-f]{64})", found["hashes"]))
        name, version, only = found["name"], found["version"], (found["marker"] or "").strip()
        yield Package(name, version, only, hashes, licence(name, version))


def licence(name: str, version: str) -> str:
    """A release's licence, by SPDX. Raises `Unclear`."""
    if name in SAID:
        return SAID[name]
    told = metadata.metadata(name)
    if told["Version"] != version:
        raise Unclear(f"{name} {told['Version']} is installed, and {version} is pinned: run `make setup-dev`.")
    if (exact := told.get("License-Expression")) is not None:
        return str(exact)
    written = _SPDX.get(named := (told.get("License") or "").strip(), named)
    if re.fullmatch(r"[A-Z][\w.-]*\d[\w.-]*|MIT|ISC", written):
        return written
    classified = {c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License :: OSI")}
    if len(classified) == 1 and (only := classified.pop()) in _SPDX:
        return _SPDX[only]
    raise Unclear(f"{name} does not say exactly which licence it has: read its files, and add it to SAID.")
