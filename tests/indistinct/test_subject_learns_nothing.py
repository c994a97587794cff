"""Whoever a concern is about is answered, and sees, the very same as if there were none, whatever they try.

Two worlds are the same but for concerns about one person, in every state. That person does everything there is to do in
both: every command and list, plain words, every button and every form of every desk with the real ids and references,
with made-up ones and with none, and whatever these lead to. Then time passes.
"""

import itertools
import secrets as chances
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack

import pytest

from bot.bot import COMMANDS, DESKS
from bot.concern import Part
from bot.conversation import (
    Answer,
    Buttons,
    Command,
    Event,
    Field,
    Form,
    Greet,
    Message,
    Open,
    Option,
    Page,
    Post,
    Press,
    Submit,
    Visit,
    Whisper,
)
from bot.lists import LISTS
from bot.tokens import Token
from content import load
from tests.indistinct import seeds, steps
from tests.indistinct.steps import Secrets
from tests.indistinct.world import NAMES, SEATS, Chance, World, base, written

#: Whom the concerns are about. At each council one of them tries everything, the others what is nearest to a concern.
SUBJECTS = {
    "barrow": ("clerk", "chair", "officer-2"),
    "crickhowell": ("chair", "clerk", "panel"),
    "leigh-on-sea": ("panel", "clerk", "chair"),
    "southwell": ("officer-2", "clerk", "chair"),
    "twywell": ("councillor-2", "clerk", "chair"),
}
RUNS = [(council, subject) for council, subjects in SUBJECTS.items() for subject in subjects]
PARTS: tuple[Part, ...] = ("raiser", "handler")
#: A guest, and somebody whom nobody listed.
STRANGERS = ("visitor", "somebody-else")
MATTERS = {"concern", "reach", "request", "review", "watch"}
BUTTONS = {(desk.name, step) for desk in DESKS for step in desk.buttons}
FORMS = {(desk.name, step) for desk in DESKS for step in desk.forms}
NOBODY = Secrets(subject="", raiser="", ids=(), references=(), own=(), handled=(), requests=(), changes=())
_WEEKS = 11  # before the first of them is erased
_FEW = 3  # ids that are tried by those who do not try everything, at these desks
_NEAR = ("concerns", "requests")
_WHOLLY = 2  # ids for which a form is sent in with all values there are to try; with the others, with the first
_SO_OFTEN = 2  # times that forms of a kind are filled in which something led to


def test_no_step_is_left_out():
    assert set(SUBJECTS) == set(load.councils())
    assert set(steps.BUTTONS) == BUTTONS
    assert set(steps.forms(NOBODY)) == FORMS
    assert {kind for desk in DESKS for kind in desk.due} == MATTERS


class Twins:
    """The two worlds; what is done is done in both, and must come to the same. `looked`: how often, in one of them."""

    def __init__(self, quiet: World, loud: World, subject: str) -> None:
        self.quiet, self.loud, self.subject = quiet, loud, subject
        self.wholly = SUBJECTS[quiet.council][0] == subject
        self.looked = 0
        self._ids = itertools.count(1)

    async def does(self, what: Event) -> Answer | None:
        """One thing in both worlds; the answer, if it is the same to the byte, and was as long in looking up."""
        one, other = await self.quiet.hear(what), await self.loud.hear(what)
        assert written(one) == written(other), f"{shown(what)} tells that there is a concern"
        assert self.quiet.looked == self.loud.looked, f"{shown(what)} looks further where there is a concern"
        self.looked += self.quiet.looked
        return one

    async def has_no_part(self, who: str) -> bool:
        """Whether nothing that they raised or deal with is in one world alone."""
        one, other = [
            {(part, concern.id) for part in PARTS for concern in await world.store.concerns(world.council, who, part)}
            for world in (self.quiet, self.loud)
        ]
        return one == other

    def base(self, *, private: bool = True) -> dict:
        return base(self.quiet, self.subject, f"t{next(self._ids)}", private=private)

    async def sees_the_same(self) -> None:
        one, other = await self.quiet.seen(self.subject), await self.loud.seen(self.subject)
        assert one == other

    async def told(self) -> list[Whisper]:
        """What arrived in their own chat, with its buttons."""
        return [Whisper(post) for post in await self.quiet.told(self.subject)]

    async def wait(self, **span: float) -> None:
        for world in (self.quiet, self.loud):
            await world.passes(**span)


def shown(what: Event) -> str:
    return (
        f"{type(what).__name__} {getattr(what, 'text', '') or getattr(what, 'token', '') or getattr(what, 'form', '')}"
    )


