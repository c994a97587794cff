"""What people write into the forms of a review: the days, and what is wrong with them.

In: text, how the review stands, today. Out: a day, or the name of a sentence that says what is wrong.
Never: a guess at a day that no calendar has; a change to anything.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, TypeAlias

from bot.cycle import Terms, is_newest, listed, state
from bot.days import EARLIEST, YEARS_AHEAD, read_day
from bot.pack import day
from bot.review import Review
from bot.workdays import months_after

#: Each is the end of a sentence's name, `review-bad-…`, and what it says.
PROBLEMS: Final[Mapping[str, str]] = {
    "day": "no day that a calendar has, such as 31 February, or no day at all",
    "ancient": "before there were parish councils (1894)",
    "adoption": "a review before the document was adopted",
    "future": "a review that has not been yet",
    "past": "a date that is over",
    "listed": "a review on a day that the document itself lists",
    "older": "a next date for a review that is not the latest",
    "order": "a next review that is not after the review itself, or after the last one",
    "later": "put off to a day that is not later",
    "far": "more than ten years ahead",
    "long": "put off by more than a year",
    "meeting": "a meeting more than half a year away, and after the review is due",
    "twice": "a review on that day is recorded already",
}

Wish: TypeAlias = Literal["due", "put-off", "agenda"]


def outcome_problems(review: Review, terms: Terms, today: date, *, on: str, next: str) -> dict[str, str]:
    """What is wrong with the days of a review somebody records, by field; empty where all is well.

    One that is not the latest decides no next date.
    """
    of_on = _on(review, terms, today, on)
    held = None if of_on else read_day(on)
    older = held and not is_newest(held, review, terms) and next.strip()
    found = {"on": of_on, "next": "older" if older else _next(today, on, next)}
    return {name: problem for name, problem in found.items() if problem}


def _on(review: Review, terms: Terms, today: date, text: str) -> str:
    on = read_day(text)
    if on is None:
        return "day"
    if on > today:
        return "future"
    if on < EARLIEST:
        return "ancient"
    adopted = day(terms.adopted)
    if adopted and on < adopted:
        return "adoption"
    if terms.states == "protocol" and on in listed(terms):
        return "listed"
    return "twice" if any(outcome.on == on for outcome in review.outcomes) else ""


def _next(today: date, on: str, text: str) -> str:
    """The next review may be left open."""
    if not text.strip():
        return ""
    wished, held = read_day(text), read_day(on)
    if wished is None:
        return "day"
    if wished < EARLIEST:
        return "ancient"
    if held and wished <= held:
        return "order"
    return _ahead(wished, today)


def date_problem(review: Review, terms: Terms, today: date, text: str, wish: Wish) -> str:
    """What is wrong with a day somebody wants; empty where all is well."""
    wished = read_day(text)
    if wished is None:
        return "day"
    if wished < EARLIEST:
        return "ancient"
    found = _ahead(wished, today, today_too=wish == "agenda")
    return found or _fits(review, terms, today, wished, wish)


def _ahead(wished: date, today: date, *, today_too: bool = False) -> str:
    if wished < today or (wished == today and not today_too):
        return "past"
    return "far" if wished > months_after(today, YEARS_AHEAD * 12) else ""


def _fits(review: Review, terms: Terms, today: date, wished: date, wish: Wish) -> str:
    """Nothing is put away for so long that it is forgotten."""
    standing = state(review, terms, today)
    match wish:
        case "put-off" if standing.due:
            if wished <= standing.due:
                return "later"
            return "long" if wished > months_after(today, 12) else ""
        case "due" | "put-off":  # where there is no date that could be put off, one is set
            return "order" if standing.last and wished <= standing.last else ""
        case "agenda":
            late = standing.due is None or wished > standing.due
            return "meeting" if late and wished > months_after(today, 6) else ""
