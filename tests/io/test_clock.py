"""A clock that jumps, both ways."""

import pytest

from fsm.io.clock import ASK_AGAIN, Clock

T = 1_502_000_000.0


class Machine:
    """A machine whose wall clock can be set, and a GraceDB with the right time, or none."""

    def __init__(self, last=None, right=True):
        self.passed, self.wrong, self.right, self.asked = 0.0, 0.0, right, 0
        self.clock = Clock(self.reference, last, lambda: T + self.passed + self.wrong,
                           lambda: 5000.0 + self.passed)

    def reference(self):
        self.asked += 1
        return T + self.passed if self.right else None

    def look(self):
        return [(one.wrong, one.message) for one in self.clock.look()]


def test_small_steps_are_followed():
    machine = Machine()
    machine.passed, machine.wrong = 100.0, 2.0
    assert machine.clock.now() == T + 100
    assert machine.look() == [(False, "the machine's clock is right")]
    assert machine.clock.now() == T + 102 and machine.asked == 0


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_jump_to_a_wrong_time_is_reported_and_not_followed(jump):
    machine = Machine()
    machine.wrong = jump
    ((wrong, words),) = machine.look()
    assert wrong and f"jumped by {jump:+.0f} s" in words and "is not followed" in words
    machine.passed += 10
    assert machine.clock.now() == T + 10
    assert machine.look() == []  # GraceDB is not asked in every turn
    machine.wrong = 0.0
    assert machine.look() == [(False, "the machine's clock is right")]


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_correction_of_a_wrong_clock_is_reported_and_followed(jump):
    machine = Machine()
    machine.clock._offset -= jump  # it had been off all the time
    ((wrong, words),) = machine.look()
    assert wrong and "is right now and was wrong before" in words
    assert machine.clock.now() == T
    assert machine.look() == [(False, "the machine's clock is right")]


def test_without_gracedb_time_goes_on_steadily_and_it_is_asked_again():
    machine = Machine(right=False)
    machine.wrong = 3600.0
    ((wrong, words),) = machine.look()
    assert wrong and "time goes on as if it had not" in words
    machine.passed += ASK_AGAIN
    machine.right = True
    ((_, words),) = machine.look()
    assert "is not followed" in words and machine.clock.now() == T + ASK_AGAIN


def test_a_clock_set_back_before_a_restart_is_a_jump_too():
    machine = Machine(last=T + 3600)
    assert machine.clock.now() == T + 3600
    ((_, words),) = machine.look()
    assert "is followed" in words and machine.clock.now() == T
