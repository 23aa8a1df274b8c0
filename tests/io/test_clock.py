"""A clock that jumps, both ways."""

import pytest

from fsm.io.clock import ASK_AGAIN, Clock

T = 1_502_000_000.0


class Machine:
    """A machine whose wall clock can be set, and a GraceDB with the right time, or none."""

    def __init__(self, last=None, right=True, wrong=0.0):
        self.passed, self.wrong, self.right, self.asked = 0.0, wrong, right, 0
        self.clock = Clock(self.reference, last, lambda: T + self.passed + self.wrong,
                           lambda: 5000.0 + self.passed)

    def reference(self):
        self.asked += 1
        return T + self.passed if self.right else None

    def look(self):
        return [(one.wrong, one.message) for one in self.clock.look()]


def settled(**how):
    machine = Machine(**how)
    assert machine.look() == [(False, "the machine's clock is right")]
    machine.asked = 0
    return machine


def test_small_steps_are_followed():
    machine = settled()
    machine.passed, machine.wrong = 100.0, 2.0
    assert machine.clock.now() == T + 100
    assert machine.look() == [(False, "the machine's clock is right")]
    assert machine.clock.now() == T + 102 and machine.asked == 0


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_jump_to_a_wrong_time_is_reported_and_not_followed(jump):
    machine = settled()
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
    machine = settled()
    machine.clock._offset -= jump  # it had been off all the time
    ((wrong, words),) = machine.look()
    assert wrong and "is right now and was wrong before" in words
    assert machine.clock.now() == T
    assert machine.look() == [(False, "the machine's clock is right")]


def test_while_gracedb_is_down_time_goes_on_steadily_and_it_is_asked_again():
    machine = settled()
    machine.wrong, machine.right = 3600.0, False
    ((wrong, words),) = machine.look()
    assert wrong and "time goes on as if it had not" in words
    machine.passed += ASK_AGAIN
    machine.right = True
    ((_, words),) = machine.look()
    assert "is not followed" in words and machine.clock.now() == T + ASK_AGAIN


@pytest.mark.parametrize("wrong", [10_800.0, -10_800.0, 80_000.0])
@pytest.mark.parametrize("last", [None, T - 50.0, T + 86_400.0])
def test_at_the_start_gracedb_tells_what_time_it_is(wrong, last):
    machine = Machine(last=last, wrong=wrong)
    assert not machine.clock.settled
    ((trouble, words),) = machine.look()
    assert trouble and f"is wrong by {wrong:+.0f} s" in words
    assert machine.clock.settled and machine.clock.now() == T
    machine.passed += ASK_AGAIN
    assert machine.clock.now() == T + ASK_AGAIN


def test_until_it_can_tell_time_stands_still_where_it_stood():
    machine = Machine(last=T - 50.0, right=False, wrong=10_800.0)
    for _ in range(3):
        ((trouble, words),) = machine.look()
        assert trouble and "no deadline is judged" in words
        machine.passed += 10.0
        assert machine.clock.now() == T - 50.0 and not machine.clock.settled
    machine.right = True
    machine.look()
    assert machine.clock.settled and machine.clock.now() == T + 30.0


def test_a_journal_from_the_future_does_not_take_time_there():
    machine = Machine(last=T + 86_400.0, right=False)
    assert machine.clock.now() == T


def test_without_a_journal_there_is_no_time_at_all():
    machine = Machine(right=False)
    assert machine.clock.blind
    machine.right = True
    machine.look()
    assert not machine.clock.blind


def test_where_there_is_no_gracedb_the_machine_is_right():
    clock = Clock(None, T + 86_400.0, lambda: T, lambda: 0.0)
    assert clock.settled and clock.now() == T


@pytest.mark.parametrize("wrong", [3e9, -3e8, 2e5, -2e5])
def test_what_differs_by_days_is_believed_of_neither(wrong):
    machine = Machine(last=T - 50.0, wrong=wrong)
    ((trouble, words),) = machine.look()
    assert trouble and "far wrong" in words and not machine.clock.settled
    machine.wrong = 0.0
    machine.look()
    assert machine.clock.settled and machine.clock.now() == T


def test_pauses_pass_while_time_stands_still():
    machine = Machine(last=T - 50.0, right=False)
    machine.passed = 20.0
    assert machine.clock.now() == T - 50.0 and machine.clock.ticking() == T - 30.0


def test_after_days_away_it_does_not_stand_still_where_it_stood():
    machine = Machine(last=T - 3 * 86_400.0, right=False)
    assert machine.clock.blind
    machine.clock.make_do()
    assert not machine.clock.blind and machine.clock.now() == T
