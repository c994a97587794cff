"""How strong a rule is, by the words its sentence uses.

In: adopted wording. Out: must, should, may or none, and what else it holds in part.
Never: reads more into a sentence than its verb says.

"Shall" binds as "must" does, "ought to" advises as "should" does (RFC 2119 defines them so for the same reason: so that
nobody has to guess). "Will" tells what is expected to happen and binds nobody by itself; "can" tells what is possible.
"""

import re

from bot.pack import Strength

_PATTERNS: tuple[tuple[Strength, str], ...] = (
    (
        "must",
        r"\b(?:must|shall|may not|(?:is|are|be) (?:required|obliged|bound) to|requires? (?:that|all|every)"
        r"|(?:is|are) not (?:allowed|permitted) to|(?:is|are) (?:prohibited|forbidden))\b",
    ),
    (
        "should",
        r"\b(?:should|ought to|(?:is|are) to be|(?:is|are) (?:advised|encouraged|expected|recommended|not recommended)"
        r"|preferable|recommended that)\b",
    ),
    (
        "may",
        r"\bmay\b(?! (?:not|have|arise|seem|become|come|lead|result|mean|break|occur|happen|differ|feel|need|wish)\b)"
        r"(?! be (?:different|more|less|seen|perceived|of|an?|the|in|subject)\b)|\b(?:is|are) free to\b"
        r"|\b(?:has|have) the (?:same )?right\b",
    ),
)
_FOUND = tuple((strength, re.compile(pattern, re.IGNORECASE)) for strength, pattern in _PATTERNS)
#: What only tells when, whether or who, and rules nothing: "Should the matter not be resolved, …", "unless … may".
_CONDITION = re.compile(
    r"(?:^|[.;:]\s+)should\b"
    r"|\b(?:who|which|that) (?:is|are) (?:required|obliged|bound) to\b"
    r"|^\W*(?:where|who|whom|how)\b[^.,]*$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"][^”\"]{0,80}[”\"]")


def of(text: str, lead_in: str = "") -> tuple[Strength, tuple[Strength, ...]]:
    """The strength of the wording's main rule, and the others it has; a list's line goes by its lead-in's verb too."""
    held = _held(text)
    if not held and lead_in.rstrip().endswith((":", "-", "–", "—", "must", "should", "may", "shall")):
        held = _held(_last_sentence(lead_in))
    return (held[0], tuple(held[1:])) if held else ("none", ())


def _held(text: str) -> list[Strength]:
    plainly = _CONDITION.sub(" ", _QUOTED.sub(" ", text))
    return [strength for strength, pattern in _FOUND if pattern.search(plainly)]


def _last_sentence(text: str) -> str:
    return re.split(r"(?<=[.;])\s+", text.strip())[-1]
