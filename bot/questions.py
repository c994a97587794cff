"""The desk that passes a question to the clerk, brings back the answer, and pins it to a clause.

In: its own buttons and forms. Out: forms, notices to the clerk and to the asker, records.
Never: passes on words that resemble a concern; shows words to anybody whom the form did not name first.
"""

from msgspec.structs import replace

from bot import posts, telling
from bot.contents import Stand
from bot.conversation import (
    Button,
    Edit,
    Field,
    Form,
    Handle,
    Notice,
    Open,
    Option,
    Paragraph,
    Post,
    Press,
    Quote,
    Reject,
    Said,
    Send,
    Submit,
    Whisper,
)
from bot.desk import Asker, Desk
from bot.forms import problems, written
from bot.handbook import Handbook
from bot.help import example
from bot.lookup import LONGEST
from bot.naming import delivery_id
from bot.ports import Records
from bot.records import Passed, Pin, Turn
from bot.tokens import Token

_REPLY = 2000  # characters of the clerk's answer

_PASS, _ANSWER, _PIN = "pass", "answer", "pin"


def offer(asker: Asker, text: str, answered: bool, handbook: Handbook) -> tuple[Button, ...]:
    """What to offer somebody whom the answer does not serve: the clerk, or the private way."""
    words = handbook.words
    if handbook.care.keeps_back(text):
        return (posts.run(words, "button-wrong", "wrong"),)
    if asker.is_clerk:
        pin = Button(words("pin"), str(Token("questions", _PIN, text)))
        return (pin,) if handbook.contents.stands else ()
    if not asker.may_act:
        return ()
    name = "none-of-these" if answered else "ask-clerk"
    return (Button(words(name), str(Token("questions", _PASS, text))),)


async def _pass_pressed(event: Press, text: str, handbook: Handbook, _records: Records) -> Turn:
    return _refusal(event, handbook) or _about_people(text, handbook) or _open(_pass_form(text, handbook))


