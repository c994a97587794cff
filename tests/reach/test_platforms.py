"""What each platform says when it is asked whether it can tell somebody something."""

from adapters import OUTWARD, PLATFORMS
from adapters.mail import PLATFORM as MAIL
from adapters.web.app import Web
from adapters.web.workspace import PLATFORM, Seat
from bot.conversation import Person
from content import load
from tests.worlds import NOON


async def test_the_browser_chat_can_tell_whoever_one_can_be_there():
    chat = Web(None, {"barrow": "Barrow"}, {"ann": Seat("ann", "Ann", "councillor")}, lambda: NOON, load.words())  # type: ignore[arg-type]
    assert await chat.reaches(Person(PLATFORM, "barrow", "ann")) == ""
    for other in (
        Person(PLATFORM, "barrow", "bob"),
        Person(PLATFORM, "leigh", "ann"),
        Person("email", "barrow", "ann"),
    ):
        assert await chat.reaches(other) == "not-there"


def test_no_platform_is_both_heard_and_only_told():
    assert MAIL in OUTWARD
    assert not OUTWARD.keys() & PLATFORMS.keys()
