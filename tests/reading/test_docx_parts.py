"""What a Word document is made of: contents lists, notes, headers, tables, boxes, and the file itself.

In: documents in the XML that Word writes, and such as python-docx makes. Out: lines. Never: a real council's.
"""

import io
import zipfile

import docx as python_docx
import pytest

from content.reading import docx
from content.reading.refusals import Unreadable
from tests.reading.packed import SPACES, level, lists, paragraph, run, word
from tests.reading.worded import STYLES, field, read, table, texts

# ---------------------------------------------------------------- contents, notes, headers


def test_a_contents_list_is_known_by_its_field_its_style_or_its_control():
    opened = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    by_field = paragraph(opened + run("1. Purpose")) + paragraph("2. Roles")
    closed = paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>' + run("The first clause."))
    by_style = paragraph("3. Review", style="TOC1")
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    by_control = f"<w:sdt>{gallery}<w:sdtContent>{paragraph('Contents')}</w:sdtContent></w:sdt>"
    lines = read(by_control + by_field + closed + by_style, styles=STYLES).lines
    assert [line.whence for line in lines] == ["contents", "contents", "contents", "body", "contents"]


def test_notes_come_last_in_the_order_of_their_marks_with_their_numbers():
    note = '<w:footnote w:id="{}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> {}</w:t></w:r></w:p></w:footnote>'
    footnotes = f"<w:footnotes {SPACES}>{note.format(2, 'Act one.')}{note.format(3, 'Act two.')}"
    footnotes += f"{note.format(9, 'Nothing refers to this.')}</w:footnotes>"
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = paragraph(run("First") + mark.format(3) + run(".")) + paragraph(run("Second.") + mark.format(2))
    lines = read(body, files={"footnotes.xml": footnotes}).lines
    assert [(line.text, line.number, line.whence) for line in lines] == [
        ("First.", "", "body"),
        ("Second.", "", "body"),
        ("Act two.", "1", "note"),
        ("Act one.", "2", "note"),
    ]


def test_headers_and_footers_of_all_sections_come_once_each_and_only_where_they_are_printed():
    header = f"<w:hdr {SPACES}>{{}}</w:hdr>"
    files = {
        "header1.xml": header.format(paragraph("Elmwick Parish Council")),
        "header2.xml": header.format(paragraph("Never printed")),
        "header3.xml": header.format(paragraph("Elmwick Parish Council")),
        "footer1.xml": f"<w:ftr {SPACES}>{paragraph(run('Page ') + field('PAGE', '1'))}</w:ftr>",
    }
    section = (
        '<w:sectPr><w:headerReference w:type="{}" r:id="header{}"/><w:footerReference w:type="default" r:id="footer1"/>'
        "</w:sectPr>"
    )
    body = paragraph("One.", about=section.format("default", 1)) + paragraph("Two.", about=section.format("default", 3))
    lines = read(body + section.format("first", 2), files=files).lines
    assert [(line.text, line.whence) for line in lines] == [
        ("Elmwick Parish Council", "header"),
        ("One.", "body"),
        ("Two.", "body"),
        ("Page 1", "footer"),
    ]


# ---------------------------------------------------------------- tables, boxes


def test_a_table_is_rows_of_cells():
    lines = read(table(("Version", "Date"), ("1", "3 May 2021"))).lines
    assert [(line.cells, line.text, line.whence) for line in lines] == [
        (("Version", "Date"), "Version\tDate", "table"),
        (("1", "3 May 2021"), "1\t3 May 2021", "table"),
    ]


def test_a_table_that_only_puts_numbers_beside_their_text_is_ordinary_lines():
    lines = read(
        table(("1.", "Introduction"), ("1.1", "This protocol helps everybody."), ("", "It is reviewed yearly."))
    ).lines
    assert [(line.text, line.whence) for line in lines] == [
        ("1.\tIntroduction", "body"),
        ("1.1\tThis protocol helps everybody.", "body"),
        ("It is reviewed yearly.", "body"),
    ]


def test_an_automatic_number_in_a_cell_of_its_own_is_that_of_the_text_beside_it():
    number = paragraph("", list_id="1", level="0")
    text = paragraph("Members listen to one another.") + paragraph("They answer too.")
    lines = read(table((number, text), (number, "Officers listen as well.")), numbering=lists(level(0, "%1."))).lines
    assert [(line.number, line.text, line.goes_on) for line in lines] == [
        ("1.", "Members listen to one another.", False),
        ("", "They answer too.", True),
        ("2.", "Officers listen as well.", False),
    ]


def test_a_table_of_one_column_and_one_within_it_are_ordinary_lines():
    inner = table(("The inner text.",))
    assert [(line.text, line.whence) for line in read(table((paragraph("Outer.") + inner,))).lines] == [
        ("Outer.", "body"),
        ("The inner text.", "body"),
    ]


def test_a_form_to_fill_in_stays_a_table():
    lines = read(table(("Signed by the chair", ""), ("Date", ""))).lines
    assert [line.whence for line in lines] == ["table", "table"]


