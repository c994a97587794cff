"""Cuts a clause into sentences, and says how strong one is.

In: the wording of a clause. Out: its sentences to the letter, the statements in each; the strength of its modal words.
Never: a strength above what the words say.
"""

import re
from typing import Final

from bot.pack import Strength

_END: Final = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z])")
_SHORT: Final = re.compile(
    r"\b(?:e\.g|i\.e|etc|no|nos|para|paras|cllr|cllrs|mr|mrs|ms|dr|st|s|ss|vs|cf|incl)\.$", re.IGNORECASE
)
#: A new rule begins after a comma: with its own condition, or with its own subject and modal word.
_PART: Final = re.compile(
    r";\s+|,\s+(?:and|but)\s+(?=(?:if|where|when|in the case of)\b"
    r"|(?:the|a|an|no|it)\s[^,;]{1,40}?\b(?:should|must|shall|may|will|is to|are to)\b)",
    re.IGNORECASE,
)

_MODALS: Final[tuple[tuple[Strength, str], ...]] = (
    ("must", r"must|shall|(?:is|are|be) required to|ha(?:s|ve) to|(?:is|are) obliged to"),
    (
        "should",
        r"should|ought to|(?:is|are) (?:not )?to|(?:is|are) (?:always )?(?:expected|encouraged|advised|asked) to"
        r"|preferable|important that|desirable|recommended|best practice|good practice",
    ),
    ("may", r"may|might|can(?:not)?|could"),
)
_MODAL: Final = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _MODALS))
#: "Should they fall out, …" is a condition, "can expect" no permission, and "which may be" tells of something else.
_NO_RULE: Final = re.compile(
    r"^should\b|\bcan expect\b|\b(?:that|which|who) (?:may|might|could|can|must|should|shall)\b|public> may|public may"
)


def sentences(text: str) -> list[str]:
    """The sentences of a clause, to the letter."""
    found, begins = [], 0
    for end in _END.finditer(text):
        if not _SHORT.search(text[max(begins, end.start() - 8) : end.start()]):
            found.append(text[begins : end.start()] + end[0].rstrip())
            begins = end.end()
    return [one for one in (*(piece.strip() for piece in found), text[begins:].strip()) if one]


def statements(sentence: str) -> list[str]:
    """The parts of a sentence that each may hold a rule of their own, to the letter."""
    return [part for part in (piece.strip() for piece in _PART.split(sentence)) if part]


def strength(tagged: str, at: int) -> Strength:
    """How strong a statement is where its rule stands: its last modal word before, else the first after.

    `at` is the place in the tagged text. A statement without a modal word has the strength `none`.
    """
    words = _NO_RULE.sub(lambda found: "-" * len(found[0]), tagged)
    before = list(_MODAL.finditer(words, 0, at))
    found = before[-1] if before else _MODAL.search(words, at)
    return next((name for name, _ in _MODALS if found and found[name]), "none")
