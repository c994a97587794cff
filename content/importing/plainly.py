"""Tells a proposed rule in the project's own words.

In: what a statement was found to be, for whom, how strongly. Out: a sentence. Never: a word of the council's document.
"""

from typing import Final

from bot.pack import PAIRS, Party, Strength
from content.importing.families import Family, Found
from content.importing.offices import COUNCILLORS, STAFF, Pairs

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


def plainly(found: Found, pairs: Pairs, how: Strength) -> str:
    """The rule in one sentence, no stronger than `how`."""
    sentence, infinitive, statement = _TOLD[found.family]
    verb = statement if how == "none" else _modal(how, infinitive)
    what, who = _what(pairs), _who(found)
    whole = _upper(what) + ("," if ", or " in what else "")
    return sentence.format(
        What=whole, what=what, Who=_upper(who or "nobody of the council"), who=who or "whoever it names",
        **dict.fromkeys(("is", "goes", "comes", "acts"), verb), is_="be" if how != "none" else "is",
    )  # fmt: skip


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