def test_rows_that_were_taken_out_are_gone():
    gone = '<w:tr><w:trPr><w:del w:id="1" w:author="A"/></w:trPr><w:tc><w:p/></w:tc></w:tr>'
    body = table(("Name", "Date")).replace("</w:tbl>", f"{gone}</w:tbl>")
    assert texts(body) == ["Name\tDate"]


def test_a_text_box_is_read_once_after_the_paragraph_it_is_fixed_to():
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paper = read(paragraph(run("Before ") + both + run("and after.")))
    assert [line.text for line in paper.lines] == ["Before and after.", "In the box."]
    assert "boxes" in paper.warnings[0]


def test_writing_across_the_page_is_read():
    across = '<w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>'
    assert texts(paragraph(across)) == ["DRAFT"]


def test_pictures_and_comments_are_told():
    picture = '<w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r><w:r><w:commentReference w:id="1"/></w:r>'
    warnings = read(paragraph(run("Text.") + picture)).warnings
    assert [word in warning for word, warning in zip(("pictures", "comments"), warnings, strict=True)] == [True, True]


def test_a_document_within_the_document_is_read():
    inner = word(paragraph("From another document."))
    page = "<html><body><ol><li>From a page.</li></ol></body></html>"
    body = '<w:altChunk r:id="aFChunk1"/><w:altChunk r:id="aFChunk2"/><w:altChunk r:id="aFChunk3"/>'
    files = {"aFChunk1.docx": inner, "aFChunk2.htm": page, "aFChunk3.rtf": r"{\rtf1 Text.}"}
    paper = read(body, files=files)
    assert [(line.number, line.text) for line in paper.lines] == [
        ("", "From another document."),
        ("1.", "From a page."),
    ]
    assert "another file" in paper.warnings[0]


# ---------------------------------------------------------------- files


def test_what_python_docx_writes_is_read():
    document = python_docx.Document()
    document.core_properties.title = "A Protocol"
    document.add_heading("Purpose", level=1)
    document.add_paragraph("One point", style="List Bullet")
    document.add_paragraph("One step", style="List Number")
    saved = io.BytesIO()
    document.save(saved)
    paper = docx.read(saved.getvalue())
    assert paper.title == "A Protocol"
    assert [(line.number or line.bullet, line.text, line.heading) for line in paper.lines] == [
        ("", "Purpose", 1),
        ("•", "One point", 0),
        ("1.", "One step", 0),
    ]


def repacked(data: bytes, change: dict[bytes, bytes], *, only: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(packed, "w") as after:
        for name in before.namelist():
            written = before.read(name)
            for old, new in change.items():
                written = written.replace(old, new) if only in name else written
            after.writestr(name, written)
    return packed.getvalue()


def test_a_document_in_the_strict_form_is_read():
    usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = repacked(word(paragraph("Text.")), {usual: b"http://purl.oclc.org/ooxml/wordprocessingml/main"})
    assert [line.text for line in docx.read(strict).lines] == ["Text."]


def test_a_document_that_refers_to_a_lost_part_is_read():
    lost = repacked(
        word(paragraph("Text."), files={"header1.xml": "<x/>"}), {b"header1.xml": b"lost.xml"}, only=".rels"
    )
    assert [line.text for line in docx.read(lost).lines] == ["Text."]


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE d SYSTEM "http://example.org/d.dtd">',
    ],
    ids=["a file from outside", "entities in entities", "a type from outside"],
)
@pytest.mark.parametrize("part", ["document.xml", "styles.xml", "_rels/.rels"])
def test_a_part_that_declares_entities_is_refused(declared: bytes, part: str):
    data = word(paragraph("Text."), styles=STYLES)
    first = {"document.xml": b"<w:document", "styles.xml": b"<w:styles", "_rels/.rels": b"<Relationships"}[part]
    with pytest.raises(Unreadable, match="entities"):
        docx.read(repacked(data, {first: declared + first}, only=part))


def test_entities_in_another_encoding_are_refused_too():
    declared = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY x "y">]>'
    body = f"<w:document {SPACES}><w:body>{paragraph('&x;')}</w:body></w:document>"
    with pytest.raises(Unreadable, match="entities"):
        docx.read(word("", files={"document.xml": (declared + body).encode("utf-16")}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"no zip at all",
        word(paragraph("Text."))[:-40],
        word("", files={"document.xml": "<w:document"}),
    ],
    ids=["nothing", "the beginning of a zip", "no zip", "cut off", "broken XML"],
)
def test_a_damaged_file_is_refused(data: bytes):
    with pytest.raises(Unreadable):
        docx.read(data)


def test_tables_within_tables_without_end_are_read_or_refused():
    deep = "<w:p/>"
    for _ in range(70):
        deep = table((paragraph(run("Text.")) + deep,))
    assert len(docx.read(word(deep)).lines) == 70
    for _ in range(70):
        deep = table((deep,))
    with pytest.raises(Unreadable):
        docx.read(word(deep))


def test_progress_is_told_to_its_end():
    heard: list[tuple[int, int]] = []
    docx.read(word(paragraph("Text.") * 120), lambda done, of: heard.append((done, of)))
    assert heard[-1] == (120, 120)
    assert len(heard) < 10
