"""What somebody tells of a concern is not remembered by whatever remembers questions."""

import gc

from tests.worlds import command

#: In pieces, so that nothing here holds them whole.
STORY = ("The chairman Arthur Pocock put his hand", "on my leg after the budget meeting and laughed")
QUESTION = ("who keeps the minutes", "of the budget meeting?")


def remembered(pieces: tuple[str, str]) -> bool:
    """Whether anything that Python keeps track of holds this text."""
    gc.collect()
    whole, kept = " ".join(pieces), (one for one in gc.get_objects() if isinstance(one, tuple | dict | list))
    return any(type(held) is str and held == whole for one in kept for held in gc.get_referents(one))


async def test_a_question_may_be_remembered_and_a_story_never(bot):
    for pieces in (QUESTION, STORY):
        await bot.hear(command(" ".join(pieces)))
    assert remembered(QUESTION)
    assert not remembered(STORY)
