"""Files that were made to do harm, and files that are broken: small ones, made when they are asked for.

In: nothing, or the bytes of a sound file and a seed. Out: bytes. Never: a file that does harm by lying about.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, *, before: str = "", **more: bytes) -> bytes:
    """A Word file around this body; `before` stands before its first element, `more` are further entries by name."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {WORD}><w:body>{body}</w:body></w:document>'
    entries = {
        "[Content_Types].xml": CONTENT_TYPES.encode(),
        "_rels/.rels": RELATIONS.encode(),
        "word/document.xml": document.encode(),
    }
    return packed({**entries, **more})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def packed(entries: dict[str, bytes]) -> bytes:
    """A zip file of these entries."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 5, 11, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF file of these objects, numbered from 1, with its table of where they stand."""
    whole = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    whole += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, table)
    return bytes(whole)


def stream(data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
    """A stream of a PDF; `length` is what it says of itself."""
    said = len(data) if length is None else length
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, said, data)


_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def _page(more: bytes = b"/MediaBox[0 0 595 842]", resources: bytes = b"") -> bytes:
    return b"<</Type/Page/Parent 2 0 R%s/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>>>" % (more, resources)


def sound_pdf(content: bytes = b"BT /F1 11 Tf 72 700 Td (1.1 The clerk decides.) Tj ET") -> bytes:
    """A PDF that any reader reads."""
    return pdf(_CATALOGUE, _PAGES, _page(), stream(content), _FONT)


def scan() -> bytes:
    """A PDF of one page that is a picture."""
    picture = b"/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray"
    page = _page(resources=b"/XObject<</X 6 0 R>>")
    return pdf(_CATALOGUE, _PAGES, page, stream(b"595 0 0 842 0 0 cm /X Do"), _FONT, stream(b"abcd", picture))


