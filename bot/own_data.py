"""Whether plain words ask what is held on somebody, or complain about how their personal data was handled.

In: anybody's words. Out: `held`, `complaint` or nothing.
Never: takes a question about the rules for a request; keeps anything.
"""

import re
from typing import Literal

_NOT_WORDS = re.compile(r"[^\w' ]+")
_SPACES = re.compile(r"\s+")

_FIRST_PERSON = re.compile(r"\b(?:i|i'd|i'm|i've|i'll|me|my|we|our)\b")
#: About the rules, about somebody else, or about dealing with a request rather than making one.
_OF_RULES = re.compile(
    r"\b(?:protocol|clauses?|polic(?:y|ies)|rules?|procedure|expect|who|whom|whose|residents?|public|anybody|anyone|"
    r"somebody|someone|councillors'|means?|definition|answer|refuse|respond|reply|handles?|handling|"
    r"deals?|dealing|received|against me|"
    r"(?:can|may|could|should|must|do|have) (?:(?:a|an|the|other|all) )?(?:councillors?|members?|officers?|chair|clerk|"
    r"they|people|he|she))\b"
)
_QUESTION = re.compile(r"^(?:what|who|when|where|why|which|is|are|does|do|has|have|should|must|will)\b")

_KEPT = r"(?:hold|holds|held|holding|keep|keeps|kept|keeping|store|stores|stored|have|has|had|got|know|knows|recorded)"
_ON_ME = r"(?:on|about|of|regarding|concerning) (?:me|myself)(?= please| here| now| on file| in the| in this|$)"
_THINGS = r"(?:data|information|info|records?|details|files?|everything|anything|all|what|whatever)"
_HELD = (
    re.compile(rf"\b(?:what|which|any|anything) (?:[\w']+ ){{0,6}}?{_KEPT}(?: [\w']+){{0,3}}? {_ON_ME}"),
    re.compile(rf"\b{_THINGS}\b(?: [\w']+){{0,8}}? {_KEPT}(?: [\w']+){{0,3}}? {_ON_ME}"),
    re.compile(rf"\b(?:data|information|records?) {_ON_ME}"),
    re.compile(r"\b(?:copy of|access to|see) (?:all )?(?:of )?my (?:own )?personal (?:data|information)$"),
)
_SUBJECT_ACCESS = re.compile(r"\b(?:(?:data )?subject access(?: request)?s?|d?sars?)\b")
_MAKING = re.compile(r"\b(?:make|making|submit|send|file|put in|lodge|want|like|wish|request|need|raise|this is)\b")

_COMPLAIN = re.compile(r"\bcomplain(?:t|ts|ing)?\b")
_OF_DATA = re.compile(
    r"\b(?:data protection|gdpr|data breach|privacy|(?:my|our) (?:own )?(?:personal |private )?(?:data|information)|"
    r"(?:my|our) (?:own )?(?:personal|private) (?:details|records?|file))\b"
)
_SHORT = 5  # words; so few name the thing itself


def meant(text: str) -> Literal["held", "complaint"] | None:
    """What these words ask for, if it is one of the two."""
    said = _plain(text)
    if _OF_RULES.search(said):
        return None
    if _COMPLAIN.search(said):
        return "complaint" if _OF_DATA.search(said) and _is_own(said) else None
    if any(way.search(said) for way in _HELD):
        return "held"
    if _SUBJECT_ACCESS.search(said) and _is_own(said) and (_MAKING.search(said) or _is_short(said)):
        return "held"
    return None


def _plain(text: str) -> str:
    words = _NOT_WORDS.sub(" ", text.casefold().replace("’", "'"))
    return _SPACES.sub(" ", words).strip()


def _is_short(said: str) -> bool:
    return len(said.split()) <= _SHORT and not _QUESTION.search(said)


def _is_own(said: str) -> bool:
    return bool(_FIRST_PERSON.search(said)) or _is_short(said)
