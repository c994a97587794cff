"""The same door for each: `POST /` with {"text": …} gets {"text": …}, on loopback.

In: what answers a text. Out: answers over HTTP; how fast it answers in process (`GET /?seconds=…`), without HTTP.
Never: anything of whose door it is, so that what is measured is whoever stands behind it.

It is run by three Pythons, each with an aiohttp of the same version, and imports nothing else.
"""

import time
from collections.abc import Awaitable, Callable
from statistics import median, quantiles
from typing import TypeAlias

from aiohttp import web

Answers: TypeAlias = Callable[[str], Awaitable[str]]

_ASKED = "/protocol expectations"


async def opened(answers: Answers, port: int) -> None:
    """Serve, and say so on stdout. The loop goes on until the process is ended."""

    async def asked(request: web.Request) -> web.Response:
        return web.json_response({"text": await answers((await request.json())["text"])})

    async def in_process(request: web.Request) -> web.Response:
        return web.json_response(await _timed(answers, float(request.query["seconds"])))

    app = web.Application()
    app.add_routes([web.post("/", asked), web.get("/", in_process)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("Ready", flush=True)


async def _timed(answers: Answers, seconds: float) -> dict[str, float]:
    """One after the other for so long; waits in milliseconds."""
    waits, until = [], time.perf_counter() + seconds
    while (begun := time.perf_counter()) < until:
        await answers(_ASKED)
        waits.append((time.perf_counter() - begun) * 1000)
    per_second, p99 = len(waits) * 1000 / sum(waits), quantiles(waits, n=100)[-1]
    return {"answers": len(waits), "per_second": per_second, "p50": median(waits), "p99": p99}
