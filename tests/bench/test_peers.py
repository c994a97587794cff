"""Ours behind the door that is also theirs; those are installed by `python -m tests.bench.peers`, never for a test."""

from deploy.documents import asking
from tests.bench.peers import OUR_LINE, begun


def test_what_is_measured_of_ours_is_the_whole_answer(tmp_path):
    (text := tmp_path / "text").write_text("", encoding="utf-8")
    with begun(tmp_path / "ours", OUR_LINE, text) as ours:
        said, figure = ours.answer(), ours.in_process(0.2)
    assert said == asking.ask("/protocol expectations", asking.of("southwell", None))
    assert figure.per_second > 0
    assert 0 < figure.p50 <= figure.p99
