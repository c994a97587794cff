"""Whatever hangs, the process is gone in time: what hangs may be a thread that nothing can cut short."""

import subprocess
import sys

_HANGS = """
import asyncio, time
from deploy.running.clockwork import end_for_certain

async def told_to_stop():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 300)
    end_for_certain({within})
    await asyncio.sleep({then})

asyncio.run(told_to_stop())
"""


def test_what_hangs_in_a_thread_does_not_keep_the_process_longer_than_it_may():
    """asyncio waits for its threads at the end, for as long as they take."""
    ended = subprocess.run(
        [sys.executable, "-c", _HANGS.format(within=0.2, then=0)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "Something did not come to its end in time, and was left where it was.\n"
