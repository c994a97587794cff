"""The desk that passes a question to the clerk, brings back the answer, and pins it to a clause.

In: its own buttons and forms. Out: forms, notices to the clerk and to the asker, records.
Never: passes on words that resemble a concern; shows words to anybody whom the form did not name first.
"""

import hashlib

from msgspec.structs import replace

from bot import posts
from bot.contents import Stand
from bot.conversation import (
    Button,
    Event,
    Field,
    Form,
    Open,
    Option,
    Paragraph,
    Post,
    Press,
    Quote,
    Reject,
    Send,
    Submit,
    Whisper,
)
from bot.handbook import Handbook
from bot.help import example_number
from bot.lookup import Found
from bot.ports import Records
from bot.records import Passed, Pin, Turn
from bot.stems import stem
from bot.stems import words as whole_words
from bot.tokens import Token

_LIMIT = 600
_MOOD = 0.3  # how much of a question may be about topics of concern before it resembles one
#: Words that make a question resemble a concern whatever else it is about.
_GRAVE = frozenset(
    stem(word)
    for word in """
    abuse abused abusive afraid assault assaulted attacked bully bullied bullying complain complaint cried crying
    discriminated fear frightened grievance grope harass harassed harassment hit humiliated hurt intimidated libel lie
    lied lying racist scared sexist sexual shouted screamed slander slapped stalking stressed suicide swore threat
    threatened threatening touched unsafe victimised whistleblower
    """.split()
)


def resembles_concern(text: str, found: Found, handbook: Handbook) -> bool:
    """Whether words may come from the middle of a concern. In doubt they do: the private way is never wrong."""
    mood = sum(chance for id, chance in found.topics if handbook.topics[id].concern)
    return mood >= _MOOD or any(stem(word) in _GRAVE for word in whole_words(text))


def offer(event: Event, text: str, found: Found, handbook: Handbook) -> tuple[Button, ...]:
    """What to offer somebody whom the answer does not serve: the clerk, or the private way."""
    words = handbook.words
    if resembles_concern(text, found, handbook):
        return (posts.run(words, "button-wrong", "wrong"),)
    if "clerk" in handbook.roster.offices(event.who):
        return (Button(words("pin"), str(Token("questions", "pin", text))),) if found.topics else ()
    name = "none-of-these" if found.in_scope else "ask-clerk"
    return (Button(words(name), str(Token("questions", "pass", text))),)


async def take(event: Event, handbook: Handbook, records: Records) -> Turn | None:
    """Presses and forms whose token says `questions`."""
    match event:
        case Press():
            return await _pressed(event, Token.read(event.token), handbook, records)
        case Submit():
            return await _submitted(event, Token.read(event.form), handbook, records)
        case _:
            return None


async def _pressed(event: Press, token: Token, handbook: Handbook, records: Records) -> Turn | None:
    match token:
        case Token("questions", "pass", text):
            return _offer_form(text, handbook)
        case Token("questions", "answer", id):
            return await _reply_form(event, id, handbook, records)
        case Token("questions", "pin", text):
            return (
                _whisper(handbook, "reply-not-clerk")
                if not _is_clerk(event, handbook)
                else Turn(answer=Open(_pin_form(text, handbook)))
            )
        case _:
            return None


async def _submitted(event: Submit, token: Token, handbook: Handbook, records: Records) -> Turn | None:
    match token:
        case Token("questions", "pass", _):
            return _pass(event, handbook)
        case Token("questions", "answer", id):
            return await _reply(event, id, handbook, records)
        case Token("questions", "pin", text):
            return await _pin(event, text, handbook, records)
        case _:
            return None


def _whisper(handbook: Handbook, sentence: str) -> Turn:
    return Turn(answer=Whisper(posts.note(handbook.words, sentence)))


def _is_clerk(event: Event, handbook: Handbook) -> bool:
    return "clerk" in handbook.roster.offices(event.who)


# ---------------------------------------------------------------- to the clerk


def _offer_form(text: str, handbook: Handbook) -> Turn:
    words = handbook.words
    if not handbook.roster.holders("clerk"):
        return _whisper(handbook, "no-clerk")
    if resembles_concern(text, handbook.finder.find(text), handbook):
        private = posts.run(words, "button-wrong", "wrong", primary=True)
        return Turn(answer=Whisper(posts.note(words, "pass-concern", private)))
    field = Field("question", words("pass-label"), "text", value=text[:_LIMIT], hint=words("pass-hint"), limit=_LIMIT)
    who = Paragraph(words("pass-who", clerk=posts.clerk_named(handbook)))
    form = Form(str(Token("questions", "pass")), words("pass-title"), (field,), words("pass-submit"), (who,))
    return Turn(answer=Open(form))


def _pass(event: Submit, handbook: Handbook) -> Turn:
    words = handbook.words
    text = event.values.get("question", "").strip()
    clerks = handbook.roster.holders("clerk")
    if not clerks:
        return _whisper(handbook, "no-clerk")
    if not text:
        return Turn(answer=Reject({"question": words("pass-empty")}))
    if len(text) > _LIMIT:
        return Turn(answer=Reject({"question": words("pass-too-long", length=len(text), limit=_LIMIT)}))
    if resembles_concern(text, handbook.finder.find(text), handbook):
        return Turn(answer=Reject({"question": words("pass-concern-field")}))
    passed = Passed(id=_new_id(event), council=handbook.council, asker=event.who, words=text, at=event.at)
    told = _waiting(passed, handbook)
    said = posts.note(words, "passed", clerk=posts.clerk_named(handbook))
    return Turn(answer=Whisper(said), notices=tuple(Send(to=clerk, post=told) for clerk in clerks), keep=(passed,))


