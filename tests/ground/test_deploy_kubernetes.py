"""The bot in a cluster: every manifest is one, and keeps its own promises."""

import re
from typing import Any

import kubernetes_validate
import pytest
import yaml

from content.settings import every
from deploy.running.clockwork import END
from deploy.settings.environment import SECRETS
from tests.ground.deployed import KUBERNETES, NO_SECRETS, NOBODY, manifests, pods

#: The oldest version that knows all that is in them (a CronJob's time zone), and the newest there are schemas of.
VERSIONS = ("1.27", kubernetes_validate.latest_version())
OBJECTS = {(one["kind"], one["metadata"]["name"]): one for _, one in manifests()}
PODS = dict(pods())
BOT = PODS["protocol-bot"]["containers"][0]
KUSTOMIZED: dict[str, Any] = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text("utf-8"))


def names(told: tuple[str, dict[str, Any]]) -> str:
    file, one = told
    return f"{file}-{one['kind']}-{one['metadata']['name']}"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("told", manifests(), ids=names)
def test_a_manifest_is_what_kubernetes_says(told: tuple[str, dict[str, Any]], version: str) -> None:
    kubernetes_validate.validate(told[1], version, strict=True)


def test_all_of_them_are_applied_but_the_examples() -> None:
    files = {file.name for file in KUBERNETES.glob("*.yaml")}
    by_hand = {"secret.example.yaml", "restore.example.yaml"}
    assert set(KUSTOMIZED["resources"]) == files - by_hand - {"kustomization.yaml", "protocol-bot.yaml"}


def test_none_names_a_namespace() -> None:
    assert not any("namespace" in one["metadata"] for one in OBJECTS.values())
    assert "namespace" not in KUSTOMIZED


def test_no_secret_is_in_them() -> None:
    examples = {name: one["stringData"] for (kind, name), one in OBJECTS.items() if kind == "Secret"}
    assert set(examples) == {"protocol-bot", "protocol-bot-owner", "protocol-bot-keys"}
    for name, told in examples.items():
        assert all("…" in value or "PASSWORD" in value for value in told.values()), name


def secrets_of(pod: dict[str, Any]) -> dict[str, set[str]]:
    """The files that a pod has of secrets, by the folder that they are in; its other volumes have none."""
    [container] = pod["containers"]
    where = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    found: dict[str, set[str]] = {}
    for volume in pod["volumes"]:
        parts = [one["secret"] for one in volume.get("projected", {}).get("sources", ())]
        if whole := volume.get("secret"):
            parts.append({**whole, "name": whole["secretName"]})
        for part in parts:
            keys = set(OBJECTS["Secret", part["name"]]["stringData"])
            chosen = {one["key"]: one["path"] for one in part.get("items", ())} or {key: key for key in keys}
            assert set(chosen) <= keys
            found.setdefault(where[volume["name"]], set()).update(chosen.values())
    return found


@pytest.mark.parametrize("name", sorted(PODS))
def test_every_file_of_a_secret_is_one_that_is_mounted_there(name: str) -> None:
    files = {f"{folder}/{file}" for folder, held in secrets_of(PODS[name]).items() for file in held}
    told = {one["name"]: one["value"] for one in PODS[name]["containers"][0]["env"] if one["name"].endswith("_FILE")}
    assert "DATABASE_URL_FILE" in told
    assert set(told.values()) <= files


def test_every_secret_that_could_be_used_is_in_the_example() -> None:
    text = (KUBERNETES / "deployment.yaml").read_text("utf-8")
    told = re.findall(r"name: (\w+)_FILE, value: /run/secrets/protocol-bot/(\w+)}", text)
    assert {name for name, _ in told} == set(SECRETS) - NO_SECRETS - {"DATABASE_OWNER_URL"}
    assert all(name.lower() == file for name, file in told)
    assert {file for _, file in told} == set(OBJECTS["Secret", "protocol-bot"]["stringData"])


def test_settings_are_those_that_are_made_of_the_file() -> None:
    volumes = [
        volume["configMap"]["name"] for pod in PODS.values() for volume in pod["volumes"] if "configMap" in volume
    ]
    assert len(volumes) == 2
    assert set(volumes) == {one["name"] for one in KUSTOMIZED["configMapGenerator"]}


