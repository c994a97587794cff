"""What in a wording may take back, or narrow, what another piece of it says.

In: words of a document, the numbers of a clause. Out: whether they cite it, whether they take something back, which
words of theirs narrow. Never: decides what a sentence means: in doubt it may take something back.
"""

import re
from typing import Final

#: Words that narrow a rule or turn it round, each group one meaning.
_HEDGES: Final = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\b(?:hardly|rarely|seldom|scarcely|barely|never|occasionally|at no time)\b",
        r"\b(?:stop|stops|stopped|stopping|cease\w*|refrain\w*|desist\w*|discontinue\w*|abandon\w*)\b",
        r"\b(?:only|solely|exclusively)\b",
        r"\b(?:unless|except\w*|other than|apart from|save (?:for|in|where|that|when)|excluding)\b",
        r"\b(?:no longer|instead|rather than|in place of|formerly|any ?more)\b",
        r"\b(?:minor|trivial|petty|small(?:er)? matters?|less serious|lesser)\b",
        r"\b(?:serious|grave|gross|urgent)\b",
        r"\b(?:another|other|different|neighbouring|adjoining) (?:\w+ ){0,2}councils?\b",
    )
)
_TAKES_BACK: Final = re.compile(
    r"\b(?:no|not|never|nor|neither|none|nothing|nobody|cannot|without|hardly|rarely|seldom|only|unless|except\w*"
    r"|instead|rather than|other than|apart from|stop|stops|stopped|cease\w*)\b|n[’']t\b",
    re.IGNORECASE,
)
_UNDOES: Final = re.compile(
    r"\bno longer\b|\b(?:do|does|shall|will|should|must|may|need|is|are) not (?:appl|be (?:appl|follow|us)|hold|follow)"
    r"|\b(?:instead of|in place of|cease\w*|withdrawn|repeal\w*|suspend\w*|revoke\w*|replac\w+|supersed\w+|disregard\w*"
    r"|rescind\w*|void|lapse[sd]?|out of force|delet\w+|abolish\w*|struck out)\b",
    re.IGNORECASE,
)
_MATTERS: Final = re.compile(
    r"\b(?:concerns?|complain\w*|grievances?|disciplin\w+|informal\w*|formal\w*|mediat\w+|disputes?|procedures?"
    r"|sections?|parts?|clauses?|paragraphs?|rules?|protocol|above|below|preceding|previous|following|foregoing)\b",
    re.IGNORECASE,
)
_KIND: Final = r"\b(?:clause|paragraph|para|section|part|point|item|rule|article|heading)s?\.?\s+"
_MORE: Final = r"(?:[\d.]{1,9}(?:,? and|,? or| to|,)\s+){0,8}"
_SPAN: Final = re.compile(rf"{_KIND}(\d+(?:\.\d+)*)\s*(?:to|through|[-–—])\s*(\d+(?:\.\d+)*)", re.IGNORECASE)
_NUMBERED: Final = re.compile(rf"(?i:{_KIND})\(?(?:\d|[A-Z]\b)|(?<![\d.£])\d+\.\d")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*|[A-Za-z]")


def hedges(text: str) -> frozenset[int]:
    """Which kinds of words that narrow a rule, or turn it round, stand in a text."""
    return frozenset(kind for kind, words in enumerate(_HEDGES) if words.search(text))


def takes_back(text: str) -> bool:
    """Whether there is a word in it that may take back what was said elsewhere."""
    return bool(_TAKES_BACK.search(text) or _UNDOES.search(text))


def undoes(text: str) -> bool:
    """Whether it may say that a part of the wording, or a way of settling a concern, is not in force any more.

    A part that it cites by number is told by `cites`.
    """
    return bool(_UNDOES.search(text) and _MATTERS.search(text)) and not _NUMBERED.search(text)


def ended(text: str) -> bool:
    """Whether a heading may say that what stands under it is not in force, or is narrowed."""
    return takes_back(text) or bool(hedges(text))


def cites(text: str, ref: str | None) -> bool:
    """Whether a text names a clause by its printed number, alone, with others or within a span of them."""
    found = _NUMBER.findall(ref or "")
    if not found:
        return False
    number = found[-1]
    bare = rf"(?<![\d.£]){re.escape(number)}(?!\d|\.\d)" if "." in number else r"(?!)"
    named = rf"{_KIND}{_MORE}\(?{re.escape(number)}(?!\w|\.\d)"
    if re.search(rf"{bare}|{named}", text, re.IGNORECASE):
        return True
    spans = _SPAN.findall(text) if number[0].isdigit() else ()
    return any(_parts(low) <= _parts(number) <= _parts(high) for low, high in spans)


def _parts(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))
