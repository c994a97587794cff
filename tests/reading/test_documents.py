"""The goals of reading: on our own documents in every form, and on the shared ones."""

import json
from pathlib import Path

import pytest

from content.reading.opened import read
from content.reading.structure import outline
from tests.reading.measure import FORMATS, documents
from tests.reading.outlined import as_printed, read_back
from tests.reading.protocols import Protocol, own, truth
from tests.reading.scoring import score
from tests.reading.written import FORMS, write_all
from tests.shared import shared

SHARED = (
    "arrowdale.ol.html", "ayton_code_of_conduct.auto.docx", "ayton_code_of_conduct.md", "barrow.styles.docx",
    "crickhowell.auto.docx", "crickhowell.auto.pdf", "heckleby.md", "leigh-on-sea.typed.docx", "leigh-on-sea.typed.pdf",
    "thornmere.plain.pdf", "thornmere.txt", "thornmere.typed.docx", "twywell.plain.pdf", "whitbourne.auto.docx",
)  # fmt: skip


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("protocol", own(), ids=lambda protocol: protocol.name)
def test_our_own_documents_are_read_without_a_fault(protocol: Protocol, form: str) -> None:
    paper = read(FORMS[form](protocol), f"{protocol.name}.{form}")
    found, misses = score(as_printed(outline(paper)), truth(protocol))
    assert (found.clause, found.words, found.extra) == (1, 1, 0), [(miss.why, miss.clause["text"]) for miss in misses]


@pytest.mark.parametrize("name", SHARED)
def test_the_shared_documents_are_read_as_well_as_promised(name: str) -> None:
    file = shared(f"documents/{name}")
    wanted = json.loads(shared(f"documents/truth/{name.split('.')[0]}.json").read_text(encoding="utf-8"))
    found, misses = score(read_back(file), wanted)
    told = [(miss.why, miss.clause.get("ref"), miss.clause["text"][:60]) for miss in misses]
    assert found.words >= 0.98, told
    assert found.clause >= (0.90 if file.suffix == ".pdf" else 0.95), told
    assert found.extra == 0, told


def test_nothing_is_dropped_in_silence(tmp_path: Path) -> None:
    """Every word of a document stands in its outline: as a clause, a heading, a list, or left out by name."""
    for protocol in own():
        for form, write in FORMS.items():
            paper = read(write(protocol), f"{protocol.name}.{form}")
            found = outline(paper)
            said = " ".join([str(piece) for piece in found.body] + [left.text for left in found.left])
            for line in paper.lines:
                missing = [word for word in line.text.split() if word not in said]
                assert missing == [], f"{protocol.name}.{form}: {line.text}"


def test_every_form_of_our_own_documents_can_be_measured(tmp_path: Path) -> None:
    write_all(tmp_path)
    pairs = documents(tmp_path, tmp_path / "truth")
    assert len(pairs) == len(own()) * len(FORMS)
    assert {FORMATS[file.suffix] for file, _ in pairs} == {"docx", "html", "md", "txt"}
