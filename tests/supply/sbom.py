"""The bill of materials: `python -m tests.supply.sbom dist/sbom.cdx.json`. CycloneDX 1.6, the same bytes every time.

In: the packages that are pinned, what each says it needs. Out: JSON: versions, hashes, licences, what needs what.
Never: a time, a random number, a path or a registry's address: a lock is good wherever packages come from.
"""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.supply.packages import FOR_BUILDING, ROOT, Package, running

_PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_OF_EXTRA = re.compile(r"""extra *== *["']([^"']+)["']""")


def document() -> dict[str, Any]:
    """The whole of it."""
    packages = running()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _itself()},
        "components": [_component(one) for one in packages],
        "dependencies": [_needs_of_itself(packages), *(_needs(one, packages) for one in packages)],
    }


def _itself() -> dict[str, Any]:
    return {
        "type": "application",
        "bom-ref": _REF,
        "name": _PROJECT["name"],
        "version": _PROJECT["version"],
        "description": _PROJECT["description"],
        "licenses": [{"license": {"id": _PROJECT["license"]}}],
        "purl": _REF,
    }


_REF: Final = f"pkg:pypi/{_PROJECT['name']}@{_PROJECT['version']}"


def _component(one: Package) -> dict[str, Any]:
    files = {
        "type": "distribution",
        "url": one.purl,
        "comment": "the files of this release that the lock takes",
        "hashes": [{"alg": "SHA-256", "content": sha} for sha in one.hashes],
    }
    only = {"properties": [{"name": "python:marker", "value": one.only}]} if one.only else {}
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "scope": "excluded" if one.builds else "required",
        "licenses": [{"expression": one.licence}],
        "purl": one.purl,
        "externalReferences": [files],
        **only,
    }


# ---------------------------------------------------------------- what needs what


def _needs_of_itself(packages: list[Package]) -> dict[str, Any]:
    extras = _PROJECT["optional-dependencies"].values()
    asked = [Requirement(line) for line in (*_PROJECT["dependencies"], *(line for extra in extras for line in extra))]
    wanted = {canonicalize_name(one.name) for one in asked} | FOR_BUILDING
    return {"ref": _REF, "dependsOn": [one.purl for one in packages if one.name in wanted]}


def _needs(package: Package, packages: list[Package]) -> dict[str, Any]:
    """On every platform that the lock serves, so that the same is written on all of them."""
    wanted = {canonicalize_name(one.name) for one in _asked(package.name) if _counts(one)}
    return {"ref": package.purl, "dependsOn": [one.purl for one in packages if one.name in wanted - {package.name}]}


def _asked(name: str) -> list[Requirement]:
    try:
        return [Requirement(line) for line in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:  # one for another Python
        return []


def _counts(one: Requirement) -> bool:
    """What it needs always, or by one of the extras that are asked for here."""
    extras = set(_OF_EXTRA.findall(str(one.marker or "")))
    return not extras or bool(extras & {"asyncio", "binary", "crypto"})


def written() -> str:
    """As the file holds it."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def main(file: Path) -> None:
    """Write it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written(), "utf-8")
    print(f"{file}: {len(document()['components'])} packages.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
