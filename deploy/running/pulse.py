"""Whether the bot on this computer is ready for people: for a container's health check, or a probe.

In: `python -m deploy.running.pulse [PATH] [--port N] [--alive]`. Out: one line; exit status 0 where it is ready,
else 1.
With `--alive` any answer is a good one: what a new start would not mend (a database that is away, a token that was
taken back) is no reason for one. Never: leaves this computer; loads anything that has to be installed, for it is run
every few seconds.
"""

import argparse
import sys
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from typing import Final

_SECONDS: Final = 5.0
_LONGEST: Final = 2000  # characters of what the bot says of itself


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask once. What the bot says has ids and kinds only."""
    options = _parser().parse_args(arguments)
    try:
        status, told = _asked(options.port, options.path)
    except (OSError, HTTPException) as failed:
        print(f"Nothing answers at port {options.port} ({type(failed).__name__}). Is it running?")
        return 1
    print(f"{status} {told}")
    return 0 if options.alive or status == 200 else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.running.pulse",
        description="Say whether the bot on this computer is ready for people.",
        epilog="Example: python -m deploy.running.pulse /healthz",
    )
    parser.add_argument("path", nargs="?", default="/readyz", metavar="PATH", help="what to ask (default /readyz)")
    parser.add_argument("--port", type=int, default=8080, help="where the bot listens (default 8080)")
    parser.add_argument("--alive", action="store_true", help="any answer will do")
    return parser


def _asked(port: int, path: str) -> tuple[int, str]:
    """The status of its answer, and the answer. Raises `OSError` and `HTTPException` where there is none."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST).decode(errors="replace").strip()
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
