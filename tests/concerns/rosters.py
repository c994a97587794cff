"""Councils as they really are, and odder: vacant chairs, two offices in one hand, people without an account.

In: Hypothesis. Out: settings. Never: a real person.
"""

from datetime import date, timedelta
from typing import Final

import msgspec
from hypothesis import strategies as st

from bot.pack import PAIRS
from bot.settings import GROUP, Group, Quiet, Retention, Settings, Silent, Someone, Targets
from deploy.settings import made_up
from tests.concerns.world import MONDAY, PLATFORM

COUNCILS: Final = ("barrow", "crickhowell", "leigh-on-sea", "southwell", "twywell")

#: Names that no sentence of the bot's has in it.
NAMES: Final = (
    "Aldous Quillfeather", "Brunhild Oxenstern", "Cuthbert Yarrowby", "Dorcas Umberleigh", "Ezekiel Vinterhoek",
    "Philippa Zouche", "Gwendal Ixworthy", "Hepzibah Kneller", "Ignatius Wrotham",
)  # fmt: skip
GROUP_NAME: Final = "Zeugma Circle"

_USUAL: Final = (("councillor",), ("clerk",), ("chair", "councillor"))
_ODD: Final = (
    ("councillor",), ("officer",), ("vice-chair", "councillor"), ("panel", "councillor"), ("panel",), ("clerk",),
    ("clerk", "councillor"), ("chair", "clerk"), ("chair",), ("officer", "councillor"), ("guest",), (),
)  # fmt: skip
_OFFICES: Final = ("chair", "vice-chair", "clerk", "officer", "councillor", "panel")
_IDS: Final = tuple(f"p{number}" for number in range(1, len(NAMES) + 1))
_NAMED: Final = (*_OFFICES, GROUP, *_IDS)

_some = st.lists(st.sampled_from(_NAMED), max_size=4, unique=True).map(tuple)
_months = st.sampled_from((1, 2, 12, "never"))
_days = st.sampled_from((1, 2, 5, 20))
_end = st.sampled_from((10, 40, 200)).map(lambda days: MONDAY.date() + timedelta(days=days))


@st.composite
def _accounts(draw: st.DrawFn, id: str) -> tuple[str, ...]:
    how_many = draw(st.sampled_from((1, 1, 1, 1, 2, 0)))
    return (f"{PLATFORM}:{id}", f"{PLATFORM}:{id}-home")[:how_many]


@st.composite
def _someone(draw: st.DrawFn, number: int) -> Someone:
    usual = number < len(_USUAL) and draw(st.integers(0, 7)) > 0
    offices = _USUAL[number] if usual else draw(st.sampled_from(_ODD))
    ends: dict[str, date] = {offices[0]: draw(_end)} if offices and draw(st.integers(0, 5)) == 0 else {}
    id = _IDS[number]
    return Someone(id=id, name=NAMES[number], offices=offices, accounts=draw(_accounts(id)), ends=ends)


@st.composite
def _group(draw: st.DrawFn, people: tuple[Someone, ...]) -> Group | None:
    if draw(st.integers(0, 4)) == 0:
        return None
    members = draw(st.lists(st.sampled_from([one.id for one in people]), max_size=4, unique=True))
    return Group(name=GROUP_NAME, members=tuple(members))


@st.composite
def councils(draw: st.DrawFn) -> Settings:
    """Any of the five, with anybody in it."""
    council = draw(st.sampled_from(COUNCILS))
    people = tuple(draw(_someone(number)) for number in range(draw(st.integers(3, len(NAMES)))))
    return Settings(
        council=council,
        people=people,
        alternates=draw(st.dictionaries(st.sampled_from(_OFFICES), _some, max_size=3)),
        group=draw(_group(people)),
        bodies=made_up.settings_of(council).bodies if draw(st.booleans()) else {},
        silent=Silent(informal=draw(_some), formal=draw(_some)) if draw(st.booleans()) else Silent(),
        not_informal=tuple(draw(st.lists(st.sampled_from(PAIRS), max_size=2))),
        administrators=("p2",),
        targets=Targets(acknowledge=draw(_days), answer=draw(_days), speak=draw(_days), climb=draw(_days)),
        quiet=draw(
            st.sampled_from((Quiet(), Quiet(begins="20:00", ends="07:00"), Quiet(begins="12:00", ends="12:00")))
        ),
        retention=Retention(
            withdrawn=draw(_months), informal=draw(_months), formal=draw(_months), outside=draw(_months)
        ),
    )


@st.composite
def later(draw: st.DrawFn, settings: Settings) -> Settings:
    """The same council after an election, a resignation, a new group: everybody who stays is who they were."""
    people = []
    for one in settings.people:
        if draw(st.integers(0, 3)) == 0:
            new = draw(_someone(_IDS.index(one.id)))
            if draw(st.integers(0, 3)):
                people.append(msgspec.structs.replace(one, offices=new.offices, accounts=new.accounts, ends=new.ends))
        else:
            people.append(one)
    kept = tuple(people) or settings.people
    group = draw(_group(kept)) if draw(st.booleans()) else settings.group
    return msgspec.structs.replace(settings, people=kept, group=group)
