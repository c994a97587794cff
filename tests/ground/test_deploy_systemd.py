"""The bot as a service of one computer: its units are ones, keep it in, and hand over what it needs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.running.clockwork import END
from deploy.settings.environment import SECRETS
from tests import tools
from tests.ground.deployed import NO_SECRETS, SYSTEMD, unit

#: Those of the program; what says that one failed is none.
SERVICES = sorted(file.name for file in SYSTEMD.glob("*.service") if "@" not in file.name)
UNITS = sorted(file.name for file in SYSTEMD.iterdir() if file.suffix in (".service", ".timer"))
#: How exposed a service is, of 10.0, by systemd's own reckoning; what is left is the network, which the bot is for.
EXPOSED = 1.5


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    """The units, with a program that is here: which one there is on a council's computer is not to be known."""
    for name in UNITS:
        text = (SYSTEMD / name).read_text("utf-8")
        (tmp_path / name).write_text(
            re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE), "utf-8"
        )
    return tmp_path


def said(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [tools.systemd_analyze(), "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_takes_every_unit_and_warns_of_nothing(laid: Path) -> None:
    done = said("verify", *(laid / name for name in UNITS))
    assert [line for line in done.stderr.splitlines() if str(laid) in line] == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little_more_than_speak_with_the_network(laid: Path, name: str) -> None:
    done = said("security", "--offline=true", f"--threshold={int(EXPOSED * 10)}", laid / name)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_as_its_own_user_and_writes_only_where_it_keeps_things(name: str) -> None:
    told = dict(unit(name))
    assert (told["User"], told["Group"]) == ("protocol-bot", "protocol-bot")
    written = set(told["ReadWritePaths"].split())
    assert "/srv/protocol-bot" in written
    assert written <= {"/srv/protocol-bot", "/var/backups/protocol-bot"}


def test_the_services_are_kept_in_alike() -> None:
    own = {"ExecStart", "Description", "ReadWritePaths", "After", "TimeoutStartSec", "OnFailure"}
    goes_on = {"Type", "Wants", "Restart", "RestartSec", "TimeoutStopSec", "WantedBy", "MemoryMax", "TasksMax"}
    kept_in = [[pair for pair in unit(name) if pair[0] not in own | goes_on] for name in SERVICES]
    assert all(one == kept_in[0] for one in kept_in)


def test_the_bot_is_started_again_and_has_time_to_end() -> None:
    told = dict(unit("protocol-bot.service"))
    assert told["Restart"] == "on-failure"
    assert float(told["TimeoutStopSec"]) > END


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_sees_no_secret_but_what_is_handed_over_to_it(name: str) -> None:
    assert dict(unit(name))["InaccessiblePaths"] == "-/etc/protocol-bot/secrets"


@pytest.mark.parametrize("name", ["protocol-bot-backup", "protocol-bot-erasures"])
def test_of_a_backup_that_failed_somebody_hears(computer: "Computer", name: str) -> None:
    assert dict(unit(f"{name}.service"))["OnFailure"] == "protocol-bot-failed@%N.service"
    [line] = [value for key, value in unit("protocol-bot-failed@.service") if key == "ExecStart"]
    assert line == "/bin/sh /opt/protocol-bot/deploy/systemd/failed.sh %i"
    assert f"journalctl --unit {name} " in computer.run("failed.sh", name)
    computer.program("usr/sbin/sendmail", f'[ "$1" = -t ] && cat >{computer.home}/mail')
    computer.run("failed.sh", name)
    mail = (computer.home / "mail").read_text("utf-8")
    assert mail.startswith(f"To: root\nSubject: {name} failed\n\n")


def test_every_timer_is_one_of_a_service() -> None:
    timers = {name.removesuffix(".timer") for name in UNITS if name.endswith(".timer")}
    assert timers == {name.removesuffix(".service") for name in SERVICES} - {"protocol-bot"}


# ---------------------------------------------------------------- the two scripts


def named_by(file: str) -> str:
    """The variable that holds this file's path: a certificate's is the path of a file anyway."""
    return file.upper() if file == "teams_app_certificate" else f"{file.upper()}_FILE"


class Computer:
    """A folder that stands for a computer: the scripts have its paths in the place of the real ones."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.units = home / "etc/systemd/system"
        self.secrets = home / "etc/protocol-bot/secrets"
        self.bin = home / "bin"
        self.scripts = home / "opt/protocol-bot/deploy/systemd"
        shutil.copytree(SYSTEMD, self.scripts)
        for script in self.scripts.glob("*.sh"):
            text = re.sub(
                r"(?<![\w/.])/(etc|opt|srv|var|run|usr/local|usr/sbin)/", rf"{home}/\1/", script.read_text("utf-8")
            )
            script.write_text(text, "utf-8")
        self.program("opt/protocol-bot/.venv/bin/protocol-bot", 'env -0; echo "$@"')
        self.program("bin/id", 'case "$1" in -u) echo 0 ;; esac')
        self.program("bin/setpriv", 'while [ "${1#--}" != "$1" ]; do shift; done; exec "$@"')
        # As root would: but who owns what is not ours to say here, so it is only written down.
        self.owners = home / "owners"
        self.program("bin/chown", f'echo chown "$@" >>{self.owners}')
        told = f'echo install "$@" >>{self.owners}; '
        plain = 'n=$#; while [ $n -gt 0 ]; do a=$1; shift; n=$((n-1)); case "$a" in -o|-g) shift; n=$((n-1)) ;; '
        self.program("bin/install", told + plain + '*) set -- "$@" "$a" ;; esac; done; exec /usr/bin/install "$@"')

    def program(self, name: str, script: str) -> None:
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        file.chmod(0o755)

    def run(self, script: str, *arguments: str) -> str:
        """What it prints. It has to end well."""
        return self._said("sh", self.scripts / script, *arguments)

    def by_hand(self, *arguments: str) -> str:
        """What `sudo protocol-bot` prints, as it was put in its place."""
        return self._said(self.home / "usr/local/sbin/protocol-bot", *arguments)

    def _said(self, *command: str | Path) -> str:
        env = {"PATH": f"{self.bin}:/usr/bin:/bin"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def handed_over(self, name: str) -> set[str]:
        """Which variables a unit gets as files."""
        text = (self.units / f"{name}.d" / "secrets.conf").read_text("utf-8")
        credentials = set(re.findall(r"^LoadCredential=(\w+):", text, re.MULTILINE))
        named = dict(re.findall(r"^Environment=(\w+)=%d/(\w+)$", text, re.MULTILINE))
        assert set(named.values()) == credentials
        assert all(variable == named_by(file) for variable, file in named.items())
        return {file.upper() for file in named.values()}


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def test_there_is_an_empty_file_for_each_secret_that_is_one(computer: Computer) -> None:
    computer.run("lay.sh")
    laid = {file.name.upper() for file in computer.secrets.iterdir()}
    assert laid == set(SECRETS) - NO_SECRETS | {"TEAMS_APP_CERTIFICATE"}, "those three are no secrets"
    assert all(file.read_text("utf-8") == "" for file in computer.secrets.iterdir())
    assert {file.stat().st_mode & 0o777 for file in computer.secrets.iterdir()} == {0o600}


def test_only_secrets_that_are_there_are_handed_over_and_the_owners_never(computer: Computer) -> None:
    computer.run("lay.sh")
    assert computer.handed_over("protocol-bot.service") == set()
    for name in ("slack_bot_token", "slack_app_token", "database_url", "database_owner_url"):
        (computer.secrets / name).write_text("zebra", "utf-8")
    computer.run("lay.sh")
    assert computer.handed_over("protocol-bot.service") == {"DATABASE_URL", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"}
    assert computer.handed_over("protocol-bot-backup.service") == {"DATABASE_URL"}
    assert computer.handed_over("protocol-bot-erasures.service") == {"DATABASE_URL"}


def test_a_certificate_is_handed_over_as_the_file_that_it_is(computer: Computer) -> None:
    computer.run("lay.sh")
    (computer.secrets / "teams_app_certificate").write_text("zebra", "utf-8")
    computer.run("lay.sh")
    assert computer.handed_over("protocol-bot.service") == {"TEAMS_APP_CERTIFICATE"}
    said = computer.by_hand("doctor").split("\0")
    assert f"TEAMS_APP_CERTIFICATE={computer.secrets}/teams_app_certificate" in said
    assert not any(line.startswith("TEAMS_APP_CERTIFICATE_FILE=") for line in said)


def test_laying_again_leaves_every_secret_as_it_is_and_every_unit_as_it_comes(computer: Computer) -> None:
    computer.run("lay.sh")
    (computer.secrets / "slack_bot_token").write_text("zebra", "utf-8")
    (computer.units / "protocol-bot.service").write_text("of the version before", "utf-8")
    computer.run("lay.sh")
    assert (computer.secrets / "slack_bot_token").read_text("utf-8") == "zebra"
    for name in UNITS:
        assert (computer.units / name).read_bytes() == (SYSTEMD / name).read_bytes()


def test_a_command_by_hand_has_what_the_service_has(computer: Computer) -> None:
    computer.run("lay.sh")
    (computer.secrets / "slack_bot_token").write_text("zebra", "utf-8")
    kept = "# of Microsoft's\nTEAMS_APP_ID=01234567\nTEAMS_TENANT_ID=a b'c\n"
    (computer.secrets.parent / "environment").write_text(kept, "utf-8")
    said = computer.by_hand("doctor", "--data", "a folder").split("\0")
    assert f"SLACK_BOT_TOKEN_FILE={computer.secrets}/slack_bot_token" in said
    assert {"TEAMS_APP_ID=01234567", "TEAMS_TENANT_ID=a b'c"} <= set(said)
    assert said[-1] == "doctor --data a folder\n"
    assert sum("_FILE=" in line for line in said) == 1


#: Lines of an environment file, and what systemd 252 makes of them (its env-file.c).
READ = {
    "plain": ("A=b c", "b c"),
    "blanks-around": ("  A =  b c \t", "b c"),
    "small-letters": ("a_1=b", "b"),
    "double-quotes": (r'A="b \"c\" \$d \x"', r'b "c" $d \x'),
    "single-quotes": (r"A='b \n $c'", r"b \n $c"),
    "quotes-one-after-another": ("""A="b"'c' d""", "bcd"),
    "a-quote-in-the-middle": ("A=b'c", "b'c"),
    "goes-on": ("A=b \\\n  c", "b   c"),
    "goes-on-in-quotes": ('A="b\\\nc\nd"', "bc\nd"),
    "a-blank-that-is-meant": ("A=b\\ ", "b "),
    "nothing": ("A=", ""),
    "a-command": ("A=$(echo zebra)`echo zebra`;echo", "$(echo zebra)`echo zebra`;echo"),
    "twice": ("A=b\nA=c", "c"),
    "comments": ("# A=b\n ; A=c\nA=d # e", "d # e"),
    "a-comment-that-goes-on": ("A=d\n# b \\\nA=c", "d"),
    "no-name": ("1A=b\nA-B=c\nA=d\nzebra", "d"),
}


@pytest.mark.parametrize("name", READ)
def test_a_command_by_hand_reads_the_environment_as_systemd_does(computer: Computer, name: str) -> None:
    text, value = READ[name]
    computer.run("lay.sh")
    (computer.secrets.parent / "environment").write_text(text, "utf-8")
    before, after = (set(computer.by_hand().split("\0")) for _ in range(2))
    assert before == after
    said = [one for one in after if re.match(r"(A|a_1)=", one)]
    assert [one.partition("=")[2] for one in said] == [value]


def test_nobody_else_on_the_computer_reads_who_is_who(computer: Computer) -> None:
    settings, environment = (computer.secrets.parent / name for name in ("protocol-bot.yaml", "environment"))
    computer.run("lay.sh")
    assert settings.parent.stat().st_mode & 0o777 == 0o750
    settings.write_text("council: barrow", "utf-8")
    environment.write_text("A=b", "utf-8")
    settings.chmod(0o644)
    computer.owners.unlink()
    computer.run("lay.sh")
    assert [file.stat().st_mode & 0o777 for file in (settings, environment)] == [0o640, 0o640]
    assert settings.read_text("utf-8") == "council: barrow"
    owned = computer.owners.read_text("utf-8").splitlines()
    assert f"install -d -m 750 -o root -g protocol-bot {settings.parent}" in owned
    assert {f"chown root:protocol-bot {settings}", f"chown root:protocol-bot {environment}"} <= set(owned)
    [laid] = [line for line in owned if line.endswith(str(computer.secrets))]
    assert laid.startswith("install -d -m 700 -o protocol-bot -g protocol-bot ")
