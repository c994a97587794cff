"""What can be reached from outside: the bot's own public pages and doors, and nothing of how it is."""

import http.client
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from adapters.slack import manifest as slack
from adapters.teams import PATH as MESSAGES
from adapters.teams.manifest import ABOUT, PRIVACY, TERMS
from tests.ground.deployed import CADDYFILE, compose, manifests
from tests.proxied import adapted, started

#: What Slack's doors are below; all of them are the public's.
BELOW = "/slack/"
SLACK = {value for name, value in vars(slack).items() if isinstance(value, str) and value.startswith(BELOW)}
PUBLIC = {MESSAGES, ABOUT, PRIVACY, TERMS}
INSIDE = ("/", "/healthz", "/readyz", "/metrics", "//healthz", "/slack/../healthz", "/slack/%2e%2e/healthz", "/slack")


def test_slacks_doors_are_all_below_one_path() -> None:
    assert "/slack/events" in SLACK


def test_the_proxy_lets_through_what_is_public_and_no_more() -> None:
    [said] = re.findall(r"@public path (.*)", CADDYFILE.read_text("utf-8"))
    assert set(said.split()) == {f"{BELOW}*", *PUBLIC}


def test_so_does_the_cluster() -> None:
    [one] = [one for _, one in manifests() if one["kind"] == "Ingress"]
    [rule] = one["spec"]["rules"]
    let = {(path["path"], path["pathType"]) for path in rule["http"]["paths"]}
    assert let == {(BELOW.rstrip("/"), "Prefix"), *((path, "Exact") for path in PUBLIC)}
    assert "defaultBackend" not in one["spec"]


def test_the_guide_to_teams_names_the_same() -> None:
    text = (CADDYFILE.parent / "guide" / "teams.md").read_text("utf-8")
    assert all(f"`{path}`" in text for path in PUBLIC)


def test_the_proxy_keeps_no_record_of_who_came() -> None:
    assert not re.search(r"^\s*log\b", CADDYFILE.read_text("utf-8"), re.MULTILINE)


def test_the_proxy_finds_the_bot() -> None:
    services = compose()["services"]
    command = services["bot"]["command"]
    assert "--port" not in command
    assert services["proxy"]["environment"]["BOT"] == "bot:8080"
    assert "{$BOT:127.0.0.1:8080}" in CADDYFILE.read_text("utf-8")


# ---------------------------------------------------------------- tried


class Bot(BaseHTTPRequestHandler):
    """Answers everything with what it was asked for, as the bot would answer whoever reaches it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.path} for {self.headers['Host']}".encode())

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        return


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Caddy with this very file."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Bot) as bot:
        threading.Thread(target=bot.serve_forever, daemon=True).start()
        with started(f"127.0.0.1:{bot.server_port}", tmp_path_factory.mktemp("caddy")) as port:
            yield port
        bot.shutdown()


def asked(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    assert answer.getheader("Server") is None
    connection.close()
    return told


def test_whoever_needs_to_reach_the_bot_does(proxy: int) -> None:
    for path in sorted(PUBLIC | SLACK):
        status, told = asked(proxy, path)
        assert status == 200
        assert told == f"{path} for 127.0.0.1:{proxy}"


@pytest.mark.parametrize("path", INSIDE)
def test_how_the_bot_is_is_not_told_outside(proxy: int, path: str) -> None:
    assert asked(proxy, path) == (404, "")


def test_with_a_name_it_speaks_tls_alone() -> None:
    [server] = adapted("protocol.example.org", "bot:8080")["apps"]["http"]["servers"].values()
    assert server["listen"] == [":443"]
    assert "logs" not in server
