"""Invented documents of an invented council, as outlines and as files.

In: nothing. Out: an outline, a Word file. Never: a sentence of a real council's document.
"""

from pathlib import Path

from bot.pack import Pack
from content.importing.imported import Imported, Known, imported
from content.reading.structure import Entry, Left, Outline, Passage, Title

KNOWN = Known(council="ashcombe", name="Ashcombe Regis Parish Council", nation="england")

#: The worked example of the guide, paragraph by paragraph: style, words.
ASHCOMBE = (
    ("Title", "Working Together: Protocol for Members and Staff"),
    ("", "Adopted by Ashcombe Regis Parish Council on 11 May 2026, minute 26/41"),
    ("Heading 1", "1. Why we have this"),
    ("", "1.1 Members and staff get more done when each can rely on the other. This paper says how."),
    ("", "1.2 Staff means the clerk, the deputy clerk and the groundsman."),
    ("Heading 1", "2. Day by day"),
    ("", "2.1 A member who needs something done should ask the clerk. Members must not give orders to the groundsman."),
    ("", "2.2 Members can expect from staff:"),
    ("List Bullet", "an answer to a question within five working days;"),
    ("List Bullet", "advice that leans to no party."),
    ("", "2.3 Staff can expect from members:"),
    ("List Bullet", "courtesy, in the office, in meetings and on social media;"),
    ("List Bullet", "that nobody bullies them."),
    ("Heading 1", "3. When it goes wrong"),
    ("", "3.1 A member who is unhappy with the work of the clerk should first speak with the chair in private."),
    ("", "3.2 A member of staff who is unhappy with a member should first speak with the clerk."),
    ("", "3.3 If that does not help, the grievance procedure must be followed. The chair must not decide alone."),
    ("Heading 1", "4. Looking at it again"),
    ("", "4.1 This paper is looked at again after every ordinary election."),
    ("", "Date of next review: 10 May 2027"),
)


def word_file(where: Path) -> Path:
    """The worked example as a Word file."""
    from docx import Document

    document = Document()
    for style, words in ASHCOMBE:
        document.add_paragraph(words, style=style or None)
    document.save(str(where))
    return where


def text_file(where: Path) -> Path:
    """The same as plain text."""
    lines = [f"• {words}" if style == "List Bullet" else words for style, words in ASHCOMBE]
    where.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return where


def clause(ref: str | None, text: str, *entries: str, continues: str | None = None) -> Passage:
    listed = tuple(Entry(marker="•", text=entry) for entry in entries)
    return Passage(ref=ref, text=text, entries=listed, continues=continues)


def heading(text: str, ref: str | None = None, level: int = 1) -> Title:
    return Title(ref=ref, text=text, level=level)


def outline(*body: Title | Passage, left: tuple[Left, ...] = ()) -> Outline:
    return Outline(body=body, left=left)


def read(*body: Title | Passage, beside: Pack | None = None, left: tuple[Left, ...] = ()) -> Imported:
    return imported(outline(*body, left=left), KNOWN, beside)
