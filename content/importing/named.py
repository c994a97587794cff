"""The other documents, laws and outside bodies that a protocol names, and the clauses that name them.

In: a pack's body. Out: `Named` rows. Never: a name that does not stand in the wording.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from bot.pack import Clause, Heading, Named, pieces

_ANY: Final = re.IGNORECASE
_POLICIES: Final[tuple[tuple[str, str], ...]] = (
    ("Code of Conduct", r"\bcodes? of conduct\b"),
    ("Standing Orders", r"\bstanding orders?\b"),
    ("Financial Regulations", r"\bfinancial (?:procedure )?regulations\b"),
    ("Scheme of Delegation", r"\bschemes? of delegation\b"),
    ("Job description", r"\bjob descriptions?\b"),
    ("Grievance procedure",
     r"\bgrievance (?:protocol or |policy (?:and|or) )?(?:procedure|policy|protocol)\b"
     r"|\bdisciplinary and grievance procedures?\b"),
    ("Disciplinary procedure",
     r"\bdisciplinary (?:and grievance |policy (?:and|or) )?(?:procedures?|policy)\b"),
    ("Complaints procedure", r"\bcomplaints (?:procedure|policy)\b"),
    ("The council's agreed procedures", r"\bagreed procedures\b"),
    ("Terms and conditions of employment", r"\bterms and conditions of (?:employment|service)\b"),
    ("GDPR", r"\bGDPR\b|\bgeneral data protection regulation\b"),
)  # fmt: skip
_BODIES: Final[tuple[tuple[str, str], ...]] = (
    ("National Association of Local Councils (NALC)",
     r"(?<!of )\bNALC\b(?! Toolkit)|(?i:\bnational association of local councils\b)"),
    ("County association of local councils", r"(?i:\bcounty associations?\b)|\b[A-Z]{1,3}ALC\b(?<!\bNALC)"),
    ("Society of Local Council Clerks (SLCC)", r"\bSLCC\b|(?i:\bsociety of local council clerks\b)"),
    ("One Voice Wales", r"(?i:\bone voice wales\b|\bun llais cymru\b)"),
    ("Local Government Association (LGA)", r"\bLGA\b|(?i:\b(?<!welsh )local government association\b)"),
    ("Welsh Local Government Association (WLGA)", r"\bWLGA\b|(?i:\bwelsh local government association\b)"),
    ("Public Services Ombudsman for Wales", r"(?i:\bombudsman\b)"),
    ("Monitoring Officer", r"(?i:\bmonitoring officer(?!s? of the council)\b)"),
    ("Standards Committee", r"(?i:\bstandards committee\b)"),
    ("ACAS", r"\bACAS\b|\bAcas\b"),
    ("Information Commissioner", r"(?i:\binformation commissioner\b)|\bICO\b"),
)  # fmt: skip
_KINDS = r"(?:Policy|Policies|Protocol|Procedure|Procedures|Charter|Guidance|Handbook|Scheme)"
#: A name in capitals: "Press and Media Policy 13.5", "Dignity at Work, Bullying & Harassment Policy".
_TITLED = re.compile(
    rf"\b[A-Z][\w’'-]*(?:,? (?:[A-Z][\w’'-]*|and|of|at|the|in|on|to|for|&)){{0,8}} {_KINDS}\b(?: \d+(?:\.\d+)+)?"
)
_LAW = re.compile(
    r"\b[A-Z][\w’'()-]*(?: (?:[A-Z(][\w’'()-]*|and|of|the|etc)){0,15}"
    r" (?:Act|Measure|Regulations|Order) (?:19|20)\d{2}\b"
)
_LEADING = re.compile(
    r"^(?:(?:the|this|that|our|its|a|an|see|refer to|in|of|to|under|all|any|if|with|by|for|where|and|council[’']?s?"
    r"|(?:town|parish|community) council[’']s)\s+)+", _ANY,
)  # fmt: skip
_ITSELF = re.compile(
    r"^(?:(?:this|the|member|councillor|officer|employee|clerk|and|relations|[/&–-])\s*)*protocol$", _ANY
)


def policies(body: Sequence[Heading | Clause]) -> tuple[Named, ...]:
    """Other policies, procedures and laws."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for id, text in _wordings(body):
        for name in dict.fromkeys(_policies_in(text)):
            found[name].append(id)
    return tuple(Named(name=name, clauses=tuple(ids)) for name, ids in found.items())


def bodies(body: Sequence[Heading | Clause]) -> tuple[Named, ...]:
    """Bodies and offices outside the council."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for id, text in _wordings(body):
        for name, pattern in _BODIES:
            if re.search(pattern, text):
                found[name].append(id)
    return tuple(Named(name=name, clauses=tuple(ids)) for name, ids in found.items())


def _policies_in(text: str) -> Iterator[str]:
    known = [(found.span(), name) for name, pattern in _POLICIES for found in re.finditer(pattern, text, _ANY)]
    yield from (_LEADING.sub("", found[0]) for found in _LAW.finditer(text))
    for found in _TITLED.finditer(text):
        name = _LEADING.sub("", found[0])
        if _ITSELF.match(name) or not re.match(r"[A-Z].* ", name):
            continue
        within = [span for span, _ in known if found.start() <= span[0] and span[1] <= found.end()]
        if not within:
            yield name
    yield from (name for _, name in sorted(known))


def _wordings(body: Sequence[Heading | Clause]) -> Iterator[tuple[str, str]]:
    return ((piece.id, piece.text or piece.plain) for piece in pieces(body))
