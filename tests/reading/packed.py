"""Packs Word documents for tests from the XML that Word itself would write.

In: a body, lists, styles as XML. Out: the file's bytes. Never: a document of a real council.
"""

import zipfile
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{_OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def paragraph(text: str = "", *, style: str = "", list_id: str = "", level: str = "", about: str = "") -> str:
    """One paragraph. `text` may be runs; `about` is further XML among its properties."""
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_id or level:
        at = f'<w:ilvl w:val="{level}"/>' if level else ""
        of = f'<w:numId w:val="{list_id}"/>' if list_id else ""
        look += f"<w:numPr>{at}{of}</w:numPr>"
    return f"<w:p><w:pPr>{look}{about}</w:pPr>{text if text.startswith('<') else run(text)}</w:p>"


def run(text: str, about: str = "") -> str:
    """A run of letters."""
    return f'<w:r><w:rPr>{about}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def level(depth: int, text: str, form: str = "decimal", start: int = 1, more: str = "", after: str = "") -> str:
    """One level of a list. `more` stands before its text, `after` behind it, as the format's order asks."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
        f"{after}</w:lvl>"
    )


def lists(*levels: str, more: str = "", overrides: str = "") -> str:
    """A numbering part of one definition, 1, and two lists of it: 1 as it is, 2 with `overrides`."""
    return (
        '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>'
        f"{''.join(levels)}</w:abstractNum>{more}"
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="1"/>{overrides}</w:num>'
    )


def word(body: str, *, numbering: str = "", styles: str = "", files: dict[str, str | bytes] | None = None) -> bytes:
    """The document. `files` are further parts, related to it under their names without the number at the end."""
    parts: dict[str, str | bytes] = {"document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"}
    if numbering:
        parts["numbering.xml"] = f"<w:numbering {SPACES}>{numbering}</w:numbering>"
    if styles:
        parts["styles.xml"] = f"<w:styles {SPACES}>{styles}</w:styles>"
    parts |= files or {}
    related = "".join(
        f'<Relationship Id="{name.partition(".")[0]}" Type="{_OFFICE}/{name.partition(".")[0].rstrip("0123456789")}" '
        f'Target="{name}"/>'
        for name in parts
        if name != "document.xml"
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _types(parts))
        file.writestr(
            "_rels/.rels",
            _relations(f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'),
        )
        file.writestr("word/_rels/document.xml.rels", _relations(related))
        for name, written in parts.items():
            file.writestr(f"word/{name}", written)
    return packed.getvalue()


def _relations(listed: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _types(parts: dict[str, str | bytes]) -> str:
    named = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_TYPE}.{name.partition(".")[0].rstrip("0123456789")}'
        f'{".main" if name == "document.xml" else ""}+xml"/>'
        for name in parts
        if name.endswith(".xml")
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )
