"""Writes small PDFs by hand, for tests of what reads them.

In: strings and where they stand. Out: a file's bytes, nothing in it packed. Never: more of the format than the tests
need: the standard fonts, no compression.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

#: Courier's letters are all this wide, as a share of their size: what fits on a line can be counted.
COURIER = 0.6
FONTS = (
    "Courier", "Courier-Bold", "Courier-Oblique", "Helvetica",
)  # fmt: skip


@dataclass
class Page:
    """One page, 595 × 842 points unless told, y upwards from its foot."""

    wide: int = 595
    high: int = 842
    rotate: int = 0
    marks: list[str] = field(default_factory=list)
    annotations: list[str] = field(default_factory=list)
    picture: bool = False
    drawn: str = ""

    def text(
        self, x: float, y: float, said: str, *, font: str = "Courier", size: float = 10, raised: float = 0
    ) -> None:
        name = FONTS.index(font)
        self.marks.append(f"BT /F{name} {size} Tf {x} {y} Td {raised} Ts ({_escaped(said)}) Tj ET")

    def turned(self, x: float, y: float, said: str, *, size: float = 10) -> None:
        self.marks.append(f"BT /F0 {size} Tf 0 1 -1 0 {x} {y} Tm ({_escaped(said)}) Tj ET")

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.marks.append(f"{x0} {y0} m {x1} {y1} l S")

    def dot(self, x: float, y: float, wide: float = 4) -> None:
        self.marks.append(f"{x} {y} {wide} {wide} re f")

    def field(self, x: float, y: float, value: str) -> None:
        self.annotations.append(
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /V ({_escaped(value)}) /Rect [{x} {y} {x + 200} {y + 14}] >>"
        )

    def form(self, drawn: str) -> None:
        """Draws a form that the page and the form itself know as Fm: marks that draw it again make a loop."""
        self.drawn = drawn
        self.marks.append("/Fm Do")

    def wrapped(
        self, x: float, y: float, said: str, *, wide: int = 70, lead: float = 12, hang: float = 0, font: str = "Courier"
    ) -> float:
        """Wraps a paragraph so many letters wide, its further lines so much further in; gives the next free y."""
        for at, line in enumerate(wrap(said, wide)):
            self.text(x + (hang if at else 0), y, line, font=font)
            y -= lead
        return y


def wrap(said: str, wide: int) -> list[str]:
    lines = [""]
    for word in said.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > wide:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def written(pages: Sequence[Page], *, info: str = "", encrypt: str = "") -> bytes:
    """The file. `encrypt` is the dictionary of its encryption, as it stands in the trailer."""
    objects: dict[int, bytes] = {}
    numbers = count(3)
    fonts = " ".join(
        f"/F{at} << /Type /Font /Subtype /Type1 /BaseFont /{name}{_coded(name)} >>" for at, name in enumerate(FONTS)
    )
    kids = []
    for page in pages:
        stream, number = next(numbers), next(numbers)
        drawn = "\n".join(page.marks) + ("\nq 595 0 0 842 0 0 cm /Im Do Q" if page.picture else "")
        objects[stream] = _stream("", drawn.encode("latin-1"))
        known = ""
        if page.picture:
            picture = next(numbers)
            head = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
            objects[picture] = _stream(head, b"\x80")
            known += f" /Im {picture} 0 R"
        if page.drawn:
            form = next(numbers)
            known += f" /Fm {form} 0 R"
            box = f"/BBox [0 0 {page.wide} {page.high}] /Resources << /Font << {fonts} >> /XObject <<{known} >> >>"
            objects[form] = _stream(f"/Type /XObject /Subtype /Form {box}", page.drawn.encode("latin-1"))
        annotations = f" /Annots [{' '.join(page.annotations)}]" if page.annotations else ""
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.wide} {page.high}] /Rotate {page.rotate}"
            f" /Resources << /Font << {fonts} >> /XObject <<{known} >> >> /Contents {stream} 0 R{annotations} >>"
        ).encode("latin-1")
        kids.append(f"{number} 0 R")
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode("latin-1")
    return _file(objects, info, encrypt)


def _coded(font: str) -> str:
    # Without an encoding of its own a font has the standard one, where joined letters have codes.
    return "" if font == "Helvetica" else " /Encoding /WinAnsiEncoding"


def _escaped(said: str) -> str:
    coded = said.replace("\ufb01", "\xae").encode("cp1252").decode("latin-1")
    return coded.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _stream(head: str, data: bytes) -> bytes:
    return f"<< {head} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _file(objects: dict[int, bytes], info: str, encrypt: str) -> bytes:
    data = b"%PDF-1.4\n"
    places = {}
    for number in sorted(objects):
        places[number] = len(data)
        data += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    start = len(data)
    rows = "".join(f"{places[number]:010} 00000 n \n" for number in sorted(objects))
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R"
    trailer += f" /Info << /Title ({info}) >>" if info else ""
    trailer += f" /Encrypt {encrypt} /ID [<00> <00>]" if encrypt else ""
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    return data + end.encode("latin-1")
