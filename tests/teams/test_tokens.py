"""The bot’s own token: fetched when needed, in a thread, one at a time; why there is none is said with the mend."""

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable

import jwt
import pytest

from adapters.teams.refusals import Refused
from adapters.teams.tokens import Tokens
from tests.waiting import until

START = 1_800_000_000.0
MINUTE = 60.0


class Passing:
    """Seconds that pass only when told to, by both clocks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return START + self.seconds

    def tick(self) -> float:
        return self.seconds


class Microsoft:
    """Gives a token at each call, or raises what it is told to; `gate`: only while this is open."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.calls = 0
        self.lasts = 3600.0
        self.raises: Exception | None = None
        self.instead: str | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.at_once = self.most_at_once = 0
        self._now = now

    def __call__(self) -> str:
        self.calls += 1
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        self.gate.wait(60)
        self.at_once -= 1
        if self.raises is not None:
            raise self.raises
        if self.instead is not None:
            return self.instead
        claims = {"exp": self._now() + self.lasts, "uti": self.calls}
        return jwt.encode(claims, "a secret of the tests’ own, which is long enough")


@pytest.fixture
def passing() -> Passing:
    return Passing()


@pytest.fixture
def microsoft(passing) -> Microsoft:
    return Microsoft(passing.now)


@pytest.fixture
def tokens(microsoft, passing) -> Tokens:
    return Tokens(microsoft, now=passing.now, tick=passing.tick, patience=60.0)


async def why(tokens: Tokens, *, fresh: bool = False) -> Refused:
    with pytest.raises(Refused) as no:
        await tokens(fresh)
    return no.value


# ---------------------------------------------------------------- kept, renewed


async def test_a_token_is_fetched_once_and_kept(tokens, microsoft, passing):
    first = await tokens()
    for _ in range(54):
        passing.seconds += MINUTE
        assert await tokens() == first
    assert microsoft.calls == 1


async def test_it_is_renewed_some_minutes_before_it_ends_and_nobody_waits_for_that(tokens, microsoft, passing):
    first = await tokens()
    passing.seconds += 56 * MINUTE
    microsoft.gate.clear()
    assert await tokens() == first
    microsoft.gate.set()
    async with asyncio.timeout(60):
        while await tokens() == first:  # noqa: ASYNC110  # another thread's doing
            await asyncio.sleep(0.002)
    assert microsoft.calls == 2


async def test_one_that_has_ended_is_never_given(tokens, microsoft, passing):
    first = await tokens()
    passing.seconds += 61 * MINUTE
    assert await tokens() != first


async def test_a_short_one_is_renewed_at_half_its_time(tokens, microsoft, passing):
    microsoft.lasts = 4 * MINUTE
    await tokens()
    passing.seconds += 1.9 * MINUTE
    await tokens()
    await asyncio.sleep(0.05)
    assert microsoft.calls == 1
    passing.seconds += 0.2 * MINUTE
    await tokens()
    await until(lambda: microsoft.calls == 2)


@pytest.mark.parametrize(
    "instead",
    ["opaque", "a.b.c", "a.e30.c", "a.W10.c", "a.eyJleHAiOiJzb29uIn0.c", "a.eyJleHAiOk5hTn0.c", "a.eyJleHAiOm51bGx9.c"],
    ids=["opaque", "no-json", "no-exp", "list", "words", "nan", "null"],
)
async def test_one_that_does_not_say_when_it_ends_is_kept_for_some_minutes(instead, tokens, microsoft, passing):
    microsoft.instead = instead
    assert await tokens() == instead
    passing.seconds += 4 * MINUTE
    assert await tokens() == instead
    assert microsoft.calls == 1
    passing.seconds += 7 * MINUTE
    assert await tokens() == instead
    assert microsoft.calls == 2


