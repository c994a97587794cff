"""What a start makes is not gone through again and again."""

import gc
import subprocess
import sys

from deploy.running import lasting


def test_what_is_there_when_a_start_is_over_is_never_looked_through_again():
    before = gc.get_freeze_count()
    try:
        with lasting.starting():
            assert not gc.isenabled()
            lasting.begun()
            assert gc.isenabled(), "garbage of the time after it is thrown away"
            assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_a_start_that_fails_leaves_the_process_as_it_was():
    try:
        with lasting.starting():
            raise ValueError
    except ValueError:
        assert gc.isenabled()


def test_a_start_does_not_wait_for_what_reads_documents():
    told = (
        "import deploy.running.run, sys; print([name for name in sys.modules if name.startswith('content.importing')])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
