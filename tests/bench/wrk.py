"""How many requests a second a server answers, and how soon: by `wrk`, one request at a time on a connection.

In: an address, requests, for how long. Out: the rate, the middle and the 99th of 100 waits, and how many were lost.
Never: sends anything but what it was given; lasts longer than it was told, and a moment to start and end.

`wrk` is written in C, so that what is measured is the server and not whoever asks. It is a package of most Linux
distributions (Debian: `apt install wrk`).
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_PATIENCE: Final = 60.0  # seconds that reading the requests and ending may take, beside the seconds of asking

# Requests are in the file as they go over the wire, each after its length, so that asking costs next to nothing. An
# answer is looked into only where that is asked for: wrk then hands every answer to Lua, which takes time of its own.
_SCRIPT: Final = """
local requests, next_one, threads = {}, 0, {}
without = 0

function setup(thread) table.insert(threads, thread) end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local length = file:read("*l")
  while length do
    requests[#requests + 1] = file:read(tonumber(length))
    length = file:read("*l")
  end
  file:close()
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

function done(summary, latency)
  local errors = summary.errors
  local lost, refused = errors.connect + errors.read + errors.write + errors.timeout, errors.status
  for _, thread in ipairs(threads) do refused = refused + thread:get("without") end
  io.write(string.format('\\n{"right": %d, "wrong": %d, "seconds": %f, "p50": %f, "p99": %f}\\n',
    summary.requests - refused, refused + lost, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""
_LOOKED_INTO: Final = """
local words = [==[%s]==]
function response(status, headers, body)
  if status < 400 and (status > 299 or not body:find(words, 1, true)) then without = without + 1 end
end
"""


class Request(NamedTuple):
    """One request over HTTP. `path` begins with a slash; its length, and whom it goes to, are added to `headers`."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str


@dataclass
class Door:
    """Where somebody is asked. `requests` asks texts; every answer `says` this; so many were `right` until now."""

    url: str
    requests: Callable[[Iterator[str]], Iterator[Request]]
    says: str = ""
    right: int = 0


class Rate(NamedTuple):
    """`per_second`: right answers. `p50`, `p99`: milliseconds from a request's last byte to its answer's last.

    `wrong`: how many were refused (a status of 400 or more), lost, or did not say what they should; `right`: the rest.
    """

    per_second: float
    p50: float
    p99: float
    wrong: int
    right: int


def hit(
    url: str,
    requests: Iterable[Request],
    seconds: float = 5,
    connections: int = 16,
    core: int | None = None,
    says: str = "",
    *,
    once: bool = False,
) -> Rate:
    """Ask round and round, each connection as soon as it has its answer.

    `once`: none of them may be asked a second time; `ValueError` where they were too few for that.

    `core`: the only one that `wrk` may use. `says`: what every answer has to hold, as it stands in its body; without it
    any answer of 2xx or 3xx will do. `FileNotFoundError` where `wrk` is not here, with how to mend it.
    """
    program, held = found(), [] if core is None else ["taskset", "--cpu-list", str(core)]
    with tempfile.TemporaryDirectory() as folder:
        script, asked = Path(folder) / "ask.lua", Path(folder) / "requests"
        script.write_text(_SCRIPT + (_LOOKED_INTO % says if says else ""), encoding="utf-8")
        many = _write(asked, url, requests)
        how = ["--threads", "1", "--connections", str(connections), "--duration", f"{max(1, round(seconds))}s"]
        line = [*held, program, *how, "--timeout", "10s", "--latency", "--script", str(script), url, "--", str(asked)]
        ended = subprocess.run(line, capture_output=True, text=True, timeout=seconds + _PATIENCE, check=False)
    if ended.returncode:
        raise ChildProcessError(f"wrk ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    told = json.loads(ended.stdout.splitlines()[-1])
    if once and (answered := told["right"] + told["wrong"]) > many:
        raise ValueError(f"{answered} were answered, and only {many} were ready: some were asked twice")
    return Rate(told["right"] / told["seconds"], told["p50"], told["p99"], told["wrong"], told["right"])


def found() -> str:
    """Where `wrk` is. Raises `FileNotFoundError` with the mend."""
    if (program := shutil.which("wrk")) is None:
        raise FileNotFoundError("wrk is not here, so no rate can be measured: install it (Debian: apt install wrk)")
    return program


def _write(file: Path, url: str, requests: Iterable[Request]) -> int:
    """How many there are."""
    host = urlsplit(url).netloc
    wires = [_on_the_wire(one, host) for one in requests]
    assert wires, "there is nothing to ask"
    with file.open("wb") as out:
        out.writelines(b"%d\n%b" % (len(wire), wire) for wire in wires)
    return len(wires)


def _on_the_wire(one: Request, host: str) -> bytes:
    body = one.body.encode()
    headers = {"Host": host, **one.headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{one.method} {one.path} HTTP/1.1\r\n{head}\r\n".encode() + body
