"""The guide's pictures can be taken anew."""

import struct

from tests.teams import pictures


async def test_every_picture_of_the_guide_is_drawn_whole(tmp_path):
    await pictures.taken(tmp_path)
    there = {file.name for file in pictures.PICTURES.glob("teams-*.png")}
    assert {file.name for file in tmp_path.iterdir()} == there
    for file in tmp_path.iterdir():
        wide, high = struct.unpack(">II", file.read_bytes()[16:24])
        assert (wide, high) > (600, 200), file.name
