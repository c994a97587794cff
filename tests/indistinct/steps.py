"""What somebody may try at every step of every desk: with the real id of what they must not find, and with others.

In: a world's secrets. Out: values of tokens and of forms, for each step by name. Never: a step left out: see the test.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

#: An id and a reference of the right shape that belong to nothing.
MADE_UP: Final = "0123456789abcdef01234567"
NO_REFERENCE: Final = "CN-ZZZZ-ZZZZ"
LONG: Final = "x" * 3500


class Secrets(Struct, frozen=True, kw_only=True):
    """What there is to find out: concerns by id and reference; and what is the person's own."""

    subject: str
    raiser: str
    ids: tuple[str, ...]
    references: tuple[str, ...]
    own: tuple[str, ...]
    handled: tuple[str, ...]
    requests: tuple[str, ...]
    changes: tuple[str, ...]

    def known(self, desk: str) -> tuple[str, ...]:
        """For a step of a desk: what tells most first. Only where concerns are dealt with is each of them tried."""
        first = (self.ids[0], MADE_UP, "", *self.own, *self.handled, NO_REFERENCE, self.references[0])
        if desk == "concerns":
            return (*first, *self.ids[1:], self.references[-1], *self.requests)
        return (*first, self.ids[-1], *self.requests, *self.changes)


#: For each button what else its token may carry; every one is pressed with `Secrets.known` too.
BUTTONS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("concerns", "start"): ("formal",),
    ("concerns", "mine"): (),
    ("concerns", "follow"): (),
    ("concerns", "open"): (),
    ("concerns", "ended"): (),
    ("concerns", "recuse"): (),
    ("requests", "open"): (),
    ("offices", "propose"): (),
    ("offices", "look"): (),
    ("offices", "confirm"): (),
    ("offices", "decline"): (),
    ("reviews", "open"): ("", "0.protocol", "7.protocol", "0.no-such-document"),
    ("reviews", "history"): (),
    ("earlier", "changes"): ("0", "1"),
    ("setup", "bring"): (),
    ("setup", "found"): ("1.1",),
    ("setup", "rule"): ("1.1",),
    ("setup", "yes"): ("1.1",),
    ("setup", "no"): ("1.1",),
    ("setup", "changes"): ("1",),
    ("setup", "adopt"): ("1",),
    ("setup", "again"): ("1",),
    ("setup", "begun"): ("1",),
    ("setup", "throw"): ("1",),
    ("setup", "thrown"): ("1",),
    ("reviews", "calendar"): (),
    ("reviews", "date"): ("0.protocol", "0.no-such-document"),
    ("reviews", "agenda"): ("0.protocol",),
    ("reviews", "later"): ("0.protocol",),
    ("reviews", "snooze"): ("0.protocol",),
    ("reviews", "no-change"): ("0.protocol",),
    ("reviews", "amended"): ("0.protocol",),
    ("reviews", "correct"): ("0.protocol", "1.protocol"),
    ("questions", "pass"): ("who keeps the key to the notice board",),
    ("questions", "answer"): (),
    ("questions", "pin"): ("who keeps the key to the notice board",),
    ("clauses", "run"): ("wrong", "concerns", "waiting", "held", "is there a concern about me"),
    ("clauses", "search"): ("who complained about me",),
    ("clauses", "show"): ("1.1",),
    ("clauses", "share"): ("1.1",),
}

_RAISING = {"first": "none", "unlisted": "", "story": "Words.", "step": "accepted", "kind": "informal"}
_GOING_ON = ("formal", "not-settled", "other-handler")


def raising(secrets: Secrets) -> Sequence[Mapping[str, str]]:
    """A concern about whoever raised one, about oneself, and about nobody."""
    abouts = (secrets.raiser, secrets.subject, "nobody-at-all", "else-officer", "the-group", "the-council", "")
    kinds = ({}, {"kind": "formal"}, {"kind": "outside"}, {"step": "unsafe"}, {"first": "harassment"}, {"story": LONG})
    whole = [{**_RAISING, "about": secrets.raiser, **changed} for changed in kinds]
    whole += [{**_RAISING, "about": about} for about in abouts]
    return [*whole, {**_RAISING, "about": secrets.raiser, "avoid": secrets.subject, "handler": secrets.subject}]


def _acts(*acts: str) -> list[Mapping[str, str]]:
    whole: list[Mapping[str, str]] = [{"act": act, "text": "Words.", "to": ""} for act in ("no-such-act", "", *acts)]
    return [*whole, {"act": acts[1], "text": ""}, {"act": acts[1], "text": LONG}]


