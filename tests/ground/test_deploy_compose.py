"""The bot in containers: compose.yaml is one, and keeps its own promises."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.running.clockwork import END
from tests import tools
from tests.cluster import OWNER, Cluster, programs
from tests.ground.deployed import COMPOSE, NOBODY, ROLES, command, compose

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
#: Those that are the bot's own image.
OURS = {name for name, one in SERVICES.items() if one["image"].startswith("protocol-bot:")}


def seconds(told: str) -> float:
    return float(told.removesuffix("s").removesuffix("m")) * (60 if told.endswith("m") else 1)


def test_it_is_what_the_specification_of_compose_says() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_it_has_all_that_a_council_needs() -> None:
    assert set(SERVICES) == {"db", "migrate", "bot", "proxy", "backup"}
    assert {"migrate", "bot", "backup"} == OURS


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_is_written_but_to_volumes_and_nothing_may_do_more_than_it_needs(name: str) -> None:
    one = SERVICES[name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert "privileged" not in one
    assert not any("docker.sock" in volume for volume in one.get("volumes", ()))


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_bots_own_run_as_nobody(name: str) -> None:
    assert SERVICES[name]["user"] == f"{NOBODY}:{NOBODY}"


def test_only_the_proxy_can_be_reached() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    assert SERVICES["proxy"]["ports"] == ["80:80", "443:443", "443:443/udp"]
    assert not any("network_mode" in one for one in SERVICES.values())


def test_the_database_is_on_a_network_without_a_way_out() -> None:
    assert compose()["networks"]["inside"] == {"internal": True}
    assert SERVICES["db"]["networks"] == SERVICES["migrate"]["networks"] == SERVICES["backup"]["networks"] == ["inside"]
    assert SERVICES["proxy"]["networks"] == ["outside"], "the proxy has no way to the database"


def test_secrets_are_files_and_each_service_has_only_those_it_needs() -> None:
    for name, one in SERVICES.items():
        held = set(one.get("secrets", ()))
        for variable, value in one.get("environment", {}).items():
            if variable.endswith("_FILE"):
                secret = variable.removesuffix("_FILE").lower()
                assert value in (f"/run/secrets/{secret}", f"${{{variable}:-}}")
                assert secret in held, (name, variable)
            else:
                assert not any(word in variable for word in ("TOKEN", "SECRET", "PASSWORD")), (name, variable)
    assert [name for name, one in SERVICES.items() if "database_owner_url" in one.get("secrets", ())] == [
        "db",
        "migrate",
    ], "the bot itself can't lift the fence between councils"


def test_every_secret_is_a_file_in_a_folder_that_is_never_committed() -> None:
    told = compose()["secrets"]
    assert {name: one["file"] for name, one in told.items()} == {name: f"./own/secrets/{name}" for name in told}
    used = {secret for one in SERVICES.values() for secret in one.get("secrets", ())}
    assert used == set(told)


def test_the_tables_are_todays_before_the_bot_starts() -> None:
    assert SERVICES["bot"]["depends_on"] == {
        "db": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_what_goes_on_is_looked_after_and_started_again() -> None:
    for name in ("db", "bot", "proxy"):
        assert SERVICES[name]["restart"] == "unless-stopped"
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES["bot"]["healthcheck"]["test"] == ["CMD", *command("HEALTHCHECK")]


def test_the_bot_has_time_to_bring_to_an_end_what_is_in_hand() -> None:
    assert seconds(SERVICES["bot"]["stop_grace_period"]) > END


def test_a_backup_can_read_the_key_file_and_write_nothing_but_backups() -> None:
    [written] = [volume for volume in SERVICES["backup"]["volumes"] if not volume.endswith(":ro")]
    assert written == "./own/backups:/backups"
    assert SERVICES["backup"]["profiles"] == ["backup"], "it is not started with the others"


@pytest.mark.parametrize("name", ["db", "proxy"])
def test_what_is_somebody_elses_is_of_one_minor_version(name: str) -> None:
    assert re.fullmatch(r"\w+:\d+\.\d+(-bookworm)?", SERVICES[name]["image"])


def test_every_volume_is_named() -> None:
    named = {volume.partition(":")[0] for one in SERVICES.values() for volume in one.get("volumes", ())}
    assert {name for name in named if not name.startswith("./")} == set(compose()["volumes"])


def test_the_two_roles_are_made_without_a_password_on_a_command_line() -> None:
    text = ROLES.read_text("utf-8")
    assert "CREATE ROLE protocol_bot_owner LOGIN PASSWORD :'owners_password';" in text
    assert "CREATE ROLE protocol_bot LOGIN PASSWORD :'bots_password';" in text
    assert not any(word in text for word in ("SUPERUSER", "BYPASSRLS"))
    assert "PASSWORD" not in text[text.index("psql ") : text.index("<<'SQL'")]


# ---------------------------------------------------------------- the two roles, made


class Begun:
    """A PostgreSQL that was just begun, and the script as its container runs it, with two addresses."""

    def __init__(self, cluster: Cluster, home: Path) -> None:
        self.cluster, self.home = cluster, home
        self.script = home / "roles.sh"
        self.script.write_text(ROLES.read_text("utf-8").replace("/run/secrets", str(home)), "utf-8")
        self.addressed(
            "postgresql://protocol_bot_owner:zebra1@db/protocol_bot\n",
            "postgresql://protocol_bot:zebra2@db/protocol_bot",
        )

    def addressed(self, owners: str, bots: str) -> None:
        (self.home / "database_owner_url").write_text(owners, "utf-8")
        (self.home / "database_url").write_text(bots, "utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": f"{programs()}:/usr/bin:/bin", "PGDATA": str(self.home / "data"),
            "PGHOST": "127.0.0.1", "PGPORT": str(self.cluster.port),
            "POSTGRES_USER": OWNER, "PGPASSWORD": self.cluster.password,
        }  # fmt: skip
        return subprocess.run(
            ["sh", self.script, *arguments], env=env, capture_output=True, text=True, timeout=60, check=False
        )

    def into(self, role: str, password: str) -> psycopg.Connection:
        told = f"postgresql://{role}:{password}@127.0.0.1:{self.cluster.port}/protocol_bot"
        return psycopg.connect(told, autocommit=True)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made = tools.postgres()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def begun(cluster: Cluster, tmp_path: Path) -> Begun:
    return Begun(cluster, tmp_path)


@pytest.mark.parametrize(
    "bots",
    [
        "", "zebra", "postgresql://protocol_bot@db/protocol_bot", "postgresql://protocol_bot:ze#bra@db/protocol_bot",
        "postgresql://protocol_bot:@db/protocol_bot", "postgresql://somebody:zebra@db/protocol_bot",
    ],
    ids=["empty", "no-address", "no-password", "a-sign-that-means-something", "empty-password", "another-role"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_before_anything_is_begun(begun: Begun, bots: str) -> None:
    begun.addressed("postgresql://protocol_bot_owner:zebra1@db/protocol_bot", bots)
    done = begun.run("before", "touch", str(begun.home / "initdb"))
    assert done.returncode == 1
    assert "own/secrets/database_url must look like postgresql://protocol_bot:PASSWORD@db/protocol_bot" in done.stderr
    assert "Nothing was begun" in done.stderr
    assert "zebra" not in done.stderr
    assert not (begun.home / "initdb").exists()
    assert "docker volume rm protocol-bot_db" in begun.run().stderr, "else nobody knows the way out"


def test_the_database_of_compose_is_begun_only_after_that_look() -> None:
    there = "/docker-entrypoint-initdb.d/roles.sh"
    assert SERVICES["db"]["entrypoint"] == ["sh", there, "before"]
    assert SERVICES["db"]["command"] == ["docker-entrypoint.sh", "postgres"]
    assert f"./roles.sh:{there}:ro" in SERVICES["db"]["volumes"]
    assert {"db"} == {volume.partition(":")[0] for volume in SERVICES["db"]["volumes"] if not volume.startswith("./")}
    assert compose()["name"] == "protocol-bot", "which with `db` makes the volume's name that the script tells"


def test_with_good_addresses_the_command_is_run_and_hears_no_password(begun: Begun) -> None:
    done = begun.run("before", "env")
    assert (done.returncode, done.stderr) == (0, "")
    assert "zebra" not in done.stdout


def test_a_database_that_was_begun_is_started_whatever_became_of_the_addresses(begun: Begun) -> None:
    begun.addressed("", "")
    (begun.home / "data").mkdir()
    (begun.home / "data" / "PG_VERSION").write_text("17\n", "utf-8")
    done = begun.run("before", "echo", "started")
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\n", "")


def test_both_roles_get_in_and_may_do_no_more_than_they_need(begun: Begun) -> None:
    assert os.access(ROLES, os.X_OK), "else the image reads it into its own shell, in the place of running it"
    done = begun.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    asked = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    with begun.into("protocol_bot_owner", "zebra1") as owner, begun.into("protocol_bot", "zebra2") as bot:
        for role in (owner, bot):
            assert role.execute(asked).fetchone() == (False, False, False, False)
        owner.execute("CREATE TABLE kept (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bot.execute("SELECT * FROM kept")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bot.execute("CREATE TABLE public.more (id int)")
    again = begun.run()
    assert again.returncode == 1
    assert "docker volume rm protocol-bot_db" in again.stderr
