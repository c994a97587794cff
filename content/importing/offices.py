"""Who is named in a sentence: offices and bodies, whatever a council calls them.

In: a sentence. Out: the same in small letters with a tag such as `<clerk>` for each office or body that it names.
Never: a council's own name; a guess: a word that may mean several things gets no tag that counts.
"""

import re
from collections.abc import Iterable
from typing import Final

from bot.pack import PAIRS, Party

Parties = frozenset[Party]
Pairs = frozenset[tuple[Party, Party]]

STAFF: Final[Parties] = frozenset(("clerk", "officer"))
#: A chair of a parish council is one of its councillors: Local Government Act 1972, s. 15(1).
COUNCILLORS: Final[Parties] = frozenset(("councillor", "chair"))

_CHAIR = r"chair(?:man|men|woman|person|s)?"
_PERSONNEL = r"(?:personnel|staffing|staff|hr|human resources|employment)"
_BODY = r"(?:sub[- ]?)?(?:committee|panel|group)"
_COMMITTEE = rf"(?:[a-z]+ (?:and|&) )?{_PERSONNEL}(?: (?:and|&) [a-z]+)? {_BODY}(?: committee)?"

#: Tag and what it stands for; the first that fits a place wins, so that the narrower stand before the wider.
_TAGS: Final = (
    ("mo", r"(?:deputy )?monitoring officers?"),
    ("ombudsman", r"(?:public services? )?ombudsman(?: for wales)?"),
    ("slcc", r"society of local council clerks(?: \(slcc\))?|slcc"),
    (
        "association",
        r"(?:\(?county or area )?(?:county|area) associations?(?: of (?:nalc|local councils"
        r"|parish and town councils))?"
        r"|(?!nalc\b)[a-z]{1,5}alc|ylca|ernllca",
    ),
    ("public", r"members? of the (?:public|community|press)|general public|public complaints?|residents?"
               r"|constituents?"
               r"|parishioners|electors?|customers?|service users?|complainants?"),
    ("convener", rf"{_CHAIR} of (?:the |a |its )?{_COMMITTEE}|{_COMMITTEE} {_CHAIR}"),
    ("committee", _COMMITTEE),
    ("standards", r"standards (?:and [a-z]+ )?(?:sub[- ]?)?committee"),
    (
        "group",
        rf"(?:(?:small|sub[- ]?|working|appointed) ?)*{_BODY} of (?:(?:at least|not less than|two|three|four|five|\d"
        r"|or|senior|independent|appointed|other|elected) )*(?:councillors|members)"
        r"|(?:grievance|disciplinary|appeals?|hearings?|complaints|resolution) (?:panel|(?:sub[- ]?)?committee)",
    ),
    ("leader", r"(?:political |party )*group leaders?|party leaders?|whips?"),
    ("aside", rf"(?:committee|sub-committee) (?:vice-)?{_CHAIR}|(?:vice-)?{_CHAIR}(?: (?:and|or) vice-{_CHAIR})? of "
              r"(?:the )?(?:council and )?(?:any |its |a |the |each )?(?:[a-z]+ )?(?:committees?|working [a-z]+"
              r"|panels?)"
              r"|(?:family|committee|panel|team|union) members?|members of (?:the |a |any |their |his |her )?"
              r"(?:[a-z]+ )?(?:committee|panel|family|union|group|press)"),
    ("vice", rf"deputy (?:town |city )?mayor|vice[- ]{_CHAIR}|deputy {_CHAIR}|deputy leader"),
    (
        "chair",
        rf"(?:town |city )?mayor ?/ ?{_CHAIR}|(?:town |city |parish |council )?(?:mayor|{_CHAIR})"
        r"(?: of (?:the )?(?:[a-z]+ )?council)?|leader of the council|council leader|leader",
    ),
    ("officer", r"(?:deputy|assistant) (?:(?:town|parish) )?clerks?|responsible financial officers?|rfo"),
    (
        "clerk",
        r"(?:(?:town|parish|community|city|council|council's) )?clerk(?: (?:to|of) the (?:[a-z]+ )?council)?"
        r"(?: (?:and|&) (?:proper officer|responsible financial officer|rfo))?(?: \((?:the )?proper officer\))?"
        r"|proper officer(?: \((?:the )?clerk\))?|chief executive(?: officer)?|chief officer|town manager"
        r"|head of paid services?",
    ),
    ("manager", r"(?:(?:line|service|departmental|senior|immediate) )+managers?|directors?"
                r"|heads? of (?:service|department)s?|supervisors?"),
    ("other", r"(?:any |an)?other (?:council )?(?:members? of (?:the )?staff|officers?|employees?|staff(?: members?)?)"
              r"|(?:members? of (?:the )?staff|staff|officers?|employees?) (?:other than|apart from"
              r"|except(?: for)?|excluding) the "
              r"(?:(?:town|parish) )?(?:clerk|chief executive)"),
    (
        "concerned",
        r"(?:person|individual|party|parties|member|councillor|officer|employee|colleague)s? "
        r"(?:concerned(?! (?:about|that|by|with|at|over))|involved|in question)|other (?:party|person)|each other"
        r"|one another|person directly",
    ),
    ("officer", r"members? of (?:the )?(?:[a-z]+(?:'s)? )?staff|staff members?|(?:council )?officers?"
                r"|employees?|staff"),
    ("adviser", r"(?:independent|external|outside|impartial)(?: [a-z]+){0,2} (?:advice|advis[eo]rs?|consultants?)"
                r"|(?:hr|human resources) (?:advis[eo]rs?|consultants?|advice|provider)"),
    (
        "third",
        r"(?:(?:appropriate|independent|neutral|impartial) )*third part(?:y|ies)"
        r"|(?<!as )(?<!as a )(?<!as an )(?<!as the )(?<!be )(?<!be the )(?<!be a )(?<!is the )(?:(?:independent"
        r"|external|trained|neutral|outside|professional) )*"
        r"(?:mediator|conciliator|facilitator)s?"
        r"|(?:someone|somebody|a person|an individual)(?: who is)? (?:neutral|impartial|independent|neither"
        r"|outside|not involved)",
    ),
    ("fellow", r"other (?:parish |town |community )?(?:councillors|members)"),
    (
        "councillor",
        r"(?:(?:parish|town|community|borough|elected|fellow|individual|ward|cabinet|executive) )*"
        r"(?:councillors?|members?|cllrs?)(?: of (?:the|that) (?:[a-z]+ )?council)?",
    ),
)  # fmt: skip
_ANY: Final = re.compile("|".join(rf"(?P<t{i}>\b(?:{words})\b)" for i, (_, words) in enumerate(_TAGS)))
_TAG: Final = re.compile(r"<([a-z]+)>")
_DET = r"(?:\b(?:or|and|the|a|an|another|any|individual|with|of|by)\b\s*)*"
#: A comma joins two offices only where an "or" or "and" comes after them: else a new thought begins.
_LINK = (
    rf"(?:'s?)?\s*(?:[/(]|,?\s*\b(?:or|and|and/or)\b|,(?=\s*{_DET}<[a-z]+>(?:\s*,\s*{_DET}<[a-z]+>)*,?\s+(?:or"
    rf"|and)\b\s*{_DET}<))"
    rf"\s*{_DET}"
)
#: One office or several in a row: "the <clerk> or an <officer>"; without commas where "between" begins it.
ROW: Final = rf"<[a-z]+>(?:{_LINK}<[a-z]+>)*"
TWO: Final = rf"<[a-z]+>(?:(?:'s?)?\s*(?:[/(]|\b(?:or|and|and/or)\b)\s*{_DET}<[a-z]+>)*"

