"""What is handed over on the page: kept for whoever did, for the form it is for, and within bounds."""

import asyncio
from contextlib import suppress

import pytest

from adapters.web.files import FILE_LIMIT, FILES, ON_THEIR_WAY, WHOLE_LIMIT, Files
from adapters.web.parse import Unreadable

CLERK, CHAIR = ("barrow", "clerk"), ("barrow", "chair")
FORM = {"kind": "submit", "id": "e1", "council": "barrow", "seat": "clerk", "place": "private", "form": "setup/bring/"}


async def pieces(*parts: bytes):
    for part in parts:
        yield part


async def kept(files: Files, whose=CLERK, data: bytes = b"abc", name: str = "a.docx") -> str:
    return await files.keep(whose, name, pieces(data))


def gone(files: Files, whose, print_: str) -> bool:
    try:
        files.found(whose, {"document": print_})
    except Unreadable:
        return True
    return False


async def test_a_file_is_found_by_its_fingerprint_and_the_same_file_has_the_same_one():
    files = Files()
    first, again = await kept(files), await kept(files)

    assert first == again
    found = files.found(CLERK, {"document": again})["document"]
    assert (found.name, found.data) == ("a.docx", b"abc")


async def test_somebody_elses_fingerprint_is_unknown():
    files = Files()
    print_ = await kept(files)

    assert gone(files, CHAIR, print_)
    assert gone(files, ("twywell", "clerk"), print_)
    assert not gone(files, CLERK, print_)


async def test_nobody_elses_files_push_the_clerks_out():
    files = Files()
    mine = await kept(files)
    for number in range(FILES * 2):
        with suppress(Unreadable):
            await kept(files, ("twywell", f"guest-{number}"))

    assert not gone(files, CLERK, mine)


async def test_a_second_file_takes_the_place_of_the_first_of_the_same_person():
    files = Files()
    first = await kept(files)
    second = await kept(files, data=b"another")

    assert gone(files, CLERK, first)
    assert not gone(files, CLERK, second)


async def test_all_files_together_are_bounded_by_their_size_too():
    files = Files()
    whole = b"x" * FILE_LIMIT
    for number in range(WHOLE_LIMIT // FILE_LIMIT):
        await kept(files, ("barrow", f"seat-{number}"), whole)

    with pytest.raises(Unreadable, match="^web-files-full$"):
        await kept(files, CLERK, b"x")


async def test_a_file_that_is_too_large_is_refused_before_all_of_it_has_come():
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * (FILE_LIMIT // 4)

    with pytest.raises(Unreadable, match="^web-file-large$"):
        await Files().keep(CLERK, "a.docx", endless())
    assert sent == 5


async def test_only_a_few_files_are_on_their_way_at_a_time_and_one_of_each_person():
    files, go_on = Files(), asyncio.Event()

    async def slow():
        await go_on.wait()
        yield b"abc"

    async with asyncio.TaskGroup() as group:
        for number in range(ON_THEIR_WAY):
            group.create_task(files.keep(("barrow", f"seat-{number}"), "a.docx", slow()))
        await asyncio.sleep(0)
        with pytest.raises(Unreadable, match="^web-files-full$"):
            await kept(files)
        with pytest.raises(Unreadable, match="^web-file-on-its-way$"):
            await kept(files, ("barrow", "seat-0"))
        go_on.set()
    await kept(files)


async def test_a_file_that_does_not_arrive_in_time_is_refused_and_leaves_its_place_free():
    files = Files(receiving=0.01)

    async def never():
        yield b"abc"
        await asyncio.Event().wait()

    for _ in range(ON_THEIR_WAY + 1):
        with pytest.raises(Unreadable, match="^web-file-late$"):
            await files.keep(CLERK, "a.docx", never())
    await kept(files)


async def test_a_file_whose_form_is_never_sent_is_dropped_by_itself():
    files = Files(kept=0.01)
    print_ = await kept(files)
    await asyncio.sleep(0.1)

    assert gone(files, CLERK, print_)


async def hand_over(client, query: str = "council=barrow&seat=clerk") -> str:
    headers = {"Content-Type": "application/octet-stream"}
    response = await client.post(f"/api/files?{query}&name=a.docx", data=b"abc", headers=headers)
    assert response.status == 200
    return (await response.json())["file"]


async def test_a_file_is_dropped_once_its_form_was_heard(client, scripted):
    print_ = await hand_over(client)
    sent = FORM | {"values": {"document": "a.docx"}, "files": {"document": print_}}

    assert (await client.post("/api/events", json=sent)).status == 200
    again = await client.post("/api/events", json=sent | {"id": "e2"})

    assert again.status == 400
    assert "Choose it once more" in (await again.json())["problem"]
    assert [event.files["document"].data for event in scripted.heard] == [b"abc"]


async def test_a_file_whose_form_could_not_be_heard_is_still_there(client, scripted):
    sent = FORM | {"values": {"document": "a.docx"}, "files": {"document": await hand_over(client)}}
    scripted.answer = RuntimeError()
    assert (await client.post("/api/events", json=sent)).status == 500

    scripted.answer = None
    assert (await client.post("/api/events", json=sent)).status == 200
    assert len(scripted.heard) == 2


async def test_somebody_elses_file_can_not_be_sent_in(client, scripted):
    print_ = await hand_over(client, "council=barrow&seat=chair")
    sent = FORM | {"values": {"document": "a.docx"}, "files": {"document": print_}}

    assert (await client.post("/api/events", json=sent)).status == 400
    assert scripted.heard == []
