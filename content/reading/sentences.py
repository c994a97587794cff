"""Tells from a line's first and last words, or its number, whether a sentence or a list goes on there.

In: a line's text, or its mark. Out: yes or no. Never: looks at any other line.
"""

import re

from content.reading.printed import Mark, mark

_FINAL = re.compile(r"[.:;!?…][)\]’”'\"*_]*(?:\s*\[\^?\w+\])?$")
#: A small letter, after a sum or a number that a sentence mentions too; no address of a page or a mailbox.
_LOWER = re.compile(r"[(\[‘“'\"]?(?!\S*@|www\.|https?:)(?:£?\d[\d.,%]*(?:st|nd|rd|th)?\s+)?[a-zà-ÿŵŷ]")
#: A sentence does not end with these: what follows is the rest of it.
_OPEN = frozenset(
    "the a an of in with by for from that which who whose will would shall should must may can could be been is are "
    "was were has have had their its this these those his her our your not as at on any all such if when where "
    "than".split()
)
#: Dots that end a word; the second ones never a sentence.
_SHORTENED = re.compile(r"\b(?:e\.g|i\.e|[ap]\.m|etc|viz|cf|Nos|paras)\.$")
_LEADS_ON = re.compile(r"\b(?:e\.g|i\.e|viz|cf|Nos|paras)\.$")
_LEADERS = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}|_{3,}")
_FIRST = re.compile(r"(?:^|\s)(\(?\w{1,4}\)) (?:and|or|and/or|to)$")
_SECOND = re.compile(r"(?:and|or|and/or|to) \(?\w{1,4}\)(?=[\s.,;:]|$)")
_COUNTED = re.compile(r"\d,? (?:and|or|to)$")
_BROKEN = re.compile(r"\w[-\u2010\u00ad]$")
_ENDED = re.compile(r"[.?!;][\"”’')\]*_]*(?:\s*\[\^?\w+\])?$")
_SENTENCE = 6
_ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()


def follows(parts: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Whether a number can be the next after another: 2.3 after 2.2, 2.1 after 2, 3 after 2.4.

    One that stands twice, or that is left out between the two, makes no difference.
    """
    if not last:
        return parts[-1] <= 1
    if parts[:-1] == last and parts[-1] <= 1:
        return True
    depth = len(parts)
    return depth <= len(last) and parts[:-1] == last[: depth - 1] and 0 <= parts[-1] - last[depth - 1] <= 2


def letter_of(found: Mark) -> str:
    """The letter or the Roman number of an item, without brackets and dots, small."""
    return found.ref.strip("().: ").lower()


def following(letter: str) -> frozenset[str]:
    """What can come next in a list: j or ii after i, c after b."""
    found = {chr(ord(letter) + 1)} if len(letter) == 1 else set()
    if letter in _ROMANS[:-1]:
        found.add(_ROMANS[_ROMANS.index(letter) + 1])
    return frozenset(found)


def one_of_two(before: str, found: Mark) -> bool:
    """It is spoken of with another, on its own line or over its line's end: "(a) or (b)", "Nos. 3 and 4"."""
    if bare(found):
        return bool(_COUNTED.search(before[-20:]))
    if _SECOND.match(found.rest):
        return True
    other = _FIRST.search(before[-20:])
    named = mark(other[1]) if other else None
    return named is not None and named.sort != "number" and letter_of(found) in following(letter_of(named))


def alone(text: str) -> bool:
    """A number, letter or bullet, and nothing else."""
    found = mark(text)
    return found is not None and not found.rest


def final(text: str) -> bool:
    """It ends with a stop of some kind."""
    return bool(_FINAL.search(text[-40:].rstrip()))


def whole_sentence(text: str, words: int = _SENTENCE) -> bool:
    """It has its stop, and as many words as no title or label with a stop at its end has."""
    return len(text.split()) >= words and bool(_ENDED.search(text[-40:].rstrip()))


def lower(text: str) -> bool:
    """It begins with a small letter."""
    return bool(_LOWER.match(text.lstrip()))


def open_end(text: str) -> bool:
    """It ends with a word or a comma that no sentence ends with."""
    last = text.rsplit(None, 1)[-1] if text.strip() else ""
    return last.endswith((",", "-", "\u00ad")) or last.lower() in _OPEN


def capitals(text: str) -> bool:
    """All of its letters are capitals, and it has some."""
    return len(text) < 200 and text == text.upper() and sum(letter.isupper() for letter in text) > 1


def last_word(text: str) -> str:
    """The last word, small, without what stands around it."""
    return re.sub(r"\W", "", text.rsplit(None, 1)[-1]).lower()


def titled(text: str) -> bool:
    """All of its longer words begin with a capital, as in headings."""
    return not any(len(word) > 3 and word[0].islower() for word in text.split())


def unclosed(text: str) -> bool:
    """A bracket is open at its end."""
    return text.rfind("(") > text.rfind(")")


def bare(found: Mark) -> bool:
    """A number without a dot or a bracket, as sentences have them."""
    return found.sort == "number" and found.ref.isdigit()


def dotted(text: str) -> bool:
    """Dots or a rule stand in it: for a page's number to its right, or for somebody to sign on."""
    return bool(_LEADERS.search(text))


def shortened(text: str, after: str) -> bool:
    """It ends with a dot that stands within the sentence: "e.g.", and "p.m." where a small letter is next."""
    return bool((_SHORTENED if lower(after) else _LEADS_ON).search(text[-8:]))


def broken_off(text: str) -> bool:
    """It ends with a hyphen: the rest of the word is on the next line."""
    return bool(_BROKEN.search(text))