#: What a tag means in the rules of a pack.
WHO: Final = {
    "clerk": "clerk",
    "chair": "chair",
    "vice": "vice-chair",
    "manager": "officer",
    "concerned": "the-person-concerned",
    "group": "small-group",
    "committee": "personnel-sub-committee",
    "convener": "personnel-sub-committee",
    "third": "third-party",
    "mo": "monitoring-officer",
    "adviser": "independent-adviser",
    "association": "county-association",
    "slcc": "slcc",
}
_SIDES: Final[dict[str, Parties]] = {
    "clerk": frozenset(("clerk",)),
    "officer": STAFF,
    "manager": frozenset(("officer",)),
    "other": frozenset(("officer",)),
    "councillor": COUNCILLORS,
    "chair": frozenset(("chair",)),
    "vice": frozenset(("councillor",)),
    "fellow": frozenset(("councillor",)),
}


def tagged(text: str) -> str:
    """The sentence in small letters, plain quotation marks, single spaces, with a tag for each office or body."""
    plain = " ".join(text.lower().translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'}).split())
    return _ANY.sub(lambda found: f"<{_TAGS[int((found.lastgroup or 't0')[1:])][0]}>", plain)


def tags(row: str) -> tuple[str, ...]:
    """The tags in a piece of tagged text, each once, in order."""
    return tuple(dict.fromkeys(_TAG.findall(row)))


def parties(found: Iterable[str]) -> Parties:
    """Whom these tags stand for, as those who raise something or whom it is about."""
    return frozenset[Party]().union(*(_SIDES.get(tag, frozenset()) for tag in found))


def pairs_of(raisers: Parties, about: Parties) -> Pairs:
    """Every pair there is of the two."""
    return frozenset(pair for pair in PAIRS if pair[0] in raisers and pair[1] in about)
