"""The clock of the loop that tests run in: what was waited counts, and what the computer did meanwhile does not."""

import asyncio
import time

import pytest


async def test_a_stall_is_no_time_that_passed():
    clock = asyncio.get_running_loop().time
    began = clock()
    time.sleep(0.5)  # noqa: ASYNC251  # as if another process had had the computer
    assert clock() - began < 0.2


async def test_whoever_had_time_to_answer_has_it_still_after_a_stall():
    async with asyncio.timeout(0.3):
        answer = asyncio.create_task(asyncio.sleep(0.01, "in time"))
        time.sleep(0.5)  # noqa: ASYNC251
        assert await answer == "in time"


async def test_what_is_waited_takes_no_less_than_by_anybodys_clock():
    clock = asyncio.get_running_loop().time
    began, by_ours = time.monotonic(), clock()
    await asyncio.sleep(0.2)
    assert time.monotonic() - began >= 0.2
    assert clock() - by_ours >= 0.2


async def test_who_does_not_answer_is_given_up():
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await asyncio.Event().wait()


async def test_what_comes_from_a_thread_is_heard_of():
    assert await asyncio.to_thread(lambda: "here") == "here"