def laughs() -> str:
    """The billion laughs: an entity of ten entities of ten entities."""
    levels = ['<!ENTITY a0 "ha ha ha">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE lolz [{''.join(levels)}]>"


def bomb() -> bytes:
    """A Word file that unpacks to a quarter of a gigabyte. Written without ever holding it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", CONTENT_TYPES)
        with file.open("word/document.xml", "w", force_zip64=True) as entry:
            for _ in range(256):
                entry.write(bytes(1024 * 1024))
    return whole.getvalue()


def lying_bomb() -> bytes:
    """A zip that says its document is small, and holds a hundred megabytes."""
    data = bytearray(packed({"[Content_Types].xml": CONTENT_TYPES.encode(), "word/document.xml": bytes(100_000_000)}))
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.rfind(sign, 0, data.rfind(b"word/document.xml") if sign == b"PK\x01\x02" else len(data))
        struct.pack_into("<I", data, place + at, 2000)
    return bytes(data)


def inflating_pdf() -> bytes:
    """A PDF with a page that unpacks to 400 MB of blanks."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(400)) + packer.flush()
    return pdf(_CATALOGUE, _PAGES, _page(), stream(data, b"/Filter/FlateDecode"), _FONT)


#: Each is a file's name and what makes it: a reader must answer each, with its paragraphs or with a refusal.
NASTY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a zip bomb": ("a.docx", bomb),
    "a zip that lies": ("a.docx", lying_bomb),
    "a billion laughs": ("a.docx", lambda: docx(paragraph("&a9;"), before=laughs())),
    "an outside entity": (
        "a.docx",
        lambda: docx(paragraph("&x;"), before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
    ),
    "an outside entity in UTF-16": (
        "a.docx",
        lambda: packed(
            {
                "[Content_Types].xml": CONTENT_TYPES.encode(),
                "_rels/.rels": RELATIONS.encode(),
                "word/document.xml": (
                    '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
                    f"<w:document {WORD}><w:body>{paragraph('&x;')}</w:body></w:document>"
                ).encode("utf-16"),
            }
        ),
    ),
    "tables in tables": (
        "a.docx",
        lambda: docx("<w:tbl><w:tr><w:tc>" * 2000 + paragraph("deep") + "</w:tc></w:tr></w:tbl>" * 2000),
    ),
    "a million paragraphs": ("a.docx", lambda: docx("<w:p/>" * 1_000_000 + paragraph("end"))),
    "a zip in a zip in a zip": ("a.docx", lambda: packed({"a.docx": packed({"a.docx": packed({"a": b"a" * 10_000})})})),
    "entries by the thousand": (
        "a.docx",
        lambda: docx(paragraph("x"), **{f"word/x{n}.xml": b"<x/>" for n in range(4000)}),
    ),
    "ten megabytes of brackets": ("a.txt", lambda: b"(" * 10_000_000),
    "brackets in Markdown": ("a.md", lambda: b"[" * 39_000),
    "links in links": ("a.md", lambda: b"[a](" * 9_000),
    "stars": ("a.md", lambda: b"*a _b " * 6_000),
    "backticks": ("a.md", lambda: b" ".join(b"`" * n for n in range(1, 270))),
    "comments that never end": ("a.md", lambda: b"<!--\n\n" * 100_000),
    "tags that never end": ("a.md", lambda: b"<a " * 13_000),
    "quotations in quotations": ("a.md", lambda: b"> " * 5_000 + b"deep"),
    "lists in lists": ("a.md", lambda: b"\n".join(b" " * 2 * n + b"- a" for n in range(900))),
    "a hundred thousand bullets": ("a.md", lambda: b"- a\n" * 100_000),
    "a hundred thousand bullets as text": ("a.txt", lambda: b"- a\n" * 100_000),
    "digits and dots": ("a.txt", lambda: b"1." * 900_000),
    "many lines of digits and dots": ("a.txt", lambda: (b"1." * 2_000 + b"\n") * 400),
    "blanks": ("a.txt", lambda: (b" " * 5_000 + b"x\n") * 300),
    "hyphens": ("a.txt", lambda: (b"a-" * 40 + b"\n") * 20_000),
    "form feeds": ("a.txt", lambda: b"Page 1\n\f" * 100_000),
    "tables in text": ("a.txt", lambda: (b"a\tb\tc\td\n") * 100_000),
    "definitions in Markdown": ("a.md", lambda: b"".join(b"[a%d]: b\n" % n for n in range(50_000))),
    "boxes in boxes": ("a.html", lambda: b"<!doctype html><body>" + b"<div>" * 60_000 + b"deep"),
    "lists in lists on a page": ("a.html", lambda: b"<!doctype html><body>" + b"<ul><li>x" * 20_000),
    "tables in tables on a page": ("a.html", lambda: b"<!doctype html><body>" + b"<table><tr><td>x" * 10_000),
    "attributes": ("a.html", lambda: b"<!doctype html><body><p " + b"a=b " * 500_000 + b">x</p>"),
    "bold in bold": ("a.html", lambda: b"<!doctype html><body><p>" + b"<b>x" * 50_000),
    "entities on a page": ("a.html", lambda: (laughs() + "<html><body><p>&a9;</p></body></html>").encode()),
    "a page tree that loops": (
        "a.pdf",
        lambda: pdf(_CATALOGUE, b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>", _page(), stream(b""), _FONT),
    ),
    "a drawing that draws itself": (
        "a.pdf",
        lambda: pdf(
            _CATALOGUE,
            _PAGES,
            _page(resources=b"/XObject<</X 6 0 R>>"),
            stream(b"/X Do /X Do"),
            _FONT,
            stream(
                b"/X Do /X Do /X Do",
                b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>",
            ),
        ),
    ),
    "a page a light year wide": (
        "a.pdf",
        lambda: pdf(_CATALOGUE, _PAGES, _page(b"/MediaBox[0 0 1e18 1e18]"), stream(b"BT /F1 9e9 Tf (x) Tj ET"), _FONT),
    ),
    "a length that lies": (
        "a.pdf",
        lambda: pdf(_CATALOGUE, _PAGES, _page(), stream(b"BT /F1 9 Tf (x) Tj ET", length=2_000_000_000), _FONT),
    ),
    "arrays in arrays": ("a.pdf", lambda: pdf(_CATALOGUE, _PAGES, _page(b"/X " + b"[" * 50_000), stream(b""), _FONT)),
    "a page of brackets": ("a.pdf", lambda: sound_pdf(b"BT /F1 9 Tf " + b"(" * 1_000_000)),
    "a page that unpacks to much": ("a.pdf", inflating_pdf),
    "states pushed and never popped": ("a.pdf", lambda: sound_pdf(b"q " * 1_000_000)),
    "a million words on a page": ("a.pdf", lambda: sound_pdf(b"BT /F1 9 Tf " + b"1 0 Td (a) Tj " * 200_000 + b"ET")),
    "half a million lines on a page": ("a.pdf", lambda: sound_pdf(b"0 0 m 9 9 l S " * 300_000)),
    "a PDF that is only a beginning": ("a.pdf", lambda: b"%PDF-1.7\n"),
}


#: These take a reader seconds: enough to make a suite slow, and a clerk wait, and no more.
SLOW = frozenset(
    {
        "a page of brackets",
        "states pushed and never popped",
        "a million words on a page",
        "half a million lines on a page",
        "a hundred thousand bullets",
        "a hundred thousand bullets as text",
        "definitions in Markdown",
        "comments that never end",
        "tables in text",
        "digits and dots",
        "many lines of digits and dots",
        "form feeds",
        "tables in tables on a page",
        "a page that unpacks to much",
    }
)


def spoilt(sound: bytes, seed: int) -> bytes:
    """The file with something broken in it: cut short, bits turned, a piece doubled, swapped or filled with noise."""
    chance = random.Random(seed)  # noqa: S311 nothing secret hangs on it
    data = bytearray(sound)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(max(len(data), 1))
        size = chance.choice((1, 4, 30, 300))
        match chance.randrange(6):
            case 0:
                del data[at:]
            case 1 if data:
                for _ in range(size):
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            case 2:
                data[at:at] = data[at : at + size]
            case 3:
                data[at : at + size] = chance.randbytes(size)
            case 4:
                del data[at : at + size]
            case _:
                other = chance.randrange(max(len(data), 1))
                data[at : at + size], data[other : other + size] = data[other : other + size], data[at : at + size]
    return bytes(data)


def repacked(sound: bytes, seed: int) -> bytes:
    """A zip file whose entries were spoilt, swapped or left out before they were packed again: its sums are right."""
    chance = random.Random(seed)  # noqa: S311 nothing secret hangs on it
    with zipfile.ZipFile(io.BytesIO(sound)) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    name = chance.choice(sorted(entries))
    match chance.randrange(4):
        case 0:
            del entries[name]
        case 1:
            other = chance.choice(sorted(entries))
            entries[name], entries[other] = entries[other], entries[name]
        case _:
            entries[name] = spoilt(entries[name], seed)
    return packed(entries)
