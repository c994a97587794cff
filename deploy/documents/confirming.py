"""The command `confirm`: rules about concerns that an import read out of the wording, confirmed or refused one by one.

In: a pack file; answers typed on a terminal, or ids for scripts. Out: the file, after each answer, whole or as it was;
then what the protocol leaves to the council. Never: a rule in force that nobody said yes to; asks where nobody is.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import Final, NamedTuple

from bot.contents import Contents
from bot.errors import ProtocolBotError
from bot.pack import PAIRS, Pack, Party, Proposal, Strength
from bot.proposing import LeftOpen, Undecided, as_proposed, confirmed, refused, stages, undecided
from bot.settings import GROUP, Settings
from content import load
from deploy.documents import pack_file
from deploy.documents.routes import NAMES, STAGE_NAMES

_WIDTH: Final = 100
_QUESTION: Final = "Is that how your council does it? [y]es, [n]o, [l]ater, [q]uit: "
_HELP: Final = (
    "y puts the rule in force in this file, n takes the proposal away, l leaves it for another day, q stops here. "
    "What you answered so far is kept."
)
_STRENGTHS: Final[dict[Strength, str]] = {
    "must": "the wording says must",
    "should": "the wording says should, or something as strong",
    "may": "the wording says may, or something no stronger",
    "none": "the wording tells it as a fact",
}
#: What is open, why it matters, and what decides it.
_OPEN: Final[dict[LeftOpen, str]] = {
    "informal": "It names nobody inside the council for the informal step",
    "formal": "It has no formal step",
    "hears": "It does not say who hears it, once it is formal",
    "stand-in": "It does not say who stands in for {who}, who would have to deal with what they raised, or what is "
    "about them",
    "group": "It leaves a concern to {who}, and does not say who they are",
    "third-party": "It speaks of somebody who takes no side, and does not say who that is",
    "bodies": "How to reach {who} is for your council to write down",
}
_DECIDE: Final[dict[str, str]] = {
    "silent.informal": "Decide to whom the bot turns then: `silent`, `informal` in the settings. "
    "Where nothing is set: {informal}.",
    "silent.formal": "Decide to whom the bot turns then: `silent`, `formal` in the settings. "
    "Where nothing is set: {formal}.",
    "alternates": "Decide who stands in, in which order: `alternates` in the settings.",
    "group": "Decide who its members are, three or more: `group` in the settings.",
    "bodies": "Name and address: `bodies` in the settings.",
}


class CannotConfirm(ProtocolBotError):
    """Why nothing can be confirmed here, and the mend."""


class Walk(NamedTuple):
    """How somebody is asked, told, and how what they said is kept."""

    ask: Callable[[str], str]
    say: Callable[[str], None]
    keep: Callable[[Pack], None]


def confirm(options: argparse.Namespace) -> None:
    """Go through the proposals of a pack file. Raises `ProtocolBotError`; then nothing more was written."""
    pack = load.pack(options.pack)
    accept, refuse = _ids(options.accept), _ids(options.refuse)
    walk = Walk(input, print, lambda changed: keep(changed, options.pack))
    if accept or refuse:
        pack = _by_id(pack, accept, refuse)
        walk.keep(pack)
    elif pack.proposed:
        _somebody_there()
        pack = walked(pack, walk)
    for line in summary(pack, options.pack.name):
        print(line)


def _ids(given: Iterable[str]) -> list[str]:
    """Ids as they are given: once for each, or with commas between them."""
    return [id.strip() for one in given for id in one.split(",") if id.strip()]


def _by_id(pack: Pack, accept: Sequence[str], refuse: Sequence[str]) -> Pack:
    if both := set(accept) & set(refuse):
        raise CannotConfirm(f"{', '.join(sorted(both))} can't be both accepted and refused. Nothing was changed.")
    return confirmed(refused(pack, refuse), accept)


def _somebody_there() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CannotConfirm(
            "There is no terminal to ask on. Nothing was changed. Run it in a terminal, or name what you decided: "
            "--accept ID,ID --refuse ID,ID. protocol-bot routes --pack PACK.yaml --proposed shows the ids."
        )


# ---------------------------------------------------------------- one by one


def walked(pack: Pack, walk: Walk) -> Pack:
    """The pack after everything was answered, or after somebody stopped; each answer is kept at once."""
    waiting = pack.proposed
    walk.say(_paragraph(_beginning(len(waiting))))
    for number, proposal in enumerate(waiting, 1):
        walk.say("")
        for line in shown(proposal, pack, f"{number} of {len(waiting)}"):
            walk.say(line)
        answer = _answer(walk)
        if answer == "q":
            break
        if answer != "l":
            pack = (confirmed if answer == "y" else refused)(pack, [proposal.rule.id])
            walk.keep(pack)
    return pack


def _beginning(waiting: int) -> str:
    rules = "one rule" if waiting == 1 else f"{waiting} rules"
    return (
        f"In the wording the bot found {rules} about raising a concern. None is in force: read each with the sentence "
        "it rests on, and say whether your council goes by it."
    )


def _answer(walk: Walk) -> str:
    """y, n, l or q. Where nothing more comes, that is stopping."""
    while True:
        try:
            said = walk.ask(_QUESTION).strip().casefold()
        except EOFError:
            return "q"
        if said in ("y", "yes", "n", "no", "l", "later", "q", "quit"):
            return said[0]
        walk.say(_HELP)


def shown(proposal: Proposal, pack: Pack, count: str) -> Iterator[str]:
    """A proposal as somebody reads it: where it stands, what it rests on, what it would mean, and for whom."""
    stand = Contents(pack)[proposal.rule.clause]
    under = f", under {' › '.join(stand.path)}" if stand.path and stand.path[-1] not in stand.label else ""
    yield f"{count} ({proposal.rule.id}): {stand.label}{under}"
    lines = proposal.sentence.splitlines()
    lead = [stand.lead_in] if stand.lead_in and len(lines) == 1 else []
    for line in (*lead, *lines):
        yield _paragraph(line, "  | ")
    yield _paragraph(f"It would mean: {proposal.rule.plain}", "  ")
    yield _paragraph(f"Step: {', '.join(STAGE_NAMES[stage].casefold() for stage in stages(proposal))}.", "  ")
    yield _paragraph(f"For: {among(proposal.pairs)}.", "  ")
    if proposal.inferred:
        yield _paragraph(f"Only by a reading of its words: {among(proposal.inferred)}.", "  ")
    yield f"  How strong: {_STRENGTHS[proposal.rule.strength]}."


def among(pairs: Collection[tuple[Party, Party]]) -> str:
    """Who raises it about whom, put together: the clerk about a councillor or the chair."""
    if set(pairs) == set(PAIRS):
        return "whoever raises it about whomever"
    told: list[str] = []
    for raiser in dict.fromkeys(raiser for raiser, _ in PAIRS):
        others = [_another(raiser, about) for by, about in PAIRS if by == raiser and (by, about) in pairs]
        if others:
            told.append(f"{NAMES[raiser]} about {' or '.join(others)}")
    return "; ".join(told)


def _another(raiser: Party, about: Party) -> str:
    return f"another {about}" if raiser == about else NAMES[about]


# ---------------------------------------------------------------- what is left


def summary(pack: Pack, file: str) -> Iterator[str]:
    """How it stands, what the protocol leaves to the council, and what comes next."""
    waiting = len(pack.proposed)
    yield ""
    yield f"In force in {file}: {_counted(len(pack.routes.rules))}. Waiting: {_counted(waiting)}."
    if waiting:
        yield f"Go on with: protocol-bot confirm {file}"
    yield ""
    yield from _left_open(pack)
    yield ""
    yield f"See what comes of it: protocol-bot routes --pack {file}"


def _counted(rules: int) -> str:
    return "no rule" if not rules else "one rule" if rules == 1 else f"{rules} rules"


def _left_open(pack: Pack) -> Iterator[str]:
    """What would be open even if all that waits were confirmed."""
    found = undecided(as_proposed(pack))
    if found:
        yield "What the protocol does not say, and your council decides in its settings (protocol-bot.yaml):"
    for one in found:
        yield _paragraph(_open(one), "- ", "  ")


def _open(one: Undecided) -> str:
    who = " and ".join(NAMES[name] for name in one.who)
    pairs = f": {among(one.pairs)}" if one.pairs else ""
    return f"{_OPEN[one.what].format(who=who)}{pairs}. {_DECIDE[one.setting].format(**_usual())}"


def _usual() -> dict[str, str]:
    """To whom the bot turns where a council set nothing."""
    silent = Settings(council="").silent
    called = {**NAMES, GROUP: "the delegated group"}
    return {name: ", then ".join(called[one] for one in getattr(silent, name)) for name in ("informal", "formal")}


def _paragraph(text: str, first: str = "", rest: str | None = None) -> str:
    return fill(" ".join(text.split()), _WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest,
                break_long_words=False, break_on_hyphens=False)  # fmt: skip


# ---------------------------------------------------------------- the file


def keep(pack: Pack, file: Path) -> None:
    """Write the whole file or leave it as it was. Raises `ProtocolBotError`."""
    try:
        pack_file.put(pack, file)
    except OSError as broken:
        why = broken.strerror or type(broken).__name__
        raise CannotConfirm(f"{file.name} can't be written: {why}. The answers before are kept.") from None