def _new_id(event: Event) -> str:
    """An id that the same delivery always gets, and that tells nothing."""
    return hashlib.blake2s(
        "\n".join((event.where.platform, event.where.tenant, event.id)).encode(), digest_size=10
    ).hexdigest()


def _waiting(passed: Passed, handbook: Handbook) -> Post:
    words = handbook.words
    name = handbook.roster.name(passed.asker)
    button = Button(words("answer-button"), str(Token("questions", "answer", passed.id)), primary=True)
    blocks = (Paragraph(words("waiting", name=name)), Quote(passed.words, by=name), *posts.buttons(button))
    return Post(blocks, title=words("waiting-title"))


# ---------------------------------------------------------------- the clerk's answer


async def _reply_form(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    passed = await _unanswered(event, id, handbook, records)
    if isinstance(passed, Turn):
        return passed
    words = handbook.words
    reply = Field("reply", words("reply-label"), "text", hint=words("reply-hint"), required=False)
    shown = (Quote(passed.words, by=handbook.roster.name(passed.asker)), Paragraph(words("reply-intro")))
    form = Form(
        str(Token("questions", "answer", id)),
        words("reply-title"),
        (reply, _clause_field(handbook), _again_field(handbook)),
        words("reply-submit"),
        shown,
    )
    return Turn(answer=Open(form))


def _clause_field(handbook: Handbook, *, required: bool = False) -> Field:
    words = handbook.words
    hint = words("reply-clause-hint", number=example_number(handbook))
    return Field("clause", words("reply-clause-label"), "line", hint=hint, required=required, limit=200)


def _again_field(handbook: Handbook) -> Field:
    words = handbook.words
    options = (Option("no", words("reply-pin-no")), Option("yes", words("reply-pin-yes")))
    return Field("pin", words("reply-pin-label"), "choice", options=options, value="no")


async def _unanswered(event: Event, id: str, handbook: Handbook, records: Records) -> Passed | Turn:
    """The question, or why this person can't answer it now."""
    if not _is_clerk(event, handbook):
        return _whisper(handbook, "reply-not-clerk")
    passed = await records.passed(handbook.council, id)
    if passed is None:
        return _whisper(handbook, "reply-gone")
    return _whisper(handbook, "reply-already") if passed.state == "answered" else passed


async def _reply(event: Submit, id: str, handbook: Handbook, records: Records) -> Turn:
    passed = await _unanswered(event, id, handbook, records)
    if isinstance(passed, Turn):
        return passed
    reply, pinning = event.values.get("reply", "").strip(), event.values.get("pin") == "yes"
    stand, problems = _clause_given(event, handbook)
    if not problems and not reply and stand is None:
        problems = {"reply": handbook.words("reply-empty")}
    if not problems and pinning and stand is None:
        problems = {"clause": handbook.words("reply-pin-without")}
    if problems:
        return Turn(answer=Reject(problems))
    answered = replace(passed, state="answered", reply=reply, clause=stand.id if stand else None)
    pins = (await _pinning(event, passed.words, stand, handbook, records),) if pinning and stand else ()
    notice = Send(to=passed.asker, post=_arrived(answered, stand, handbook))
    said = posts.note(handbook.words, "replied-pinned" if pins else "replied")
    return Turn(answer=Whisper(said), notices=(notice,), keep=(answered, *pins))


def _clause_given(event: Submit, handbook: Handbook) -> tuple[Stand | None, dict[str, str]]:
    """The clause that the form names, or what is wrong with it."""
    asked = event.values.get("clause", "").strip()
    if not asked:
        return None, {}
    reference = handbook.finder.reference(asked)
    if reference is None or not reference.stands:
        return None, {"clause": handbook.words("reply-no-clause", asked=asked)}
    return reference.stands[0], {}


def _arrived(passed: Passed, stand: Stand | None, handbook: Handbook) -> Post:
    words = handbook.words
    reply = (Quote(passed.reply, by=words("reply-by")),) if passed.reply else ()
    shown = posts.clauses(handbook.contents, [stand], words) if stand else ()
    return Post((Quote(passed.words, by=words("asked-by")), *reply, *shown), title=words("reply-arrived-title"))


# ---------------------------------------------------------------- pins


def _pin_form(text: str, handbook: Handbook) -> Form:
    words = handbook.words
    intro = (Quote(text[:_LIMIT]),)
    field = _clause_field(handbook, required=True)
    return Form(str(Token("questions", "pin", text)), words("pin"), (field,), words("pin"), intro)


async def _pin(event: Submit, text: str, handbook: Handbook, records: Records) -> Turn:
    if not _is_clerk(event, handbook):
        return _whisper(handbook, "reply-not-clerk")
    stand, problems = _clause_given(event, handbook)
    if stand is None:
        return Turn(answer=Reject(problems or {"clause": handbook.words("reply-pin-without")}))
    pin = await _pinning(event, text, stand, handbook, records)
    return Turn(answer=Whisper(posts.note(handbook.words, "pinned-now")), keep=(pin,))


async def _pinning(event: Event, text: str, stand: Stand, handbook: Handbook, records: Records) -> Pin:
    """A pin for these words; one that stood before is replaced."""
    key = handbook.finder.key(text)
    before = await records.pin(handbook.council, key)
    version = before.version if before else 0
    return Pin(
        council=handbook.council, key=key, words=text, clause=stand.id, by=event.who, at=event.at, version=version
    )