def forms(secrets: Secrets) -> Mapping[tuple[str, str], Sequence[Mapping[str, str]]]:
    """For each form what is sent in with it; every one is sent empty too."""
    return {
        ("concerns", "first"): raising(secrets),
        ("concerns", "way"): raising(secrets),
        ("concerns", "send"): raising(secrets),
        ("concerns", "letter"): [{"letter": "Words."}],
        ("concerns", "mine"): _acts("nothing", "add", "answer", "settled", *_GOING_ON, "ended-outside", "withdraw"),
        ("concerns", "further"): [{"text": "Words."}, {"text": LONG}],
        ("concerns", "handle"): _acts(
            "nothing",
            "acknowledge",
            "note",
            "write",
            "dates",
            "unsettled",
            "outcome",
            "sign",
            "outside",
            "hold",
            "let-go",
            "refer",
            "settled",
            "recuse",
        ),
        ("requests", "complaint"): [{"what": "My data.", "not_to": ""}, {"what": LONG}, {"what": "It is about CN-."}],
        ("requests", "done"): [{"done": "no"}, {"done": "yes"}, {"done": "perhaps"}],
        ("offices", "propose"): [
            {"what": "gained", "person": secrets.raiser, "office": "officer"},
            {"what": "lost", "person": "panel", "office": "panel"},
            {"what": "group", "value": "panel, panel-2"},
            {"what": "alternate", "office": "chair", "value": "clerk"},
            {"what": "retention", "outcome": "formal", "value": "24"},
            {"what": "retention", "outcome": "formal", "value": "soon"},
        ],
        ("reviews", "date"): [{"due": "2027-05-10"}, {"due": "31 Feb"}],
        ("reviews", "agenda"): [{"meeting": "other", "date": "2027-05-10"}, {"date": "1066-10-14"}],
        ("reviews", "later"): [{"due": "2027-05-10"}],
        ("reviews", "no-change"): [{"on": "2026-11-20", "approved_by": "Full Council", "minute": "1", "next": ""}],
        ("reviews", "amended"): [{"on": "2026-11-20", "approved_by": "Full Council", "changes": LONG, "next": ""}],
        ("reviews", "correct"): [{"on": "2026-11-20", "approved_by": "Full Council", "changes": "", "next": ""}],
        ("setup", "bring"): [{"document": "protocol.docx"}],
        ("setup", "adopt"): [{"on": "2026-11-20", "minute": "2026/31", "next_review": ""}],
        ("questions", "pass"): [{"question": "Who keeps the key?"}, {"question": "Is there a concern about me?"}],
        ("questions", "answer"): [{"reply": "I do.", "clause": "", "pin": "no"}, {"reply": "", "clause": "99.9"}],
        ("questions", "pin"): [{"question": "Who keeps the key?", "clause": "1.1"}, {"question": "Who?", "clause": ""}],
    }


def form_ids(step: tuple[str, str], secrets: Secrets) -> Sequence[str]:
    """What the form's own token may carry; what tells most comes first."""
    known = secrets.known(step[0])
    if step in (("concerns", "first"), ("concerns", "way"), ("concerns", "letter")):  # an id that an intake had
        return known[:4]
    if step == ("concerns", "further"):
        return [f"{id}.{what}.{MADE_UP}" for what in _GOING_ON for id in known]
    if step == ("concerns", "send"):
        return [f"{id}.{MADE_UP}" for id in known[:6]]
    if step == ("questions", "answer"):
        return [f"{id}/answer-1" for id in known]
    if step[0] == "reviews":
        return [*known, "0.protocol", "0.no-such-document"]
    return known


def plain_words(secrets: Secrets, name: str) -> Sequence[str]:
    """Ways of asking."""
    return (
        "is there a concern about me", "has anybody complained about me?", "who complained about me",
        "is anybody raising a grievance against me", f"concerns about {name}", f"is there a complaint about {name}",
        "what do you hold on me", "show me the concerns about me", "how many concerns are there",
        "I want to complain about whoever complained about me", "I was told there is something about me",
        *secrets.references[:3], f"concern {secrets.references[0]}", NO_REFERENCE,
        *secrets.ids[:2], f"concern/{secrets.ids[0]}", f"open {secrets.references[0]}",
        f"concerns/open/{secrets.ids[0]}",
    )  # fmt: skip
