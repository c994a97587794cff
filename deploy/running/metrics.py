"""What Prometheus reads, on a port of its own.

In: figures (`deploy.running.figures`, which says what they do not tell and why), how the process is;
PROTOCOL_BOT_METRICS. Out: `GET /metrics`. Never: on the port that the platforms call; a label by council, person, desk,
command or kind of event; a time at which something was first counted (`_created`).
"""

import platform
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.errors import ProtocolBotError
from deploy.running import serving
from deploy.running.figures import BUCKETS, Figures, how_late
from deploy.running.health import Database, Health, State, version

#: The name of the variable.
WHERE: Final = "PROTOCOL_BOT_METRICS"
PATH: Final = "/metrics"
_PREFIX: Final = "protocol_bot_"

_Rows: TypeAlias = Iterable[tuple[Mapping[str, Any], float]]


def asked(environ: Mapping[str, str]) -> tuple[str, int] | None:
    """Host and port; None where nobody asked for it. Raises `ProtocolBotError` for what is neither."""
    text = environ.get(WHERE, "").strip()
    if not text:
        return None
    host, apart, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (apart and host and port.isascii() and port.isdecimal() and int(port) <= 65535):
        raise ProtocolBotError(f"{WHERE} is {text!r}. It is a host and a port: {WHERE}=127.0.0.1:9464")
    return host, int(port)


@asynccontextmanager
async def served(where: tuple[str, int], figures: Figures, health: Health, councils: int) -> AsyncIterator[str]:
    """Meanwhile Prometheus can ask. Gives the address. Raises `ProtocolBotError` where the port can't be had."""
    try:
        door = serving.listening(*where)
    except ProtocolBotError:
        at = f"{where[0]}, port {where[1]}"
        raise ProtocolBotError(f"Nothing can listen where {WHERE} says ({at}). Choose another port.") from None
    told = Told(figures, councils)
    registry = CollectorRegistry()
    registry.register(told)
    ProcessCollector(registry=registry)

    async def metrics(_request: web.Request) -> web.Response:
        await told.look(health)
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get(PATH, metrics)])
    async with serving.served(app, door) as address:
        yield f"{address.rstrip('/')}{PATH}"


class Told(Collector):
    """All that is told, made anew each time Prometheus asks."""

    def __init__(self, figures: Figures, councils: int) -> None:
        self._figures = figures
        self._councils = councils
        self._state: State | None = None
        self._kept: Database | None = None

    async def look(self, health: Health) -> None:
        """How everything is now; what people did, and what waits to be delivered, only when a step is over."""
        self._state = await health.state()
        if self._figures.step() and not self._state.database:
            self._kept = await health.kept() or self._kept

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield from self._of_the_process()
        yield from self._of_the_database()
        yield from self._of_turns()
        yield from self._of_deliveries()

    def _of_the_process(self) -> Iterator[Metric]:
        info = {"version": version(), "python": platform.python_version()}
        yield _gauge("build_info", "What runs here.", [(info, 1)])
        yield _gauge("councils", "Councils whose settings were read.", [({}, self._councils)])
        if (state := self._state) is None:
            return
        yield _gauge("ready", "Whether a balancer may send requests here (/readyz).", [({}, state.ready)])
        ticks: _Rows = [] if state.last_tick is None else [({}, round(state.last_tick, 1))]
        yield _gauge("last_tick_age_seconds", "Since the clock last brought up what was due, in seconds.", ticks)
        count: dict[tuple[str, str], int] = {}
        for one in state.workspaces:
            for how in ("connected", "not_connected"):
                key = str(one["platform"]), how
                count[key] = count.get(key, 0) + (how == ("connected" if state.is_alive(one) else "not_connected"))
        rows = [({"platform": name, "state": how}, number) for (name, how), number in sorted(count.items())]
        yield _gauge("workspaces", "Workspaces and tenants, by whether people are heard there.", rows)

    def _of_the_database(self) -> Iterator[Metric]:
        kept, state = self._kept, self._state
        if state is None:
            return
        yield _gauge("database_answers", "Whether the database answers.", [({}, not state.database)])
        fit: _Rows = [({}, not state.amiss)]
        yield _gauge("keeps_private", "Whether anything private can be kept (database, key file).", fit)
        info: _Rows = [({"kind": kept.kind, "step": kept.step}, 1)] if kept else []
        yield _gauge("database_info", "Which database, at which step of its tables.", info)
        errors: _Rows = [({}, self._figures.store_errors)]
        yield _counter("store_errors", "Errors of the database, but for two writers in each other's way.", errors)

    def _of_turns(self) -> Iterator[Metric]:
        figures = self._figures
        names = sorted({*figures.answered, *figures.failed})
        rows = [({"platform": name, "outcome": "answered"}, figures.answered[name]) for name in names]
        rows += [({"platform": name, "outcome": "failed"}, figures.failed[name]) for name in names]
        yield _counter("turns", "What people did that was heard: answered (in tens, every five minutes), failed.", rows)
        took = HistogramMetricFamily(
            f"{_PREFIX}turn_seconds",
            "How long hearing took, in tens of turns, every five minutes.",
            labels=["platform"],
        )
        for name in sorted(figures.answered):
            within = [(str(bound), figures.took[name, bound]) for bound in BUCKETS]
            took.add_metric([name], [*within, ("+Inf", figures.answered[name])], sum_value=None)
        yield took

    def _of_deliveries(self) -> Iterator[Metric]:
        kept, figures = self._kept, self._figures
        late: _Rows = [({}, how_late(kept.late))] if kept else []
        yield _gauge("oldest_notice_seconds", "How late the latest notice is: 0, or from a minute on in steps.", late)
        aside: _Rows = [({}, kept.aside)] if kept else []
        yield _gauge("notices_set_aside", "Notices that were given up (protocol-bot outbox).", aside)
        rows = [({"platform": name, "outcome": outcome}, n) for (name, outcome), n in sorted(figures.tries.items())]
        what = "Tries to deliver, in tens, every five minutes; told only where many councils share the bot."
        yield _counter("delivery_attempts", what, rows)


def _gauge(name: str, what: str, rows: _Rows) -> Metric:
    return _filled(GaugeMetricFamily, name, what, rows)


def _counter(name: str, what: str, rows: _Rows) -> Metric:
    return _filled(CounterMetricFamily, name, what, rows)


def _filled(kind: type[GaugeMetricFamily] | type[CounterMetricFamily], name: str, what: str, rows: _Rows) -> Metric:
    held = list(rows)
    labels = list(held[0][0]) if held else []
    made = kind(f"{_PREFIX}{name}", what, labels=labels)
    for given, value in held:
        made.add_metric([str(given[label]) for label in labels], float(value))
    return made
