"""Who raises it about whom, as far as a sentence or a heading says.

In: tagged text (`content.importing.offices`). Out: the sides it names. Never: fills in what it does not say.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from content.importing.offices import COUNCILLORS, ROW, STAFF, TWO, Pairs, Parties, pairs_of, parties, tags

NOBODY: Final[Parties] = frozenset()

_UPSET = (
    r"dissatisf\w+|not satisfied|unhapp\w+|aggrieved|concerned (?:about|by|that|at|over|with)|worried"
    r"|distressed|upset|offended"
    r"|uncomfortable|(?:feels?|felt|been|being|is|are) (?:under pressure|pressed|pressured|pressurised|bullied"
    r"|harassed"
    r"|intimidated|undermined|threatened|mistreated|victimised)"
)
_THINKS = r"thinks?|believes?|considers?|feels?|suspects?|alleges?|has reason to believe"
_MATTER = r"complain(?:ts?|s|ing)?|grievances?|concerns?|allegations?|dissatisfaction|criticisms?|disputes?"
_ANYTHING = rf"{_MATTER}|issues?|matters?|problems?|points?|difficult(?:y|ies)"
_ON = r"about|against|concerning|regarding|relating to|in relation to|in respect of|involving|over|with|of"
_BETWEEN_THEM = r"[^.;<]"
#: Words between a matter and whom it is about: no verb, with which a new thought begins.
_NEAR = r"(?:(?!\b(?:is|are|should|must|may|will|shall|goes|go|sent|made|raised|reported)\b)[^.;<])"
_MODAL = re.compile(r"\b(?:should|must|shall|will|speaks?|tells?|raises?)\b|, (?:the|it|this|he|she|they)\b")
_LINK = re.compile(r"\b(?:with|about|by|of|at|over|regarding|concerning|against|that|how|way|from)\b")

_BY_AGAINST = re.compile(rf"\b(?:{_MATTER})\b{_BETWEEN_THEM}{{0,40}}?\b(?:by"
                         rf"|from) (?:\w+ )?(?P<r>{ROW}){_BETWEEN_THEM}{{0,15}}?"
                         rf"\b(?:{_ON})\b{_NEAR}{{0,40}}?(?P<a>{ROW})")  # fmt: skip
_OWN = re.compile(rf"(?P<r>{ROW})'s? (?:\w+ ){{0,2}}(?:{_MATTER})\b{_BETWEEN_THEM}{{0,15}}?\b(?:{_ON})"
                  rf"\b{_NEAR}{{0,50}}?(?P<a>{ROW})")  # fmt: skip
_IS_UPSET = re.compile(
    rf"(?P<r>{ROW}){_BETWEEN_THEM}{{0,25}}?\b(?:{_UPSET})\b(?P<link>{_BETWEEN_THEM}{{1,100}}?)(?P<a>{ROW})"
)
_IS_OF_A_MIND = re.compile(
    rf"(?P<r>{ROW}){_BETWEEN_THEM}{{0,12}}?\b(?:{_THINKS})\b(?P<thought>{_BETWEEN_THEM}{{1,120}}?)(?P<a>{ROW})"
)
_HAS_MATTER = re.compile(
    rf"(?P<r>{ROW}){_BETWEEN_THEM}{{0,50}}?\b(?:wish\w*|wants?|ha[sv]e?|having|with|raises?|makes?|making"
    rf"|brings?|lodges?|reports?"
    rf"|takes? up|take|discuss)\b{_BETWEEN_THEM}{{0,40}}?\b(?:{_ANYTHING})\b{_BETWEEN_THEM}{{0,15}}?\b(?:{_ON})\b"
    rf"{_NEAR}{{0,60}}?(?P<a>{ROW})"
)
_MATTER_HELD = re.compile(rf"\b(?:{_ANYTHING})\b (?:that |which )?(?:a |an |the |any )?(?P<r>{ROW}) (?:has|have"
                          rf"|may have)\b[^.;<]{{0,15}}?"
                          rf"\b(?:{_ON})\b{_NEAR}{{0,50}}?(?P<a>{ROW})")  # fmt: skip
_DONE_BY = re.compile(
    rf"\b(?:breach(?:es)?|misconduct|bullying|harassment"
    rf"|misbehaviour)\b{_NEAR}{{0,30}}?\bby\b[^.;<]{{0,12}}?(?P<a>{ROW})"
)
_GRIEVANCE_OF = re.compile(rf"\bgrievances?\b(?: \w+){{0,2}}? (?:of|from|by) (?:\w+ ){{0,2}}?(?P<r>{ROW})")
_USES = re.compile(
    rf"(?P<r>{ROW})[^.;<]{{0,20}}?\b(?:use|follow|invoke|raise|submit|bring|lodge"
    rf"|start)s?\b[^.;<]{{0,30}}?\bgrievance"
)
_MATTER_ABOUT = re.compile(
    rf"\b(?:{_MATTER})\b{_BETWEEN_THEM}{{0,25}}?\b(?:{_ON}"
    rf"|that)\b{_NEAR}{{0,60}}?(?P<a>{ROW})"
)
_APART = re.compile(
    rf"(?P<both>{TWO}) (?:fall out|disagree|(?:are|is) in (?:dispute|conflict|disagreement)"
    r"|ha(?:ve|s) a (?:dispute|disagreement))"
)
_BETWEEN = re.compile(
    rf"\bbetween\b{_BETWEEN_THEM}{{0,20}}?(?P<both>{ROW}(?:[^.;,<]{{0,25}}?\band\b[^.;,<]{{0,15}}?{ROW})?)"
)
_UPSET_ALONE = re.compile(rf"(?P<r>{ROW}){_BETWEEN_THEM}{{0,25}}?\b(?:{_UPSET})\b")
_IF_IT_IS = re.compile(r"^(?:and |but )?(?:if|where|when) (?:the |a |an )?(?:complaint |concern "
                       r"|matter )?(?:<(?P<who>[a-z]+)>|it|this|that)"
                       r"(?:'s)? (?:is|are|concerns?|relates?)(?: to| about| against)? (?:the |a "
                       r"|an )?<(?P<is>[a-z]+)>(?! who)")  # fmt: skip
_SPEAKER = re.compile(
    rf"^[^.;<]{{0,25}}(?P<r><(?:councillor|officer|other|fellow)>(?:{TWO[len('<[a-z]+>') :]})) (?:[a-z]+ ){{0,3}}?"
    r"(?:raise|discuss|report|take|speak|talk|tell|write)s?\b"
)
_WHO_IS = re.compile(r"\bif it is (?:the |a |an )?<(?P<is>[a-z]+)> who\b")

#: "Procedure for officers", "For councillors", "Concerns raised by staff", "Officers' complaints".
_FOR = (
    re.compile(rf"^(?:the )?(?:procedures?|process|steps|routes?)\b[^<]*\bfor (?:the )?(?P<r>{ROW})"),
    re.compile(rf"^for (?:the )?(?P<r>{ROW})"),
    re.compile(rf"\b(?:complaints?|concerns?|grievances?)\b(?: \w+)? (?:by|from|of) (?:the )?(?P<r>{ROW})"),
    re.compile(rf"^(?P<r>{ROW})'?s? (?:complaints?|concerns?|grievances?|procedure)\b"),
)
_ABOUT = re.compile(rf"\b(?:about|against)\b(?: the| a| an)? (?P<a>{ROW})")


class Sides(NamedTuple):
    """Who raises it, whom it is about: each empty where it is not said. `both`: it goes both ways. `row`: the words."""

    raisers: Parties = NOBODY
    about: Parties = NOBODY
    both: bool = False
    row: str = ""

    @property
    def pairs(self) -> Pairs:
        """Every pair of the two sides."""
        ways = pairs_of(self.raisers, self.about)
        return ways | pairs_of(self.about, self.raisers) if self.both else ways


class Narrowed(NamedTuple):
    """ "If the officer is the clerk, …": whom the sentence before spoke of, and whom of them this one is for."""

    of: Parties
    to: Parties


def said(text: str) -> Sides:
    """The sides that a statement names itself."""
    if both := _between(text):
        return both
    for pattern in (_BY_AGAINST, _OWN, _IS_UPSET, _IS_OF_A_MIND, _MATTER_HELD, _HAS_MATTER):
        found = pattern.search(text)
        if found and _linked(found.groupdict()):
            sides = Sides(parties(tags(found["r"])), parties(tags(found["a"])), row=found["r"] + found["a"])
            if sides.pairs:
                return sides
    if who := _UPSET_ALONE.search(text) or _USES.search(text) or _GRIEVANCE_OF.search(text):
        return Sides(raisers=parties(tags(who["r"])), row=who["r"])
    if whom := _DONE_BY.search(text) or _MATTER_ABOUT.search(text):
        return Sides(about=parties(tags(whom["a"])), row=whom["a"])
    return Sides()


def _linked(found: Mapping[str, str | None]) -> bool:
    """Whether the words between two sides join them, and no new thought begins."""
    link, thought = found.get("link"), found.get("thought")
    new = _MODAL.search(link or thought or "")
    return not new and (link is None or _LINK.search(link) is not None)


def _between(text: str) -> Sides | None:
    """ "Between councillors and officers": both ways; "between councillors": among themselves."""
    rows = [tags(found["both"]) for pattern in (_BETWEEN, _APART) for found in pattern.finditer(text)]
    named = parties(tag for row in rows for tag in row)
    one, other = named & STAFF, named & COUNCILLORS
    if one and other:
        return Sides(one, other, both=True)
    return Sides(named, named) if len(rows) == 1 and len(rows[0]) == 1 and one | other else None


def narrowed(text: str) -> Narrowed | None:
    """Whether a statement is for one of those the sentence before spoke of."""
    if found := _IF_IT_IS.search(text):
        return Narrowed(parties((found["who"],)) if found["who"] else NOBODY, parties((found["is"],)))
    return None


def raised_by(text: str) -> Parties:
    """Who raises it, where a statement says "if it is the … who"."""
    found = _WHO_IS.search(text)
    return parties((found["is"],)) if found else NOBODY


def speaker(text: str) -> Parties:
    """Who takes it up, where a statement goes on with somebody else: "Other staff should first discuss it with …"."""
    found = _SPEAKER.search(text)
    return parties(tags(found["r"])) if found else NOBODY


def headed(text: str) -> Sides:
    """The sides that a heading names: "Procedure for officers", "Complaints about members"."""
    row = next((found["r"] for pattern in _FOR if (found := pattern.search(text))), "")
    about = _ABOUT.search(text)
    return Sides(parties(tags(row)), parties(tags(about["a"])) if about else NOBODY)