async def test_where_a_token_was_refused_another_is_fetched_but_not_for_everybody(tokens, microsoft, passing):
    first = await tokens()
    second = await tokens(fresh=True)
    assert second != first
    assert await tokens(fresh=True) == second  # whoever else was refused the first one
    assert await tokens() == second
    assert microsoft.calls == 2
    passing.seconds += 6
    assert await tokens(fresh=True) != second


async def test_all_whose_token_was_refused_share_one_fetch(tokens, microsoft):
    first = await tokens()
    microsoft.gate.clear()
    waiting = [asyncio.create_task(tokens(fresh=True)) for _ in range(20)]
    await asyncio.sleep(0.02)
    assert await tokens() == first  # whoever was not refused
    microsoft.gate.set()
    (second,) = set(await asyncio.gather(*waiting))
    assert second != first
    assert microsoft.calls == 2


async def test_where_no_other_can_be_fetched_that_is_said_rather_than_the_refused_one_given(tokens, microsoft):
    await tokens()
    microsoft.raises = ConnectionError()
    for _ in range(3):
        assert (await why(tokens, fresh=True)).again
    assert microsoft.calls == 2


# ---------------------------------------------------------------- one at a time, and never in the way


async def test_all_who_wait_share_one_fetch(tokens, microsoft):
    microsoft.gate.clear()
    waiting = [asyncio.create_task(tokens()) for _ in range(30)]
    await asyncio.sleep(0.02)
    microsoft.gate.set()
    assert len(set(await asyncio.gather(*waiting))) == 1
    assert (microsoft.calls, microsoft.most_at_once) == (1, 1)


async def test_meanwhile_the_loop_goes_on_and_a_fetch_that_hangs_is_not_waited_for(microsoft, passing):
    tokens = Tokens(microsoft, now=passing.now, tick=passing.tick, patience=0.2)
    microsoft.gate.clear()
    no = await why(tokens)
    await until(lambda: microsoft.at_once == 1)  # and it hangs
    assert (no.again, no.ours, no.unsure) == (True, False, False)
    assert str(no) == "Microsoft’s login did not answer in time."
    await why(tokens)
    assert microsoft.calls == 1  # the same one: threads don't pile up
    microsoft.gate.set()
    await until(lambda: tokens._fetching is None)
    assert await tokens()
    assert microsoft.calls == 1


async def test_whoever_goes_meanwhile_takes_the_fetch_from_nobody(tokens, microsoft):
    microsoft.gate.clear()
    first, second = (asyncio.create_task(tokens()) for _ in range(2))
    await asyncio.sleep(0.02)
    first.cancel()
    microsoft.gate.set()
    assert await second
    assert microsoft.calls == 1


async def test_what_failed_is_tried_again_after_some_seconds_only(tokens, microsoft, passing):
    microsoft.raises = ConnectionError()
    for _ in range(20):
        assert (await why(tokens)).again
    assert microsoft.calls == 1
    passing.seconds += 6
    microsoft.raises = None
    assert await tokens()


async def test_while_microsoft_is_away_the_last_token_serves_as_long_as_it_is_good(tokens, microsoft, passing):
    first = await tokens()
    microsoft.raises = ConnectionError()
    passing.seconds += 57 * MINUTE
    assert await tokens() == first
    await until(lambda: microsoft.calls == 2)
    await asyncio.sleep(0.05)
    assert await tokens() == first
    assert (await why(tokens, fresh=True)).again
    passing.seconds += 4 * MINUTE
    assert not (await why(tokens)).ours


# ---------------------------------------------------------------- why there is none

PRIVATE = str(uuid.UUID(int=7))


def botbuilders(error: str, description: str) -> PermissionError:
    """As `MicrosoftAppCredentials.get_access_token` has it."""
    return PermissionError(f"Failed to get access token with error: {error}, error_description: {description}")