async def _answer_pressed(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    passed = await _unanswered(event, id, handbook, records)
    source = event.source.id if event.source else ""
    return passed if isinstance(passed, Turn) else _open(_answer_form(passed, handbook, source))


async def _pin_pressed(event: Press, text: str, handbook: Handbook, _records: Records) -> Turn:
    return _not_the_clerk(event, handbook) or _about_people(text, handbook) or _open(_pin_form(text, handbook))


async def _pass_submitted(event: Submit, _value: str, handbook: Handbook, _records: Records) -> Turn:
    return _refusal(event, handbook) or _pass(event, handbook)


async def _answer_submitted(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    id, _, source = value.partition("/")
    passed = await _unanswered(event, id, handbook, records)
    return passed if isinstance(passed, Turn) else await _answer(event, passed, source, handbook, records)


async def _pin_submitted(event: Submit, _value: str, handbook: Handbook, records: Records) -> Turn:
    return _not_the_clerk(event, handbook) or await _pin(event, handbook, records)


# ---------------------------------------------------------------- who may, and what may be passed


def _open(form: Form) -> Turn:
    return Turn(answer=Open(form))


def _is_clerk(event: Said, handbook: Handbook) -> bool:
    return "clerk" in handbook.roster.offices(event.who)


def _refusal(event: Said, handbook: Handbook) -> Turn | None:
    """Why nothing can be passed to the clerk now."""
    clerk = posts.clerks(handbook)
    if not handbook.roster.holders("clerk"):
        return telling.refused(event, "clerk-unreached" if clerk else "no-clerk", handbook, clerk=clerk)
    if not handbook.roster.may_act(event.who):
        return telling.refused(event, "not-listed", handbook, clerk=clerk)
    return None


def _not_the_clerk(event: Said, handbook: Handbook) -> Turn | None:
    return None if _is_clerk(event, handbook) else telling.refused(event, "reply-not-clerk", handbook)


def _about_people(text: str, handbook: Handbook) -> Turn | None:
    """An old button may carry words that would not be offered to anybody today."""
    if not handbook.care.keeps_back(text):
        return None
    private = posts.run(handbook.words, "button-wrong", "wrong", primary=True)
    return Turn(answer=Whisper(posts.note(handbook.words, "pass-concern", private)))


def _wrong(form: Form, event: Submit, handbook: Handbook) -> dict[str, str]:
    """What is wrong with a form that holds a question, also that it resembles a concern."""
    found = problems(form, event.values, handbook.words)
    question = event.values.get("question", "")
    if "question" not in found and handbook.care.keeps_back(question):
        found["question"] = handbook.words("pass-concern-field")
    if "question" not in found and not handbook.finder.key(question):
        found["question"] = handbook.words("pass-nothing")
    return found


# ---------------------------------------------------------------- to the clerk


def _pass_form(text: str, handbook: Handbook) -> Form:
    words = handbook.words
    who = Paragraph(words("pass-who", clerk=posts.clerks(handbook)))
    return Form(
        str(Token("questions", _PASS)), words("pass-title"), (_question(text, handbook),), words("pass-submit"), (who,)
    )


def _question(text: str, handbook: Handbook) -> Field:
    words = handbook.words
    hint, label = words("pass-hint"), words("pass-label")
    return Field("question", label, "text", value=text[:LONGEST], hint=hint, limit=LONGEST)


def _pass(event: Submit, handbook: Handbook) -> Turn:
    words = handbook.words
    if wrong := _wrong(_pass_form("", handbook), event, handbook):
        return Turn(answer=Reject(wrong))
    question = written(event.values, "question")
    passed = Passed(id=delivery_id(event), council=handbook.council, asker=event.who, words=question, at=event.at)
    told = _waiting(passed, handbook)
    notices = tuple(Send(to=clerk, post=told) for clerk in handbook.roster.holders("clerk"))
    said = posts.note(words, "passed", clerk=posts.clerks(handbook))
    return Turn(answer=Whisper(said), notices=notices, keep=(passed,))


def _waiting(passed: Passed, handbook: Handbook) -> Post:
    words = handbook.words
    name = handbook.roster.name(passed.asker)
    button = Button(words("answer-button"), str(Token("questions", _ANSWER, passed.id)), primary=True)
    blocks = (Paragraph(words("waiting", name=name)), Quote(passed.words, by=name), *posts.buttons(button))
    return Post(blocks, title=words("waiting-title"))


# ---------------------------------------------------------------- the clerk's answer


async def _unanswered(event: Said, id: str, handbook: Handbook, records: Records) -> Passed | Turn:
    """The question, or why this person can't answer it now."""
    if (refused := _not_the_clerk(event, handbook)) is not None:
        return refused
    passed = await records.passed(handbook.council, id)
    if passed is None:
        return telling.refused(event, "reply-gone", handbook)
    if passed.state == "answered":
        if isinstance(event, Submit) and written(event.values, "reply") == passed.reply:  # sent twice
            return Turn(answer=Whisper(posts.note(handbook.words, "reply-already")))
        return telling.refused(event, "reply-already", handbook)
    return passed


def _answer_form(passed: Passed, handbook: Handbook, source: str = "") -> Form:
    """`source` is the post whose button was pressed: it is changed when the answer is sent."""
    words = handbook.words
    reply = Field("reply", words("reply-label"), "text", hint=words("reply-hint"), required=False, limit=_REPLY)
    options = (Option("no", words("reply-pin-no")), Option("yes", words("reply-pin-yes")))
    again = Field("pin", words("reply-pin-label"), "choice", options=options, value="no", required=False)
    shown = (Quote(passed.words, by=handbook.roster.name(passed.asker)), Paragraph(words("reply-intro")))
    id = str(Token("questions", _ANSWER, f"{passed.id}/{source}"))
    by_a_clause = (_clause_field(handbook), again) if handbook.contents.stands else ()
    return Form(id, words("reply-title"), (reply, *by_a_clause), words("reply-submit"), shown)


def _clause_field(handbook: Handbook, *, required: bool = False) -> Field:
    words = handbook.words
    hint = words("reply-clause-hint", number=example(handbook))
    return Field("clause", words("reply-clause-label"), "line", hint=hint, required=required, limit=200)


async def _answer(event: Submit, passed: Passed, source: str, handbook: Handbook, records: Records) -> Turn:
    words = handbook.words
    reply, pinning = written(event.values, "reply"), event.values.get("pin") == "yes"
    wrong = problems(_answer_form(passed, handbook), event.values, words)
    stand = None if "clause" in wrong else _clause(event, handbook, wrong)
    if not wrong and not reply and stand is None:
        wrong["reply"] = words("reply-empty")
    if not wrong and pinning and stand is None:
        wrong["clause"] = words("reply-pin-without")
    if wrong:
        return Turn(answer=Reject(wrong))
    answered = replace(passed, state="answered", reply=reply, clause=stand.id if stand else None)
    pins = (await _pinning(event, passed.words, stand, handbook, records, reply),) if pinning and stand else ()
    told = Send(to=passed.asker, post=_arrived(answered, stand, handbook))
    notices: tuple[Notice, ...] = (told, *_done(event, source, passed, handbook))
    said = posts.note(words, "replied-pinned" if pins else "replied")
    return Turn(answer=Whisper(said), notices=notices, keep=(answered, *pins))


def _done(event: Said, source: str, passed: Passed, handbook: Handbook) -> tuple[Edit, ...]:
    """The clerk's own post says so from now on, and its button goes."""
    if not source:
        return ()
    words = handbook.words
    blocks = (Quote(passed.words, by=handbook.roster.name(passed.asker)), Paragraph(words("answered-here")))
    return (Edit(of=Handle(event.where, source), post=Post(blocks, title=words("waiting-title"))),)


def _clause(event: Submit, handbook: Handbook, wrong: dict[str, str]) -> Stand | None:
    """The clause that the form names; if there is none such, that is added to what is wrong."""
    asked = written(event.values, "clause")
    if not asked:
        return None
    reference = handbook.finder.reference(asked)
    if reference is None or not reference.stands:
        wrong["clause"] = handbook.words("reply-no-clause", asked=asked)
        return None
    if len(reference.stands) > 1:
        wrong["clause"] = handbook.words("reply-many-clauses", instead=", ".join(s.label for s in reference.stands))
        return None
    return reference.stands[0]


def _arrived(passed: Passed, stand: Stand | None, handbook: Handbook) -> Post:
    words = handbook.words
    reply = (Quote(passed.reply, by=words("reply-by")),) if passed.reply else ()
    shown = posts.clauses(handbook.contents, [stand], words) if stand else ()
    return Post((Quote(passed.words, by=words("asked-by")), *reply, *shown), title=words("reply-arrived-title"))


# ---------------------------------------------------------------- pins


def _pin_form(text: str, handbook: Handbook) -> Form:
    words = handbook.words
    fields = (_question(text, handbook), _clause_field(handbook, required=True))
    return Form(
        str(Token("questions", _PIN)), words("pin"), fields, words("pin-submit"), (Paragraph(words("pin-intro")),)
    )


async def _pin(event: Submit, handbook: Handbook, records: Records) -> Turn:
    wrong = _wrong(_pin_form("", handbook), event, handbook)
    stand = None if "clause" in wrong else _clause(event, handbook, wrong)
    if wrong or stand is None:
        return Turn(answer=Reject(wrong))
    pin = await _pinning(event, written(event.values, "question"), stand, handbook, records)
    return Turn(answer=Whisper(posts.note(handbook.words, "pinned-now")), keep=(pin,))


async def _pinning(event: Said, text: str, stand: Stand, handbook: Handbook, records: Records, reply: str = "") -> Pin:
    """A pin for these words; one that stood before is replaced."""
    council, key = handbook.council, handbook.finder.key(text)
    before = await records.pin(council, key)
    return Pin(
        council=council,
        key=key,
        words=text,
        clause=stand.id,
        by=event.who,
        reply=reply,
        at=event.at,
        edition=handbook.edition,
        version=before.version if before else 0,
    )


DESK = Desk(
    "questions",
    buttons={_PASS: _pass_pressed, _ANSWER: _answer_pressed, _PIN: _pin_pressed},
    forms={_PASS: _pass_submitted, _ANSWER: _answer_submitted, _PIN: _pin_submitted},
    opens=frozenset({_PASS, _ANSWER, _PIN}),
)
