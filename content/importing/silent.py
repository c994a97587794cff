"""What protocols of this kind often leave open, and this one does.

In: a pack's clauses with their topics, its facts. Out: gaps. Never: calls silent what some clause has a word for.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.contents import Contents
from bot.pack import Document, Gap, Pack
from bot.stems import folded
from bot.topics import Topics


class _Often(NamedTuple):
    """`words`: where one of these stands in a clause, it may not be silent after all."""

    id: str
    topic: str
    plain: str
    words: str


_OFTEN: Final = (
    _Often(
        "chair-is-the-subject",
        "conflicted-handler",
        "Who takes the chair's place when a concern is about the chair, or the chair raises it.",
        (
            r"conflict of interest|about the chair|against the chair"
            r"|vice-?\s?chair.{0,80}(concern|complain|grievance)"
        ),
    ),
    _Often(
        "councillor-against-councillor",
        "councillor-against-councillor",
        "What to do when one councillor has a concern about another councillor.",
        r"(between|another|fellow) (councillor|member)s?\b",
    ),
    _Often(
        "code-complaint",
        "code-complaint",
        "What happens with a complaint that a councillor broke the Code of Conduct.",
        (
            r"monitoring officer|breach of the (councillors"
            r"|members)?'? ?code|code.{0,30}complain|complain.{0,60}code"
        ),
    ),
    _Often(
        "time-limits",
        "grievance-time-limits",
        "Any time limit for raising or answering a concern or a complaint.",
        r"\b(working )?(days|weeks|months)\b",
    ),
    _Often(
        "record-of-informal-step",
        "record-keeping",
        "Whether a written record is made of the informal step, who keeps it and how long.",
        r"\brecord(s|ed)? (of|is|are|kept)|in writing|written record",
    ),
    _Often(
        "right-to-be-accompanied",
        "right-to-be-accompanied",
        "Whether somebody may be accompanied at a meeting about a concern.",
        r"accompan",
    ),
    _Often(
        "appeals",
        "appeals",
        "Whether there is an appeal.",
        r"\bappeal",
    ),
    _Often(
        "anonymous-concerns",
        "anonymous-concerns",
        "What happens with anonymous concerns.",
        r"anonym",
    ),
    _Often(
        "whistleblowing",
        "whistleblowing",
        "Whistleblowing.",
        r"whistle|public interest disclosure",
    ),
    _Often(
        "people-outside",
        "public-complaints",
        "Concerns raised by or about residents, contractors, volunteers, or co-opted people who are no councillors.",
        r"resident|contractor|volunteer|member of the public|members of the public",
    ),
    _Often(
        "breaches-of-protocol",
        "breaches-of-protocol",
        "What happens if somebody does not keep to the protocol.",
        r"breach|not (kept|keep|comply|complied)",
    ),
)


def gaps(pack: Pack, topics: Topics) -> tuple[Gap, ...]:
    """What the protocol does not say, by its topics and by its words; then what its facts lack."""
    return (*_of_concerns(pack, topics), *_of_facts(pack.document))


def _of_concerns(pack: Pack, topics: Topics) -> Iterator[Gap]:
    contents = Contents(pack)
    wording = " ".join(folded(stand.wording) for stand in contents.clauses())
    told = {topic for stand in contents.clauses() for topic in stand.topics}
    for often in _OFTEN:
        if often.topic not in told and not re.search(often.words, wording):
            near = (s.id for id in topics[often.topic].near for s in contents.on(id) if s.topics[:1] == (id,))
            yield Gap(id=often.id, topic=often.topic, plain=often.plain, nearest=next(near, None))


def _of_facts(document: Document) -> Iterator[Gap]:
    if document.title == "not stated":
        yield Gap(id="title-of-the-document", plain="What the document is called; its text has no title.")
    if not document.adopted[:1].isdigit():
        yield Gap(id="adoption-date", topic="adoption-date", plain="When the protocol was adopted.")
    if not any(row.date[:1].isdigit() for row in document.versions):
        yield Gap(id="review-history", topic="review-history", plain="Whether and when the protocol has been reviewed.")
    if not document.next_review[:1].isdigit():
        yield Gap(id="next-review", topic="next-review", plain="When the protocol is next due for review.")


def kept(gaps: Sequence[Gap], pack: Pack, new: Sequence[str], topics: Topics) -> tuple[Gap, ...]:
    """Those of an earlier pack's gaps that no new clause and no fact fills, pointing at nothing that is gone."""
    contents = Contents(pack)
    filled = {topic for id in new if id in contents.stands for topic in contents[id].topics[:2]}
    facts = {gap.topic for gap in _of_facts(pack.document) if gap.topic}
    stated = {"adoption-date", "review-history", "next-review"} - facts
    return tuple(
        Gap(
            id=gap.id, plain=gap.plain, topic=gap.topic, nearest=gap.nearest if gap.nearest in contents.stands else None
        )
        for gap in gaps
        if gap.topic not in filled | stated and (gap.topic is None or gap.topic in topics)
    )
