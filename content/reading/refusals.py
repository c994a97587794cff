"""Why a file could not be read, each as a sentence for the clerk: what is wrong, and the mend.

In: what reading runs into. Out: `Unreadable` and its sentences. Never: a path, a person's name or a word of the
document.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import ProtocolBotError

#: A message that fits every reader that can't tell more: the file begins as its kind does, and is broken further on.
DAMAGED = (
    "The file is damaged, or was made to do harm: it could not be read to its end. "
    "Open it in the program it was written with, save it again under a new name, and try with that."
)
EMPTY = "There is nothing in the file. Check that it is the right one, and that it was saved."
NO_TEXT = (
    "There are no words in the file that can be read. "
    "Check that it is the right one; if it shows pictures of pages, ask for the document that they were made from."
)
SCAN = (
    "These are pictures of pages (a scan): there is no text in the file. Ask for the document that was printed "
    "(Word, or a PDF saved from it), or have the scan put through text recognition (OCR), read it over and save it."
)
ENCRYPTED = (
    "The file is protected with a password or encrypted. Open it with the password, "
    "save a copy without protection, and try with that."
)
TOO_LARGE = (
    "The file is larger than 20 MB. A protocol's words take far less: take the pictures out, "
    "or copy the text into a new document, and try with that."
)
TOO_MUCH = (
    "This is far longer than any protocol. "
    "Take out the part that is the protocol, save that as a document of its own, and try with that."
)
TOO_MANY_PAGES = (
    "There are more than 200 pages in the file, far more than in any protocol. "
    "Save the protocol's own pages as a new file, and try with that."
)
TANGLED = (
    "Lists stand within lists in this file, far deeper than in any protocol. "
    "Copy the text into a new document (Word or plain text), and try with that."
)
TOO_LONG = (
    "Reading the file took too long, and was stopped. "
    "Copy the text into a new document (Word or plain text), and try with that."
)
TOO_GREEDY = (
    "Reading the file takes more memory than a protocol can need, and was stopped. "
    "Copy the text into a new document (Word or plain text), and try with that."
)
BOMB = (
    "The file unpacks to far more than a document holds, as files made to do harm do; it was not opened. "
    "If you trust where it comes from, open it in Word, save it under a new name, and try with that."
)
ENTITIES = (
    "The file asks for other files to be fetched or repeated inside it (XML entities), which documents do not need "
    "and files made to do harm do; it was not read. Save it again from the program it was written with."
)
OLD_WORD = (
    "This is a Word document of the old kind (.doc), or another program's file of that time. "
    "Open it in Word or LibreOffice, choose Save as, Word document (.docx), and try with that."
)
OPEN_DOCUMENT = (
    "This is an OpenDocument file (.odt). Open it in LibreOffice or Word, choose Save as, Word document (.docx), "
    "and try with that."
)
RICH_TEXT = (
    "This is a Rich Text file (.rtf). Open it in Word or LibreOffice, choose Save as, Word document (.docx), "
    "and try with that."
)
PICTURE = (
    "This is a picture: there is no text in it. Ask for the document that it was made from "
    "(Word, PDF, web page, Markdown or plain text)."
)
OTHER_ZIP = (
    "This is a packed file (.zip) or a document of another kind, such as a spreadsheet. Unpack it, or save its text as "
    "Word, PDF, web page, Markdown or plain text, and try with that."
)
PROGRAM = "This is a program or a packed file, not a document. Check that it is the right file."
NO_DOCUMENT = (
    "This is no document that can be read: it is neither Word (.docx), PDF, web page, Markdown nor plain text. "
    "Save it as one of these, and try with that."
)
NOT_INSTALLED = (
    'What reads documents is not installed here. Install it with: pip install "council-protocol-bot[import]"'
)
NO_FILE = "The file could not be opened. Check that it is there, that it is a file, and that you may read it."


class Unreadable(ProtocolBotError):
    """A document can't be read; the message is one of the sentences above, for the clerk."""


@contextmanager
def within_bounds() -> Iterator[None]:
    """What is done with a document in here may run into the bounds of this process: that is a refusal too."""
    try:
        yield
    except RecursionError:
        raise Unreadable(TANGLED) from None
    except MemoryError:
        raise Unreadable(TOO_GREEDY) from None
