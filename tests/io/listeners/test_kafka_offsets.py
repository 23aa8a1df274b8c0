"""How far partitions have been read, while some of it is still being fetched."""

from hypothesis import given
from hypothesis import strategies as st

from fsm.io.listeners.kafka_offsets import Offsets

ONE = "topic", 0


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.randoms())
def test_a_place_never_overtakes_what_is_being_fetched(large, chance):
    offsets, pending = Offsets(), []
    offsets.begin(ONE, 0)
    for number, is_large in enumerate(large):
        offsets.came(ONE, number, pending=is_large)
        pending += [number] * is_large
        if pending and chance.random() < 0.3:
            offsets.fetched(ONE, pending.pop(chance.randrange(len(pending))))
        assert offsets.place(ONE) == min(pending, default=number + 1)
    for number in pending:
        offsets.fetched(ONE, number)
    assert offsets.place(ONE) == len(large) == offsets.reached(ONE)


def test_one_that_is_read_no_more_still_has_a_place():
    offsets = Offsets()
    offsets.begin(ONE, 5)
    offsets.came(ONE, 5)
    offsets.end(ONE)
    assert ONE not in offsets and list(offsets) == [] and offsets.place(ONE) == 6


def test_marks_at_the_end_are_nothing_that_waits():
    offsets = Offsets()
    offsets.begin(ONE, 5)
    offsets.at_end(ONE, 9)
    assert offsets.reached(ONE) == 9 and offsets.place(ONE) == 5
