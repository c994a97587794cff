"""Upper Mallow, an invented council without a protocol, whose bot reads documents."""

import pytest

from bot.bot import Bot
from deploy.documents.bringing import reader
from deploy.handbooks import kept_up
from tests.core.council import settings
from tests.editions.world import ID, NAME, Mallow


class Reading(Mallow):
    """Its bot reads documents as the real one does: in a process of their own."""

    def __init__(self, *made) -> None:
        super().__init__(*made)
        own = settings(council=ID, name=NAME, nation="england")
        self.books = kept_up([own], self.clock, self.store, reader())
        self.bot = Bot(self.store, self.books)


@pytest.fixture
def mallow(database, clock, tmp_path) -> Reading:
    return Reading(database, clock, tmp_path)