@pytest.fixture
async def twins(request, tmp_path_factory, monkeypatch) -> AsyncIterator[tuple[Twins, Secrets]]:
    council, subject = request.param
    chance = Chance()
    monkeypatch.setattr(chances, "token_hex", chance.token_hex)
    run = tmp_path_factory.getbasetemp() / "worlds"
    run.mkdir(exist_ok=True)
    async with AsyncExitStack() as after:
        quiet = await after.enter_async_context(World(run / f"{council}-{subject}-quiet", council, chance))
        loud = await after.enter_async_context(World(run / f"{council}-{subject}-loud", council, chance))
        known = await seeds.ordinary(quiet, subject)
        assert known == await seeds.ordinary(loud, subject)
        concerns = await seeds.secret(loud, subject)
        assert all(subject in concern.parties.subjects for concern in concerns)
        yield (
            Twins(quiet, loud, subject),
            Secrets(
                subject=subject,
                raiser=seeds.raiser(subject),
                ids=tuple(concern.id for concern in concerns),
                references=tuple(concern.reference for concern in concerns),
                **known,
            ),
        )


@pytest.mark.parametrize("twins", RUNS, indirect=True, ids=[f"{council}: {subject}" for council, subject in RUNS])
async def test_nothing_that_somebody_can_do_tells_of_a_concern_about_them(twins):
    both, secrets = twins
    await both.wait(minutes=1)
    await both.sees_the_same()
    await pages(both)
    found = [await both.does(event) for event in (*asking(both, secrets), *trying(both, secrets))]
    await follow(both, [*found, *await both.told()])
    for _ in range(_WEEKS):
        await both.wait(days=7)
        await both.sees_the_same()
    await follow(both, await both.told())
    for event in asking(both, secrets):
        await both.does(event)
    assert both.looked, "what is looked up is not counted"


async def pages(both: Twins) -> None:
    """Everybody's own page, but of those who raised or deal with what there is in one world alone."""
    apart = [who for who in (*SEATS, *STRANGERS) if await both.has_no_part(who)]
    assert {both.subject, *STRANGERS} <= set(apart)
    for who in apart:
        shown = await both.does(Visit(**base(both.quiet, who, f"page-{who}")))
        assert isinstance(shown, Page)
        assert shown.posts


def asking(both: Twins, secrets: Secrets) -> Iterator[Event]:
    """Everything that can be said, and what stands there unasked."""
    yield Greet(**both.base())
    yield Visit(**both.base())
    lists = [word for listed in LISTS for word in (listed.name, *listed.aliases)]
    for text in ("", "help", *COMMANDS, *lists, *steps.plain_words(secrets, NAMES[both.subject])):
        yield Command(text=text, **both.base())
        if both.wholly:
            yield Message(text=text, **both.base())
            yield Command(text=text, **both.base(private=False))


def trying(both: Twins, secrets: Secrets) -> Iterator[Event]:
    """Every button and every form there is."""
    for (desk, step), more in steps.BUTTONS.items():
        known = secrets.known(desk) if both.wholly else secrets.known(desk)[:_FEW] if desk in _NEAR else ()
        for value in (*more, *known):
            yield Press(token=str(Token(desk, step, value)), **both.base())
    for (desk, step), filled in steps.forms(secrets).items():
        ids = steps.form_ids((desk, step), secrets)
        for number, id in enumerate(ids if both.wholly else ids[:_FEW] if desk in _NEAR else ()):
            for values in ({}, *(filled if both.wholly and number < _WHOLLY else filled[:1])):
                yield Submit(form=str(Token(desk, step, id)), values=dict(values), **both.base())


async def follow(both: Twins, answers: Iterable[Answer | None]) -> None:
    """Press every button that was offered, send in every form that was opened, and so on from what comes of it."""
    waiting, pressed, sent = deque(answers), set[str](), Counter[tuple[str, str]]()
    while waiting:
        match waiting.popleft():
            case Page(posts=posts):
                waiting += [Whisper(post) for post in posts]
            case Whisper(post=post):
                fresh = [token for token in tokens(post) if token not in pressed]
                pressed.update(fresh)
                waiting += [await both.does(Press(token=token, **both.base())) for token in fresh]
            case Open(form=form):
                kind = Token.read(form.id)[:2]
                sent[kind] += 1
                often, wholly = (_SO_OFTEN, sent[kind] == 1) if both.wholly else (1, False)
                for values in ways_to_fill(form, wholly=wholly) if sent[kind] <= often else ():
                    waiting.append(await both.does(Submit(form=form.id, values=values, **both.base())))


def tokens(post: Post) -> list[str]:
    return [button.token for block in post.blocks if isinstance(block, Buttons) for button in block.buttons]


def ways_to_fill(form: Form, *, wholly: bool) -> list[dict[str, str]]:
    """As it stands, with something in every field that must not be empty; wholly: with each choice there is, too."""
    usual = {field.name: field.value or _usual(field) for field in form.fields}
    if not wholly:
        return [usual]
    chosen = [usual | {field.name: option.value} for field in form.fields for option in _choices(field)]
    return [*chosen, usual, {}]


def _choices(field: Field) -> tuple[Option, ...]:
    """One person is as good as another, but for the first and the last."""
    return (*field.options[:2], *field.options[-2:]) if field.kind == "person" else field.options


def _usual(field: Field) -> str:
    if field.options:
        return field.options[0].value
    return "Words." if field.kind in ("line", "text") and field.required else ""