def test_two_that_write_to_one_volume_are_on_one_node() -> None:
    pods = [PODS["protocol-bot-backup"], PODS["protocol-bot-erasures"]]
    [rule] = pods[0]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert pods[1]["affinity"] == pods[0]["affinity"]
    assert rule["labelSelector"]["matchExpressions"] == [
        {"key": "app.kubernetes.io/component", "operator": "In", "values": ["backup", "erasures"]}
    ]
    labels = [
        OBJECTS["CronJob", f"protocol-bot-{name}"]["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
        for name in ("backup", "erasures")
    ]
    assert [one["app.kubernetes.io/component"] for one in labels] == ["backup", "erasures"]


@pytest.mark.parametrize("name", sorted(PODS))
def test_a_pod_runs_as_nobody_and_may_do_nothing_more(name: str) -> None:
    pod = PODS[name]
    whole = pod["securityContext"]
    assert (whole["runAsNonRoot"], whole["runAsUser"], whole["runAsGroup"]) == (True, NOBODY, NOBODY)
    assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["requests"]
    assert container["resources"]["limits"]["memory"]
    assert not any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))
    assert not any("hostPath" in volume for volume in pod["volumes"])


@pytest.mark.parametrize("name", sorted(PODS))
def test_what_a_pod_writes_to_is_mounted(name: str) -> None:
    [container] = PODS[name]["containers"]
    written = {one["mountPath"] for one in container["volumeMounts"] if not one.get("readOnly")}
    assert {"/tmp", "/data"} <= written  # noqa: S108
    mounted = {one["name"] for one in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in PODS[name]["volumes"]}


def test_secrets_are_files_that_nobody_else_in_the_pod_reads() -> None:
    for pod in PODS.values():
        for container in pod["containers"]:
            assert not any("valueFrom" in one for one in container.get("env", ()))
        for volume in pod["volumes"]:
            for told in (volume.get("secret"), volume.get("projected")):
                assert told is None or told["defaultMode"] == 0o440


def test_only_what_makes_tables_has_the_owners_address() -> None:
    having = {name for name, pod in PODS.items() if "protocol-bot-owner" in str(pod["volumes"])}
    assert having == {"protocol-bot-migrate", "protocol-bot-restore"}, "and what begins the tables anew, by hand"


def test_there_is_more_than_one_replica_and_one_always_stays() -> None:
    told = OBJECTS["Deployment", "protocol-bot"]["spec"]
    assert told["replicas"] >= 2
    assert told["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert OBJECTS["PodDisruptionBudget", "protocol-bot"]["spec"]["minAvailable"] == 1
    assert OBJECTS["PodDisruptionBudget", "protocol-bot"]["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_all_that_choose_the_replicas_choose_the_same_and_no_jobs() -> None:
    labels = OBJECTS["Deployment", "protocol-bot"]["spec"]["template"]["metadata"]["labels"]
    assert OBJECTS["Service", "protocol-bot"]["spec"]["selector"] == labels
    for kind in ("Deployment", "PodDisruptionBudget"):
        assert OBJECTS[kind, "protocol-bot"]["spec"]["selector"]["matchLabels"] == labels
    assert labels["app.kubernetes.io/component"] == "bot"


def test_a_replica_is_sent_people_only_while_it_is_ready_and_started_anew_only_if_it_is_dead() -> None:
    assert BOT["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    alive = BOT["livenessProbe"]["exec"]["command"]
    assert alive[-2:] == ["/healthz", "--alive"], "a new start brings back no database"
    assert "--alive" in BOT["startupProbe"]["exec"]["command"]


def test_a_replica_has_time_to_leave_the_balancer_and_to_end() -> None:
    sleep = int(BOT["lifecycle"]["preStop"]["exec"]["command"][1])
    assert PODS["protocol-bot"]["terminationGracePeriodSeconds"] >= sleep + END + 5


def test_the_metrics_are_not_behind_the_service() -> None:
    assert [port["targetPort"] for port in OBJECTS["Service", "protocol-bot"]["spec"]["ports"]] == ["http"]


def test_who_may_speak_with_the_bot_is_told_by_port() -> None:
    told = OBJECTS["NetworkPolicy", "protocol-bot"]["spec"]
    assert told["policyTypes"] == ["Ingress", "Egress"]
    reached = {port["port"] for rule in told["ingress"] for port in rule["ports"]}
    assert reached == {port["containerPort"] for port in BOT["ports"]}
    assert all("from" in rule for rule in told["ingress"])


def test_the_example_of_settings_is_sound() -> None:
    [own] = every(KUBERNETES / "protocol-bot.yaml")
    assert own.council == "barrow"
