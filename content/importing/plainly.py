"""Tells a proposed rule in the project's own words.

In: what a statement was found to be, for whom, how strongly. Out: a sentence. Never: a word of the council's document.
"""

import re
from typing import Final

from bot.pack import PAIRS, Party, Strength
from content.importing.families import Family, Found
from content.importing.offices import COUNCILLORS, STAFF, Pairs, tagged

_NAMES: Final = {
    "clerk": "the clerk",
    "chair": "the chair",
    "vice-chair": "the vice-chair",
    "officer": "the manager of the officer concerned",
    "the-person-concerned": "the person concerned",
    "small-group": "a small group of councillors",
    "personnel-sub-committee": "the committee for personnel",
    "third-party": "somebody who takes no side",
    "monitoring-officer": "the monitoring officer",
    "ombudsman-wales": "the Public Services Ombudsman for Wales",
    "independent-adviser": "an independent adviser",
    "county-association": "the county association",
    "slcc": "the Society of Local Council Clerks",
}
#: A sentence for each family, and its verb: with a modal word, and without.
_TOLD: Final[dict[Family, tuple[str, str, str]]] = {
    "informal-first": ("{What} {is} settled informally first, where that can be done.", "be", "is"),
    "raised-with": ("{What} {is} taken up informally: {who}.", "be", "is"),
    "conciliator": ("{What} {is} settled informally with help to bring both sides together, from {who}.", "be", "is"),
    "mediation": ("For {what}, help to bring both sides together {comes} from {who}.", "come", "comes"),
    "grievance": ("{What} {goes} by the grievance procedure, once it is formal.", "go", "goes"),
    "disciplinary": ("{What} {goes} by the disciplinary procedure, once it is formal.", "go", "goes"),
    "formal-steps": ("{What} {goes} on formally, where the informal way did not settle it.", "go", "goes"),
    "complaint-to": ("{What} {goes}, as a formal step, to {who}.", "go", "goes"),
    "referred": ("{What} {goes}, as a formal step, to {who}, and {is_} heard there.", "go", "goes"),
    "hears": ("{What} {is} heard by {who}, once it is formal.", "be", "is"),
    "not-alone": ("{Who} {acts} alone on {what}.", "not act", "does not act"),
    "code-complaint": ("{What}, where it is about the Code of Conduct, {goes} to {who}.", "go", "goes"),
    "not-in-public": ("{What} {is} brought up in public.", "not be", "is not"),
    "through-the-clerk": ("What councillors have to say to other officers {goes} through the clerk.", "go", "goes"),
    "policy": ("For {what}, a policy on dignity, bullying or harassment is part of the protocol.", "be", "is"),
}  # fmt: skip


#: What narrows a rule, and how that is told after it; which part of the sentence it narrows is left to the reader.
_NARROWED: Final = (
    (re.compile(r"\bexceptional|\b(?:rare|extreme) (?:cases?|circumstances)"),
     "All or part of it is for exceptional cases only."),
    (re.compile(r"\b(?:serious|urgent|grave) (?:cases?|matters?|circumstances|concerns?|complaints?)"
                r"|\b(?:is|are) (?:\w+ )?serious\b|\b(?:more|most|very) serious\b"),
     "All or part of it is for serious or urgent cases only."),
    (re.compile(r"\bunless\b|\bexcept (?:for|in|where|when|that|with|if)\b|\bsave (?:for|in|where|that)\b"),
     "The clause names an exception."),
    (re.compile(r"\b(?:normally|usually|ordinarily|generally|in most cases|as a rule|wherever)\b"),
     "That is so as a rule, not always."),
    (re.compile(r"\b(?:if|where|when|provided|should) (?:both|all|the two)\b[^.;]{0,30}\b(?:agree|consent|willing)"
                r"|\bwith (?:the |their )?(?:agreement|consent)\b|\bby (?:mutual )?(?:agreement|consent)\b"),
     "All or part of it takes the agreement that the clause names."),
    (re.compile(r"\b(?:if|where|when|as) (?:it is |this is |that is )?(?:considered |thought |deemed )?"
                r"(?:appropriate|necessary|needed|required|relevant|justified|warranted)\b"),
     "All or part of it is for where that is called for."),
)  # fmt: skip


def plainly(found: Found, pairs: Pairs, how: Strength, text: str) -> str:
    """The rule in a sentence, no stronger than `how`; what narrows it, by its tagged `text`, in others after that."""
    return " ".join((_rule(found, pairs, how), *(told for narrows, told in _NARROWED if narrows.search(text))))


def narrowings(text: str) -> frozenset[str]:
    """What narrows a rule in these words, each told in a sentence."""
    words = tagged(text)
    return frozenset(told for narrows, told in _NARROWED if narrows.search(words))


def _rule(found: Found, pairs: Pairs, how: Strength) -> str:
    sentence, infinitive, statement = _TOLD[found.family]
    verb = statement if how == "none" else _modal(how, infinitive)
    what, who = _what(pairs), _who(found)
    whole = _upper(what) + ("," if ", or " in what else "")
    told = sentence.format(
        What=whole, what=what, Who=_upper(who or "nobody of the council"), who=who or "whoever it names",
        **dict.fromkeys(("is", "goes", "comes", "acts"), verb), is_="be" if how != "none" else "is",
    )  # fmt: skip
    return told.replace(",,", ",")


def _modal(how: Strength, infinitive: str) -> str:
    return f"{how} {infinitive}"


def _who(found: Found) -> str:
    """Whom it names; the one it is raised with, after those who are told first."""
    if found.raised_with and len(found.who) > 1 and found.stage == "informal":
        told = [_NAMES[one] for one in found.who if one not in (found.raised_with, "the-person-concerned")]
        first = f"{_listed(told)} is told first, then " if told else ""
        return f"{first}it is raised with {_NAMES[found.raised_with]}"
    names = [_NAMES[one] for one in found.who]
    who = _listed(names) if found.stage in ("mediation", "not_alone") else ", then ".join(names)
    return f"with {who}" if found.family == "raised-with" else who


def _listed(names: list[str]) -> str:
    return " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} or {names[-1]}"


def _what(pairs: Pairs) -> str:
    """For whom it holds: "what a councillor raises about an officer"."""
    ways = [
        _way(pairs, *side)
        for side in ((STAFF, COUNCILLORS), (COUNCILLORS, STAFF), (COUNCILLORS, COUNCILLORS), (STAFF, STAFF))
    ]
    return ", or ".join(way for way in ways if way)


def _way(pairs: Pairs, raisers: frozenset[Party], about: frozenset[Party]) -> str:
    these = [pair for pair in PAIRS if pair in pairs and pair[0] in raisers and pair[1] in about]
    if not these:
        return ""
    by, of = {pair[0] for pair in these}, {pair[1] for pair in these}
    another = raisers == about and len(by) > 1
    return f"what {_side(by, another=False)} raises about {_side(of, another=another)}"


def _side(named: set[Party], *, another: bool) -> str:
    if named <= COUNCILLORS:
        return "the chair" if named == {"chair"} else "another councillor" if another else "a councillor"
    if named == {"clerk"}:
        return "the clerk"
    return "a colleague" if another else "another officer" if named == {"officer"} else "the clerk or another officer"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
