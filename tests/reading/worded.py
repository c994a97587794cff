"""Reads small Word documents for tests.

In: a body as XML. Out: what is read from it. Never: a document of a real council.
"""

from content.reading import docx
from content.reading.lines import Line, Paper
from tests.reading.packed import paragraph, run, word

STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault>
  <w:pPrDefault><w:pPr><w:spacing w:after="160"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:basedOn w:val="N"/>
  <w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="Sub"/><w:basedOn w:val="berschrift1"/>
  <w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Local"><w:name w:val="Pennawd 3"/><w:basedOn w:val="N"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="N"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:basedOn w:val="N"/></w:style>
<w:style w:type="paragraph" w:styleId="ListContinue"><w:name w:val="List Continue"/><w:basedOn w:val="N"/></w:style>
<w:style w:type="paragraph" w:styleId="Close"><w:name w:val="Close"/><w:basedOn w:val="N"/>
  <w:pPr><w:contextualSpacing/><w:ind w:left="720"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Round1"><w:name w:val="r1"/><w:basedOn w:val="Round2"/></w:style>
<w:style w:type="paragraph" w:styleId="Round2"><w:name w:val="r2"/><w:basedOn w:val="Round1"/></w:style>
"""


def read(body: str, **parts: object) -> Paper:
    return docx.read(word(body, **parts))  # type: ignore[arg-type]


def texts(body: str, **parts: object) -> list[str]:
    return [line.text for line in read(body, **parts).lines]


def only(body: str, **parts: object) -> Line:
    (line,) = read(body, **parts).lines
    return line


def field(code: str, shown: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell if '<' in cell else paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
