"""Writes a protocol down in the forms that councils have theirs in.

In: a `Protocol`. Out: files as bytes, by form ("auto.docx", "wrapped.txt"). Never: a form whose words a careful reader
could not tell from furniture.
"""

import html
import io
import json
import re
import textwrap
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import docx
from docx.document import Document
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from tests.reading.numbered import Numbering
from tests.reading.protocols import Block, Protocol, blocks, own, truth

_BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3")


# ---------------------------------------------------------------- Word


def typed_docx(protocol: Protocol) -> bytes:
    """Heading styles; every number, letter and bullet typed."""
    document = _letter(protocol)
    for block in blocks(protocol):
        if block.kind == "heading":
            document.add_paragraph(block.typed, style=f"Heading {block.level}")
        else:
            typed = block.typed if block.kind == "paragraph" or block.ref else f"• {block.text}"
            _further_in(document.add_paragraph(typed), block)
    return _saved(document, signed=True)


def styles_docx(protocol: Protocol) -> bytes:
    """Heading styles, numbers typed before a tab, and Word's list styles for bullets."""
    document = _letter(protocol)
    for block in blocks(protocol):
        text = block.typed if not block.ref else f"{block.ref}\t{block.text}"
        document.add_paragraph(text, style=_style(block))
    return _saved(document)


def auto_docx(protocol: Protocol) -> bytes:
    """Word numbers everything by itself: no number is in the text."""
    document, printed = _letter(protocol), blocks(protocol)
    numbering = Numbering(document, printed)
    for index, block in enumerate(printed):
        paragraph = document.add_paragraph(block.text, style=_style(block))
        if block.ref and not numbering.number(paragraph, index):
            paragraph.text = block.typed
    return _saved(document)


def bold_docx(protocol: Protocol) -> bytes:
    """No styles at all: headings are bold, the rest is typed and hangs on tabs."""
    document = _letter(protocol, style=None)
    for block in blocks(protocol):
        mark = block.ref or ("•" if block.kind == "point" else None)
        paragraph = document.add_paragraph()
        _further_in(paragraph, block)
        run = paragraph.add_run(f"{mark}\t{block.text}" if mark else block.text)
        run.bold = block.kind == "heading"
        run.italic = block.kind == "heading" and block.level > 1
    return _saved(document, signed=True)


def _further_in(paragraph: Paragraph, block: Block) -> None:
    if block.kind == "point":
        paragraph.paragraph_format.left_indent = Cm(1 + block.level)


def _letter(protocol: Protocol, style: str | None = "Title") -> Document:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = protocol.council
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 1"
    title = document.add_paragraph(protocol.title, style=style)
    title.runs[0].bold = True
    document.add_paragraph(protocol.adopted)
    return document


def _style(block: Block) -> str:
    if block.kind == "heading":
        return f"Heading {block.level}"
    return _BULLETS[block.level] if block.kind == "point" and not block.ref else "Normal"


def _saved(document: Document, signed: bool = False) -> bytes:
    if signed:
        document.add_paragraph("Signed: ……………………………………… Chairman")
        document.add_paragraph("Date of next review: ……………………………………")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# ---------------------------------------------------------------- web pages


def typed_html(protocol: Protocol) -> bytes:
    """Numbers typed in paragraphs; bullets as lists."""
    return _page(protocol, lambda points: _listed(points, typed=True))


def lists_html(protocol: Protocol) -> bytes:
    """Letters and Roman numbers of lists, and clauses with a single number, come from `<ol>`."""
    return _page(protocol, lambda points: _listed(points, typed=False), numbered=True)


def _page(protocol: Protocol, listed: Callable[[list[Block]], str], numbered: bool = False) -> bytes:
    body: list[str] = []
    for kind, group in groupby(blocks(protocol), lambda block: block.kind):
        if kind == "point":
            listing = listed(list(group))
            inside = body[-1].endswith("</li></ol>")
            body[-1] = body[-1][: -len("</li></ol>")] + listing + "</li></ol>" if inside else body[-1] + listing
        else:
            body += [_element(block, numbered) for block in group]
    title = html.escape(protocol.title)
    name = html.escape(protocol.council)
    head = f'<meta charset="utf-8"><title>{title} – {name}</title>'
    menu = '<nav><ul><li><a href="/">Home</a></li><li><a href="/council">Your council</a></li></ul></nav>'
    top = f"<h1>{title}</h1>\n<p>{html.escape(protocol.adopted)}</p>\n"
    foot = f'<footer><p>© {name}</p><p><a href="/privacy">Privacy</a></p></footer>'
    page = f"<body>{menu}<main>{top}{chr(10).join(body)}</main>{foot}</body>"
    return f'<!DOCTYPE html><html lang="en-GB"><head>{head}</head>{page}</html>'.encode()


def _element(block: Block, numbered: bool) -> str:
    if block.kind == "heading":
        return f"<h{block.level + 1}>{html.escape(block.typed)}</h{block.level + 1}>"
    if numbered and (number := re.fullmatch(r"(\d+)[.)]", block.ref or "")):
        return f'<ol start="{number[1]}"><li>{html.escape(block.text)}</li></ol>'
    return f"<p>{html.escape(block.typed)}</p>"


def _listed(points: list[Block], typed: bool) -> str:
    """One list, with those inside it inside their lines."""
    kind = re.sub(r"[^A-Za-z0-9]", "", points[0].ref or "")
    ordered = bool(kind) and not typed
    lines: list[str] = []
    while points:
        point, *points = points
        under = 0
        while under < len(points) and points[under].level > point.level:
            under += 1
        nested, points = points[:under], points[under:]
        inner = _listed(nested, typed) if nested else ""
        lines.append(f"<li>{html.escape(point.text if ordered else point.typed)}{inner}</li>")
    tag, of = ("ol", f' type="{"1" if kind.isdigit() else kind[0]}"') if ordered else ("ul", "")
    return f"<{tag}{of}>{''.join(lines)}</{tag}>"


# ---------------------------------------------------------------- Markdown


def markdown(protocol: Protocol) -> bytes:
    """Headings with #, bold numbers, lists with hyphens."""
    lines = [f"# {escaped(protocol.title)}", "", escaped(protocol.adopted), ""]
    for block in blocks(protocol):
        if block.kind == "heading":
            lines += [f"{'#' * (block.level + 1)} {_numbered(block)}", ""]
        elif block.kind == "paragraph":
            lines += [(f"**{block.ref}** " if block.ref else "") + escaped(block.text), ""]
        else:
            lines = _close_up(lines)
            lines += [f"{'  ' * block.level}- {_numbered(block)}", ""]
    return "\n".join(lines).encode()


def underlined_markdown(protocol: Protocol) -> bytes:
    """Headings underlined, numbers escaped or bare, paragraphs wrapped."""
    lines = ["---", f"title: {json.dumps(protocol.title, ensure_ascii=False)}", "---", ""]
    for block in blocks(protocol):
        if block.kind == "heading" and block.level < 3:
            lines += [_numbered(block), ("=" if block.level == 1 else "-") * 12, ""]
        elif block.kind == "heading":
            lines += [f"### {_numbered(block)} ###", ""]
        elif block.kind == "paragraph":
            lines += [*_unlisted_lines(_wrap(_numbered(block), 66)), ""]
        else:
            lines = _close_up(lines)
            indent = "    " * block.level
            first, *rest = _wrap(f"{indent}*   {_numbered(block)}", 66, indent + "    ")
            lines += [first, *_unlisted_lines(rest), ""]
    return "\n".join(lines).encode()


def escaped(text: str) -> str:
    """With a backslash before every character that Markdown would take for a mark."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", text)


def _numbered(block: Block) -> str:
    ref = re.sub(r"^(\d+)([.)])$", r"\1\\\2", block.ref or "")
    return f"{ref} {escaped(block.text)}" if ref else _unlisted(escaped(block.text))


def _unlisted(text: str) -> str:
    """A year with a full stop, or a dash, at the beginning of a line is no list; nor is "===" an underline."""
    return re.sub(r"^(\s*)(\d*)([.)]|[-+=])(?=\s|[-=]|$)", r"\1\2\\\3", text)


def _unlisted_lines(lines: list[str]) -> list[str]:
    return [lines[0], *map(_unlisted, lines[1:])] if lines else []


def _close_up(lines: list[str]) -> list[str]:
    """Without the blank line between the lines of a list."""
    return lines[:-1] if len(lines) > 1 and re.match(r"\s*[-*] ", lines[-2]) else lines


# ---------------------------------------------------------------- plain text


def lines_text(protocol: Protocol) -> bytes:
    """Every paragraph is one line."""
    return _text(protocol, lambda text, indent: indent + text, "\n")


def wrapped_text(protocol: Protocol) -> bytes:
    """Lines of 72 letters, a blank line between paragraphs."""
    return _text(protocol, lambda text, indent: "\n".join(_wrap(indent + text, 72, indent)), "\n\n")


def paged_text(protocol: Protocol) -> bytes:
    """Wrapped, with a form feed, a header and a page number on every page."""
    lines = wrapped_text(protocol).decode().split("\n")
    rows = 44
    pages = [lines[at : at + rows] for at in range(0, len(lines), rows)]
    framed = (
        [protocol.council, "", *page, "", f"{'Page':>36} {number} of {len(pages)}"]
        for number, page in enumerate(pages, 1)
    )
    return "\n\f".join("\n".join(page) for page in framed).encode()


def _text(protocol: Protocol, laid: Callable[[str, str], str], between: str) -> bytes:
    printed = [protocol.title, protocol.adopted]
    for block in blocks(protocol):
        indent = "    " * (block.level + 1) if block.kind == "point" else ""
        printed.append(laid(block.typed if block.ref or block.kind != "point" else f"• {block.text}", indent))
    return (between.join(printed) + "\n").encode()


def _wrap(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


#: How each form is written, by the end of its file's name.
FORMS: dict[str, Callable[[Protocol], bytes]] = {
    "typed.docx": typed_docx,
    "styles.docx": styles_docx,
    "auto.docx": auto_docx,
    "bold.docx": bold_docx,
    "typed.html": typed_html,
    "lists.html": lists_html,
    "hash.md": markdown,
    "underlined.md": underlined_markdown,
    "lines.txt": lines_text,
    "wrapped.txt": wrapped_text,
    "paged.txt": paged_text,
}


def write_all(folder: Path) -> Path:
    """The project's own protocols in every form, and under `truth` what there is to be read in them."""
    (folder / "truth").mkdir()
    for protocol in own():
        (folder / "truth" / f"{protocol.name}.json").write_text(json.dumps(truth(protocol)), encoding="utf-8")
        for form, write in FORMS.items():
            (folder / f"{protocol.name}.{form}").write_bytes(write(protocol))
    return folder
