"""The doors that are tried are all that there are, and each is tried often enough to count."""

from collections import Counter

import pytest

from adapters.web.app import application
from tests.fuzz import routes
from tests.fuzz.__main__ import DOORS, table
from tests.fuzz.trying import LEAST, Row


def test_every_route_of_every_server_is_a_door_that_is_tried():
    assert {path for door in DOORS for path in door.paths} == routes.every()


def test_the_routes_that_are_read_are_those_that_a_server_has():
    served = {route.resource.canonical for route in application(None, None).router.routes()}
    assert "/api/live" in served
    assert set(routes.of(routes.ROOT / "adapters" / "web" / "app.py")) == served


def test_a_route_is_read_by_its_path_or_by_the_name_of_it():
    told = "app.add_routes([web.get('/new', new), web.route('*', PATH, seen)])"
    assert list(routes.told_in(told, "deploy/running/metrics.py")) == ["/new", "/metrics"]


def test_a_route_that_can_not_be_read_is_not_passed_over():
    with pytest.raises(TypeError, match="which path is made_up"):
        list(routes.told_in("web.post(made_up, new)", "deploy/running/metrics.py"))


@pytest.mark.parametrize(("examples", "met"), [(LEAST, True), (LEAST - 1, False), (0, False)])
def test_a_door_that_was_hardly_tried_is_not_told_as_one_that_held(examples, met):
    rows = [Row("one", Counter(answered=LEAST * 3), 0.1), Row("other", Counter(answered=examples), 0.1)]
    held, tried = table(rows).goals
    assert held.met
    assert tried.met is met
    assert f"fewest: {examples}" in tried.what


def test_an_example_that_ended_as_none_may_misses_the_goal():
    held, tried = table([Row("one", Counter(answered=LEAST), 0.1, "Wrong: it was answered 500")]).goals
    assert not held.met
    assert tried.met
