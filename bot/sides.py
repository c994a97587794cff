"""Questions in which it matters who is who: what one side can expect or has to do, who complains about whom.

In: a question. Out: the topic whose lists answer it; None for any other question.
Never: a guess: words in another order mean the other side, so only whole sentences of a known shape are read.
"""

import re

from bot.stems import words

_COUNCILLORS = (
    r"(?:(?:elected |new |parish |town |other )?(?:councillors?|members?)"
    r"|(?:vice )?chair(?:man|men|s|person)?|mayor)"
)
_OFFICERS = r"(?:(?:town |parish |deputy )?clerks?|(?:council |other |office )?(?:officers?|staff|employees?)|deputy)"
_CHAIR = re.compile(r"\b(?:vice )?(?:chair(?:man|men|s|person)?|mayor)\b")
_SIDE = rf"(?:(?P<councillors>{_COUNCILLORS})|(?P<officers>{_OFFICERS}))"
_ANYBODY = rf"(?:me|us|you|{_COUNCILLORS}|{_OFFICERS}|each other|one another)"
_CAN = "(?:can|could|should|may|might|will|would)"

#: "what can councillors expect (from officers)", "what does the clerk expect of me"
_EXPECTS = re.compile(
    rf"(?:what )?(?:{_CAN} )?(?:all )?{_SIDE} (?:{_CAN} )?expect(?:s|ations)?(?: from)?(?: {_ANYBODY})?"
)
#: "what can I expect from officers", "what is expected of councillors": the list of the other side
_EXPECTED = re.compile(rf"what (?:{_CAN} )?(?:(?:i|we|you) )?expect(?:ed)?(?: from)? {_SIDE}(?: (?:here|protocol))?")
#: "what must officers do", "what are councillors supposed to do", "duties of the clerk"
_PART = re.compile(
    rf"(?:what (?:must |should )?{_SIDE}(?: (?:must|should|supposed|meant|required|have|need|there))?"
    rf"|(?:role|roles|duties|responsibilities|job) {_SIDE.replace('<', '<of_')})"
)

#: "complaint by a councillor about staff", "who handles a complaint about the clerk": what counts is about whom
_COMPLAINT = re.compile(
    rf"(?:(?:who|how) (?:handles?|deals?|hears?|takes?|make|raise|bring) )?(?:(?:formal|written|official) )*complaints?"
    rf"(?: (?:raised|made|from))?(?: (?:{_COUNCILLORS}|{_OFFICERS}))? (?:about|against) {_SIDE}"
)


def topic(question: str) -> str | None:
    """The topic that is asked for as a whole."""
    asked = " ".join(words(question))
    if found := _EXPECTS.fullmatch(asked):
        return "what-councillors-can-expect" if found["councillors"] else "what-officers-can-expect"
    if found := _EXPECTED.fullmatch(asked):
        return "what-officers-can-expect" if found["councillors"] else "what-councillors-can-expect"
    if found := _COMPLAINT.fullmatch(asked):
        return "complaint-about-councillor" if found["councillors"] else "complaint-about-staff"
    if found := _PART.fullmatch(asked):
        if _CHAIR.search(asked):
            return "chair-role"
        return "councillor-roles" if found["councillors"] or found["of_councillors"] else "officer-role"
    return None
