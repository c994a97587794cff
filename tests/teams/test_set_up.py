"""Teams is set up by the environment, and only there."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from bot.errors import ProtocolBotError
from bot.settings import Settings, Someone
from content import load
from deploy.platforms.teams import named, not_installed, prepared, reached, sentences, tenants
from deploy.platforms.teams_given import (
    APP,
    AUTH,
    CERTIFICATE,
    HOSTS,
    LOGIN,
    MANAGED,
    OPENID,
    PASSWORD,
    TENANT,
    Given,
    given,
)

ID = "01234567-89ab-cdef-0123-456789abcdef"
HILLTOP = "fedcba98-7654-3210-fedc-ba9876543210"
VALE = "aaaaaaaa-7654-3210-fedc-ba9876543210"
# Nothing of these may be in an error.
HUSH = "zebra~Q8.zebra_-zebra8Q~zebra.ze"
ITS_ID = "5eb4a000-89ab-cdef-0123-456789abcdef"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _now() -> datetime:
    return NOON


def asked(environ: dict[str, str], host: str = "127.0.0.1") -> Given | None:
    return given(environ, _now, host)


def environ(**more: str) -> dict[str, str]:
    """Whole, but for what proves that the bot is the app."""
    return {APP: ID, TENANT: HILLTOP, **more}


# ---------------------------------------------------------------- what there may be


def test_without_the_environment_there_is_no_teams():
    assert prepared({}, _now, "127.0.0.1") is None
    assert asked({APP: " ", PASSWORD: "", MANAGED: "off", AUTH: "on"}) is None


@pytest.mark.parametrize("as_copied", ["{}", " {}\n", "{}\r\n"], ids=["plain", "spaces", "line"])
def test_an_app_its_tenant_and_a_secret_are_enough(as_copied):
    found = asked({APP: as_copied.format(ID), TENANT: as_copied.format(HILLTOP), PASSWORD: as_copied.format(HUSH)})
    assert found == Given(app=ID, tenant=HILLTOP, password=HUSH)


def test_ids_are_taken_in_capital_letters_too():
    found = asked({APP: ID.upper(), TENANT: HILLTOP.upper(), PASSWORD: HUSH})
    assert found == Given(app=ID, tenant=HILLTOP, password=HUSH)


@pytest.mark.parametrize("on", ["on", "ON"])
def test_an_identity_that_azure_manages_needs_no_secret(on):
    assert asked(environ(**{MANAGED: on})) == Given(app=ID, tenant=HILLTOP, managed=True)


def test_where_microsoft_is_is_known_and_a_stand_in_may_be_named():
    assert reached(Given(app=ID)) == {}
    named = {OPENID: "http://127.0.0.1:99/keys", LOGIN: "https://localhost:98/", HOSTS: " LocalHost, smba.example.org,"}
    found = asked(environ(**{PASSWORD: HUSH}, **named))
    assert found is not None
    assert reached(found) == {
        "openid_url": "http://127.0.0.1:99/keys",
        "login_url": "https://localhost:98",
        "hosts": ("localhost", "smba.example.org"),
    }


WRONG = {
    "no-app": ({TENANT: HILLTOP, PASSWORD: HUSH}, f"{TENANT} is set, but {APP} is not. It is at portal.azure.com"),
    "only-a-secret": ({PASSWORD: HUSH}, f"{PASSWORD} is set, but {APP} is not"),
    "only-managed": ({MANAGED: "on"}, f"{MANAGED} is set, but {APP} is not"),
    "no-tenant": ({APP: ID, PASSWORD: HUSH}, f"{APP} is set, but {TENANT} is not"),
    "no-secret": (environ(), f"Set {PASSWORD}"),
    "no-secret-and-managed-off": (environ(**{MANAGED: "off"}), f"Set {PASSWORD}"),
    "two-proofs": (environ(**{PASSWORD: HUSH, MANAGED: "on"}), f"{PASSWORD} and {MANAGED} are both set"),
    "secret-and-certificate": (
        environ(**{PASSWORD: HUSH, CERTIFICATE: "zebra.pem"}),
        f"{PASSWORD} and {CERTIFICATE} are both set",
    ),
    "the-secrets-id": (environ(**{PASSWORD: ITS_ID}), "most likely the Secret ID, which stands beside the Value"),
    "quotation-marks": (environ(**{PASSWORD: f'"{HUSH}"'}), "quotation marks, spaces or a line break"),
    "two-lines": (environ(**{PASSWORD: f"{HUSH}\nzebra"}), "quotation marks, spaces or a line break"),
    "a-placeholder": (environ(**{PASSWORD: "<zebra-zebra-zebra-zebra>"}), "Something else was copied"),
    "dots": (environ(**{PASSWORD: "zebra…zebra…zebra…zebra"}), "Something else was copied"),
    "cut-off": (environ(**{PASSWORD: "zebra"}), f"{PASSWORD} is cut off"),
    "no-id": ({APP: "zebra", TENANT: HILLTOP, PASSWORD: HUSH}, f"{APP} can't be right. It looks like 01234567-"),
    "an-id-in-quotation-marks": ({APP: ID, TENANT: f"'{HILLTOP}'", PASSWORD: HUSH}, f"{TENANT} can't be right"),
    "a-tenant-by-name": ({APP: ID, TENANT: "zebra.onmicrosoft.com", PASSWORD: HUSH}, f"{TENANT} can't be right"),
    "the-same-twice": ({APP: ID, TENANT: ID.upper(), PASSWORD: HUSH}, f"{APP} and {TENANT} hold the same"),
    "managed-by-whom": (environ(**{MANAGED: "zebra"}), f"{MANAGED} is on or off"),
    "auth-of-what-kind": (environ(**{PASSWORD: HUSH, AUTH: "zebra"}), f"{AUTH} is on or off"),
    "auth-off-by-another-word": (environ(**{PASSWORD: HUSH, AUTH: "false"}), f"{AUTH} is on or off"),
    "keys-in-the-clear": (
        environ(**{PASSWORD: HUSH, OPENID: "http://zebra.example.org/"}),
        f"{OPENID} must begin with",
    ),
    "keys-from-nowhere": (environ(**{PASSWORD: HUSH, OPENID: "zebra"}), f"{OPENID} can't be read"),
    "login-in-the-clear": (environ(**{PASSWORD: HUSH, LOGIN: "http://zebra.example.org"}), f"{LOGIN} must begin with"),
    "login-in-the-clear-here": (environ(**{PASSWORD: HUSH, LOGIN: "http://localhost:9"}), f"{LOGIN} must begin with"),
    "an-address-as-host": (environ(**{PASSWORD: HUSH, HOSTS: "https://zebra.example.org/"}), f"{HOSTS} takes names"),
    "a-host-with-a-port": (environ(**{PASSWORD: HUSH, HOSTS: "zebra.example.org:443"}), f"{HOSTS} takes names"),
    "any-host": (environ(**{PASSWORD: HUSH, HOSTS: "*.zebra.example.org"}), f"{HOSTS} takes names"),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_what_is_wrong_is_said_with_the_mend_and_without_the_secret(wrong):
    environment, said = WRONG[wrong]
    with pytest.raises(ProtocolBotError) as refused:
        asked(environment)
    assert said in str(refused.value)
    for secret in ("zebra", "5eb4a"):
        assert secret not in str(refused.value)


def test_nothing_of_it_is_shown_by_accident():
    shown = f"{Given(app=ID, password=HUSH)!r} {Given(app=ID, certificate=HUSH)!r} {Given()!r}"
    assert "zebra" not in shown
    assert shown == "Given(a password) Given(a certificate) Given(local)"


# ---------------------------------------------------------------- nobody is asked who they are


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_on_this_computer_alone_it_may_be_tried_out_without_asking_who_anybody_is(host):
    assert asked({AUTH: "off"}, host) == Given(hosts=("localhost", "127.0.0.1", "::1"))
    assert asked({AUTH: "OFF", HOSTS: "localhost"}, host) == Given(hosts=("localhost",))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "protocol.example.org", ""])  # noqa: S104
def test_it_may_not_where_others_could_knock(host):
    with pytest.raises(ProtocolBotError, match="may only listen on this computer"):
        asked({AUTH: "off"}, host)


@pytest.mark.parametrize("proof", [PASSWORD, CERTIFICATE, MANAGED])
def test_it_may_not_where_a_councils_own_app_is_set_up(proof):
    with pytest.raises(ProtocolBotError, match=f"off lets anybody.*{proof} is set too"):
        asked({AUTH: "off", APP: ID, proof: "on"})


def test_it_calls_nobody_else_either():
    with pytest.raises(ProtocolBotError, match=f"{HOSTS} may only name this computer"):
        asked({AUTH: "off", HOSTS: "localhost,smba.trafficmanager.net"})


# ---------------------------------------------------------------- a certificate


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: Key, locked: bool = False) -> bytes:
    how: KeySerializationEncryption = BestAvailableEncryption(b"zebra") if locked else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def certificate(key: Key, begins: datetime = NOON - DAY, ends: datetime = NOON + DAY) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zebra")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(begins).not_valid_after(ends)
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def written(where: Path, text: bytes) -> dict[str, str]:
    file = where / "zebra.pem"
    file.write_bytes(text)
    return environ(**{CERTIFICATE: str(file)})


def test_a_key_and_its_certificate_stand_in_one_file_in_either_order(tmp_path, key):
    other = certificate(rsa.generate_private_key(65537, 2048))
    for text in (pem(key) + certificate(key), certificate(key) + pem(key), pem(key) + other + certificate(key)):
        found = asked(written(tmp_path, text))
        assert found == Given(app=ID, tenant=HILLTOP, certificate=text.decode())


NO_CERTIFICATE: dict[str, tuple[Callable[[rsa.RSAPrivateKey], bytes], str]] = {
    "nothing": (lambda _key: b"", "holds no private key"),
    "something-else": (lambda _key: b"zebra", "holds no private key"),
    "only-the-certificate": (certificate, "holds no private key"),
    "only-the-key": (pem, "holds a private key but no certificate"),
    "locked": (lambda key: pem(key, locked=True) + certificate(key), "locked with a password"),
    "of-another": (lambda key: pem(key) + certificate(rsa.generate_private_key(65537, 2048)), "do not belong together"),
    "over": (lambda key: pem(key) + certificate(key, NOON - 3 * DAY, NOON - DAY), "ended on 2026-11-21"),
    "over-just-now": (lambda key: pem(key) + certificate(key, NOON - DAY, NOON), "ended on 2026-11-22"),
    "not-begun": (lambda key: pem(key) + certificate(key, NOON + DAY, NOON + 3 * DAY), "begins only on 2026-11-23"),
}


@pytest.mark.parametrize("wrong", sorted(NO_CERTIFICATE))
def test_a_certificate_that_microsoft_would_refuse_is_told_at_the_start(tmp_path, key, wrong):
    text, said = NO_CERTIFICATE[wrong]
    with pytest.raises(ProtocolBotError) as refused:
        asked(written(tmp_path, text(key)))
    assert said in str(refused.value)
    assert CERTIFICATE in str(refused.value)
    assert "zebra" not in str(refused.value)


def test_a_key_of_another_kind_is_told(tmp_path):
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(ProtocolBotError, match="It has to be RSA"):
        asked(written(tmp_path, pem(other) + certificate(other)))


@pytest.mark.parametrize("name", ["zebra.pem", "", "zebra\0"], ids=["nothing-there", "a-folder", "no-name"])
def test_a_file_that_can_not_be_read_is_told_without_its_name(tmp_path, name):
    with pytest.raises(ProtocolBotError, match="can't be read") as refused:
        asked(environ(**{CERTIFICATE: f"{tmp_path}/{name}"}))
    assert str(tmp_path) not in str(refused.value)


def test_the_certificate_itself_is_no_name_of_a_file():
    with pytest.raises(ProtocolBotError, match="holds the certificate itself"):
        asked(environ(**{CERTIFICATE: "-----BEGIN PRIVATE KEY-----"}))


# ---------------------------------------------------------------- whose tenants


def council(name: str, tenant: str, *accounts: str) -> Settings:
    people = (Someone(id="jo", name="Jo", offices=("councillor",), accounts=accounts),) if accounts else ()
    return Settings(council=name, workspaces={"teams": tenant} if tenant else {}, people=people)


def test_the_tenants_that_councils_name_are_theirs():
    one = council("barrow", HILLTOP, f"teams:{ID}", "slack:T1:UJO", "email:jo@example.org")
    assert tenants([one, council("twywell", "", f"teams:{VALE}:{ID}"), council("southwell", "")]) == {
        HILLTOP: "barrow",
        VALE: "twywell",
    }


@pytest.mark.parametrize(
    "own",
    [
        council("barrow", HILLTOP.upper()),
        council("barrow", HILLTOP, f"teams:{ID.upper()}"),
        council("barrow", "", f"teams:{VALE.upper()}:{ID}"),
    ],
    ids=["tenant", "person", "persons-tenant"],
)
def test_an_id_that_teams_would_never_send_is_told(own):
    with pytest.raises(ProtocolBotError, match="barrow: its settings write an id of teams with capital letters"):
        tenants([own])


def test_a_tenant_that_is_none_is_told_except_where_a_stand_in_plays_it():
    with pytest.raises(ProtocolBotError, match="barrow: its settings name a tenant of teams that can't be one"):
        tenants([council("barrow", "hilltop")])
    assert tenants([council("barrow", "hilltop")], strict=False) == {"hilltop": "barrow"}


def test_the_tenant_of_the_app_is_spoken_of_though_no_council_names_it():
    assert named(Given(app=ID, tenant=HILLTOP), [council("barrow", HILLTOP)]) == {HILLTOP: HILLTOP}
    assert named(Given(app=ID, tenant=HILLTOP), [council("barrow", VALE)]) == {
        HILLTOP: HILLTOP,
        VALE: f"{VALE}, with an app that is registered in {HILLTOP}",
    }
    assert named(Given(), [council("barrow", "hilltop")]) == {"hilltop": "hilltop"}


def test_the_tenant_of_an_app_that_many_share_need_be_no_councils():
    shared = [council("barrow", VALE), council("southwell", ID)]
    assert set(named(Given(app=ID, tenant=HILLTOP), shared)) == {VALE, ID}, "nobody complains of it"
    assert set(named(Given(app=ID, tenant=VALE), shared)) == {VALE, ID}


# ---------------------------------------------------------------- what is installed, what is said


@pytest.mark.parametrize("module", ["botbuilder", "botbuilder.core", "botframework", "msal", "jwt"])
def test_where_what_speaks_with_teams_is_not_installed_the_mend_is_said(module):
    missing = ModuleNotFoundError(f"No module named '{module}'", name=module)
    assert "council-protocol-bot[teams]" in str(not_installed(missing))


def test_another_module_that_is_missing_is_a_fault_of_ours():
    with pytest.raises(ModuleNotFoundError):
        not_installed(ModuleNotFoundError("No module named 'deploy.nothing'", name="deploy.nothing"))


def test_the_command_line_needs_nothing_of_teams():
    """In a process of its own: here it was imported long ago."""
    outside = ("botbuilder", "botframework", "msal", "jwt", "aiohttp")
    asked = f"import deploy.cli, sys; print(sorted(m for m in sys.modules if m.startswith({outside!r})))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_every_sentence_of_the_adapters_is_there():
    said = sentences(load.words())
    assert all(getattr(said, name).strip() for name in said.__struct_fields__)
    assert len(said.open_form) <= 20, "a button"
