"""A real Caddy with the very file that the guides put before the bot, on loopback, by plain HTTP.

In: where the bot listens, a folder. Out: the port at which the world would call. Never: a certificate: to get one for a
name, nobody has one here.
"""

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import tools
from tests.ground.deployed import CADDYFILE
from tests.ports import free_port


@contextmanager
def started(bot: str, home: Path) -> Iterator[int]:
    """While it runs, its port."""
    port = free_port()
    told = adapted(f"http://127.0.0.1:{port}", bot)
    [server] = told["apps"]["http"]["servers"].values()
    assert server["listen"] == [f":{port}"]
    server["listen"] = [f"127.0.0.1:{port}"]  # here it is nobody else's
    (home / "caddy.json").write_text(json.dumps({**told, "admin": {"disabled": True}}), "utf-8")
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    line = [tools.caddy(), "run", "--config", home / "caddy.json"]
    with subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(60)


@asynccontextmanager
async def before(bot: str, home: Path) -> AsyncIterator[int]:
    """The same, for a bot in this very process."""
    running = started(bot, home)
    port = await asyncio.to_thread(running.__enter__)
    try:
        yield port
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


def adapted(public: str, bot: str) -> dict[str, Any]:
    """What Caddy makes of the file. It refuses one that it does not understand."""
    line = [tools.caddy(), "adapt", "--config", CADDYFILE, "--adapter", "caddyfile"]
    env = {"PATH": os.environ["PATH"], "PUBLIC_HOST": public, "BOT": bot}
    done = subprocess.run(line, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "not formatted" not in done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):  # a minute: other tests may want the same cores
        assert process.poll() is None, "Caddy ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("Caddy did not begin to listen")
