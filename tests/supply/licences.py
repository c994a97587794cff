"""The table of run-time dependencies and their licences: `python -m tests.supply.licences` writes it anew.

In: the packages that are pinned. Out: deploy/answering/licences.md. Never: a licence that nobody has allowed.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from tests.supply.packages import ROOT, Package, running

FILE: Final = ROOT / "deploy" / "answering" / "licences.md"

#: Licences that may be among what the project runs on. Each lets a council use, change and pass on the whole; the LGPL
#: asks that its own part can be replaced, as it can: it is a package of its own.
ALLOWED: Final = frozenset(
    {
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "LGPL-3.0-only",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
    }
)

_HEAD = """\
# What it runs on, and under which licences

Written by `make licences`; a test holds it to the lock. Protocol Bot itself is under the
[Apache License 2.0](../../LICENSE). Everything below is free to use, also by a council. Nothing of it is copied
into this project: each package is installed beside it, at exactly this version, and only if the fingerprint of its file
is one that the lock names.

*builds*: needed only to install the project.

| package | version | licence | |
|---|---|---|---|
"""


def parts(expression: str) -> set[str]:
    """The licences that an SPDX expression names."""
    return {word for word in re.findall(r"[\w.+-]+", expression) if word not in ("AND", "OR", "WITH")}


def unexpected(packages: Iterable[Package]) -> list[str]:
    """Packages with a licence that nobody has allowed. Of `A OR B` either would do; that has not come up."""
    return [f"{one.name} {one.version}: {one.licence}" for one in packages if not parts(one.licence) <= ALLOWED]


def table(packages: Iterable[Package]) -> str:
    """The whole document."""
    all_of_them = list(packages)
    rows = "".join(f"| {one.name} | {one.version} | {one.licence} | {_note(one)} |\n" for one in all_of_them)
    counted = Counter(one.licence for one in all_of_them)
    summary = ", ".join(f"{licence} ({count})" for licence, count in sorted(counted.items()))
    return f"{_HEAD}{rows}\n{len(all_of_them)} packages: {summary}.\n"


def _note(one: Package) -> str:
    where = "builds" if one.builds else ""
    only = one.only.replace("_", " ").replace("'", "")
    return "; ".join(part for part in (where, f"where {only}" if only else "") if part)


def main() -> None:
    """Write it, unless there is a licence in it that nobody has allowed."""
    packages = running()
    if amiss := unexpected(packages):
        raise SystemExit("Not written. Look at these before anything else:\n" + "\n".join(amiss))
    FILE.write_text(table(packages), "utf-8")
    print(f"{FILE.relative_to(ROOT)}: {len(packages)} packages.")


if __name__ == "__main__":
    main()