@pytest.mark.parametrize(
    ("number", "mend"),
    [
        (7000215, "the value (not the id) of a client secret"),
        (7000222, "The client secret has expired"),
        (700016, "Compare TEAMS_APP_ID and TEAMS_TENANT_ID"),
        (90002, "Compare TEAMS_APP_ID and TEAMS_TENANT_ID"),
        (700027, "Upload the certificate"),
        (700024, "clock"),
        (7000112, "The app is disabled"),
        (53003, "Conditional Access"),
        (999999, "Compare TEAMS_APP_ID, TEAMS_TENANT_ID and the secret or certificate"),
    ],
)
async def test_microsofts_number_is_told_with_the_mend_and_nothing_else_of_it(number, mend, tokens, microsoft, caplog):
    caplog.set_level(logging.DEBUG)
    words = f"AADSTS{number}: something about app '{PRIVATE}'. Trace ID: {PRIVATE} Timestamp: 2026-11-22"
    microsoft.raises = botbuilders("invalid_client", words)
    no = await why(tokens)
    assert no.ours
    assert no.again
    assert no.code == f"AADSTS{number}"
    assert f"(AADSTS{number})" in str(no)
    assert mend in str(no)
    assert PRIVATE not in f"{no!r} {no} {no.__cause__!r} {no.__context__!r} {caplog.text}"


async def test_a_number_further_down_is_found_too(tokens, microsoft):
    """msal: the tenant is looked up when its client is made, and what comes of that is raised around it."""
    microsoft.raises = ValueError(f"Unable to get authority configuration for https://login/{PRIVATE}.")
    microsoft.raises.__cause__ = ValueError(
        f'HTTP status: 400, Error: {{"error_description":"AADSTS90002: {PRIVATE}"}}'
    )
    no = await why(tokens)
    assert (no.code, no.ours) == ("AADSTS90002", True)


@pytest.mark.parametrize("number", [90033, 50196, 90024])
async def test_where_microsoft_is_busy_nobody_has_to_mend_anything(number, tokens, microsoft):
    microsoft.raises = botbuilders("temporarily_unavailable", f"AADSTS{number}: later")
    no = await why(tokens)
    assert (no.code, no.ours, no.again) == (f"AADSTS{number}", False, True)


class Timeout(OSError):
    """As `requests` has them: an OSError that holds the request."""

    def __init__(self, url: str) -> None:
        super().__init__(f"timed out: {url}")
        self.request = type("Request", (), {"url": url})()


class SSLError(OSError):
    """`requests.exceptions.SSLError`."""


class JSONDecodeError(OSError, ValueError):
    """`requests.exceptions.JSONDecodeError`: both at once."""


@pytest.mark.parametrize(
    ("failed", "ours", "mend"),
    [
        (ConnectionError(PRIVATE), False, "can’t be reached"),
        (TimeoutError(), False, "can’t be reached"),
        (Timeout(f"https://login.microsoftonline.com/{PRIVATE}"), False, "can’t be reached"),
        (JSONDecodeError(PRIVATE), False, "can’t be reached"),
        (RuntimeError(PRIVATE), False, "can’t be reached"),
        (SSLError(PRIVATE), False, "REQUESTS_CA_BUNDLE"),
        (Timeout("http://169.254.169.254/metadata/identity/oauth2/token"), True, "no such managed identity"),
        (KeyError("access_token"), True, "no such managed identity"),
        (ValueError(PRIVATE), True, "Compare TEAMS_APP_ID"),
        (botbuilders("unknown", PRIVATE), True, "Compare TEAMS_APP_ID"),
    ],
    ids=["refused", "timeout", "requests", "rubbish", "other", "tls", "no-azure", "no-identity", "value", "permission"],
)
async def test_other_failures_are_told_by_their_kind(failed, ours, mend, tokens, microsoft):
    microsoft.raises = failed
    no = await why(tokens)
    assert no.ours is ours
    assert no.again
    assert mend in str(no)
    assert PRIVATE not in f"{no!r} {no}"
