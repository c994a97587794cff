"""Turns a text file's bytes into characters, whatever program wrote them.

In: bytes. Out: characters with plain line ends, and sentences on what looks wrong. Never: finds paragraphs.
"""

import codecs
import re

from content.reading.refusals import NO_DOCUMENT, TOO_MUCH, Unreadable

#: A protocol has some 20,000 letters, a whole constitution a million.
_MOST_LETTERS = 2_000_000
#: The longer marks first: UTF-32's begins as UTF-16's does.
_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What a council's text holds beside ASCII: British and Welsh letters, and the print of word processors.
_USUAL = frozenset("’‘“”–—…•·£€§©°½¼¾®™ŵŷŴŶâêîôûÂÊÎÔÛáéíóúÁÉÍÓÚàèìòùçñöäüïëÿ\xa0\xad")
#: What stands for a letter that could not be told.
UNREAD = "\ufffd"
_SPOILT = re.compile(r"â€[™˜œ“”¦¢\x9d\x80-\x9f]|Â[£§ \xa0]|Ã[©¨¢ª®´»\xad]")
_SURROGATE = re.compile(r"[\udc80-\udcff]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x1c-\x1d\x85\u2028]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f\x80-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]"
)
_MOJIBAKE = (
    "Some letters or quotation marks are spoilt (such as “â€™” or “�” for an apostrophe): the file was saved in one "
    "encoding and opened in another. Check the wording, or save the file again as UTF-8."
)
_UNSURE = "The file does not say how its letters are encoded; £ signs, quotation marks and accents may need a look."


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The characters of a text file, its lines ended by a line feed, pages by a form feed; and warnings.

    Soft hyphens stay, as only a line's end tells what they are for. Raises `Unreadable` where this is no text,
    or far more of it than any protocol has.
    """
    text, sure = _characters(data)
    if len(text) > _MOST_LETTERS:
        raise Unreadable(TOO_MUCH)
    if len(re.findall(r"[\x00-\x08\x0e-\x1a]", text[:100_000])) > max(8, len(text[:100_000]) // 50):
        raise Unreadable(NO_DOCUMENT)
    text = _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n").replace("\x1e", "-").replace("\u2011", "-")
    text = _UNSEEN.sub("", text)
    warnings = () if sure else (_UNSURE,)
    spoilt = UNREAD in text or len(_SPOILT.findall(text[:500_000])) > 1
    return text, (*warnings, _MOJIBAKE) if spoilt else warnings


def _characters(data: bytes) -> tuple[str, bool]:
    """The characters, and whether there is no doubt about them."""
    for begins, encoding in _MARKED:
        if data.startswith(begins):
            return data[len(begins) :].decode(encoding, errors="replace"), True
    if encoding := _wide(data[:4096]):
        return data.decode(encoding, errors="replace"), True
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        return _not_quite_utf8(data) or _one_byte(data)


def _wide(sample: bytes) -> str:
    """UTF-16 that does not say so: in English every other byte of it is zero."""
    pairs = len(sample) // 2
    if pairs < 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > pairs * 0.6 and even < pairs * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.6 and odd < pairs * 0.1 else ""


def _not_quite_utf8(data: bytes) -> tuple[str, bool] | None:
    """UTF-8 with a few letters of an older encoding pasted in: these are taken for Windows-1252."""
    text = data.decode("utf-8", errors="surrogateescape")
    broken = len(_SURROGATE.findall(text))
    sound = sum(1 for letter in text[:500_000] if letter > "\x7f") - broken
    if sound <= broken:
        return None
    return _SURROGATE.sub(lambda one: bytes([ord(one[0]) - 0xDC00]).decode("cp1252", errors="replace"), text), False


def _one_byte(data: bytes) -> tuple[str, bool]:
    """An encoding of a byte a letter: Windows' own where its letters are usual ones, or else the likeliest."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if text and {letter for letter in text if letter > "\x7f"} <= _USUAL:
        return text, True
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000], cp_isolation=["cp1252", "mac_roman", "iso8859_14", "cp850"], threshold=0.4).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace"), False
