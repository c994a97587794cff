"""A real PostgreSQL of a test's own: on loopback, in a folder of its own, stopped and started as the test likes.

In: a PostgreSQL server of 14 or later on this machine. Out: URLs. Never: a server of somebody else's.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final, Literal

from tests.ports import free_port

Mode = Literal["smart", "fast", "immediate", "kill"]

OWNER: Final = "owner"
_SIGNALS: Final = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT, "kill": signal.SIGKILL}
_PATIENCE: Final = 120.0  # seconds: other tests may want the same cores
_USER: Final = None if os.geteuid() else "postgres"  # PostgreSQL refuses root
_GROUPS: Final = () if _USER else None
_SETTINGS: Final = ("-clisten_addresses=127.0.0.1", "-cunix_socket_directories=", "-cshared_buffers=32MB")


def programs() -> Path:
    """The folder of the newest server's programs. Raises `FileNotFoundError`."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if asked := shutil.which("pg_config"):
        # It may belong to a client that is here without a server.
        places.append(Path(subprocess.check_output([asked, "--bindir"], text=True).strip()))
    found = [(_version(place), place) for place in places if (place / "postgres").exists()]
    if not found or max(found)[0] < 14:
        raise FileNotFoundError("no PostgreSQL server of 14 or later")
    return max(found)[1]


def _version(place: Path) -> int:
    return int(re.findall(r"\d+", subprocess.check_output([place / "postgres", "--version"], text=True))[0])


class Cluster:
    """One server with its data. It is not running until `start`; `remove` leaves nothing of it.

    One that is not `lasting` does not wait for the disk: whatever it held may be lost where it is killed.
    """

    def __init__(self, *, lasting: bool = True) -> None:
        self._programs = programs()
        self._settings = _SETTINGS if lasting else (*_SETTINGS, "-cfsync=off", "-cfull_page_writes=off")
        # Not pytest's tmp_path: that is closed to others, and root's server is another user's.
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._data, self._log = self.folder / "data", self.folder / "log"
        self.port = 0
        self._server: subprocess.Popen[bytes] | None = None
        self.password = secrets.token_hex(16)
        if _USER:
            shutil.chown(self.folder, _USER, _USER)
        (secret := self.folder / "password").write_text(self.password)
        how = f"--username={OWNER} --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync".split()
        if self._begin("initdb", f"--pgdata={self._data}", f"--pwfile={secret}", *how).wait(_PATIENCE):
            raise RuntimeError(self._log.read_text())

    def url(self, database: str = "postgres", role: str = OWNER, driver: str = "psycopg") -> str:
        """Where a role finds a database; every role has the same password."""
        return f"postgresql+{driver}://{role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers. Its port stays the same ever after."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:  # another took the port, or what outlived a `kill` is still ending
            port = self.port or free_port()
            self._server = server = self._begin("postgres", f"-D{self._data}", f"-p{port}", *self._settings)
            while server.poll() is None and time.monotonic() < until:
                if self._ready(server.pid):
                    self.port = port
                    return
                time.sleep(0.02)
        self.stop("immediate")
        raise TimeoutError(self._log.read_text())

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(self._programs / program), *arguments]
        with self._log.open("ab") as log:  # a session of its own: Ctrl-C is for the tests alone
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                process_group=0,
                user=_USER,
                group=_USER,
                extra_groups=_GROUPS,
            )

    def _ready(self, pid: int) -> bool:
        file = self._data / "postmaster.pid"  # that of a server that was killed stays
        told = file.read_text().split() if file.exists() else []
        return told[:1] == [str(pid)] and told[-1] == "ready"

    def stop(self, mode: Mode = "fast") -> None:
        """End it as its administrator would, or as a cut of power would: `kill`."""
        if self._server:
            self._server.send_signal(_SIGNALS[mode])
            self._server.wait(_PATIENCE)
            self._server = None

    def restart(self, mode: Mode = "fast") -> None:
        """Stop it so, and start it again on the same port."""
        self.stop(mode)
        self.start()

    def remove(self) -> None:
        """Stop it, whatever it does, and leave nothing of it."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)  # what outlived a `kill` may still be writing
