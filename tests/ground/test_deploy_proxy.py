"""What can be reached from outside: the bot's own public pages and doors, and nothing of how it is."""

import http.client
import json
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from adapters.slack import manifest as slack
from adapters.teams import PATH as MESSAGES
from adapters.teams.manifest import ABOUT, PRIVACY, TERMS
from tests import tools
from tests.ground.deployed import CADDYFILE, compose, manifests

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
    """The port of a Caddy with this very file, by plain HTTP: a name to get a certificate for, nobody has here."""
    home, port = tmp_path_factory.mktemp("caddy"), free()
    with ThreadingHTTPServer(("127.0.0.1", 0), Bot) as bot:
        threading.Thread(target=bot.serve_forever, daemon=True).start()
        told = adapted(f"http://127.0.0.1:{port}", f"127.0.0.1:{bot.server_port}")
        [server] = told["apps"]["http"]["servers"].values()
        assert server["listen"] == [f":{port}"]
        server["listen"] = [f"127.0.0.1:{port}"]  # here it is nobody else's
        (home / "caddy.json").write_text(json.dumps({**told, "admin": {"disabled": True}}), "utf-8")
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        line = [tools.caddy(), "run", "--config", home / "caddy.json"]
        with subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                wait(port, process)
                yield port
            finally:
                process.terminate()
                process.wait(20)
        bot.shutdown()


def adapted(public: str, bot: str) -> dict[str, Any]:
    """What Caddy makes of the file. It refuses one that it does not understand."""
    line = [tools.caddy(), "adapt", "--config", CADDYFILE, "--adapter", "caddyfile"]
    env = {"PATH": os.environ["PATH"], "PUBLIC_HOST": public, "BOT": bot}
    done = subprocess.run(line, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "not formatted" not in done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        return int(asked.getsockname()[1])


def wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "Caddy ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("Caddy did not begin to listen")


def asked(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
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
