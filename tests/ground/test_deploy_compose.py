"""The bot in containers: compose.yaml is one, and keeps its own promises."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.running.clockwork import END
from tests.ground.deployed import COMPOSE, NOBODY, ROLES, compose

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


def test_the_bot_has_time_to_bring_to_an_end_what_is_in_hand() -> None:
    assert seconds(SERVICES["bot"]["stop_grace_period"]) > END


def test_a_backup_can_read_the_key_file_and_write_nothing_but_backups() -> None:
    [written] = [volume for volume in SERVICES["backup"]["volumes"] if not volume.endswith(":ro")]
    assert written == "./own/backups:/backups"
    assert SERVICES["backup"]["profiles"] == ["backup"], "it is not started with the others"


def test_every_volume_is_named() -> None:
    named = {volume.partition(":")[0] for one in SERVICES.values() for volume in one.get("volumes", ())}
    assert {name for name in named if not name.startswith("./")} == set(compose()["volumes"])


def test_the_two_roles_are_made_without_a_password_on_a_command_line() -> None:
    text = ROLES.read_text("utf-8")
    assert "CREATE ROLE protocol_bot_owner LOGIN PASSWORD :'owners_password';" in text
    assert "CREATE ROLE protocol_bot LOGIN PASSWORD :'bots_password';" in text
    assert not any(word in text for word in ("SUPERUSER", "BYPASSRLS"))
    assert "PASSWORD" not in text[text.index("psql ") : text.index("<<'SQL'")]
