"""How often something has taken how long."""

from fsm.io.tally import BOUNDS, Tally


def test_times_are_counted_by_how_long_they_are():
    tally = Tally()
    for seconds in (0.0, BOUNDS[0], 0.002, 1e9):
        tally.add(seconds)
    with tally.timing():
        pass
    plain = tally.plain()
    assert plain["counts"][:2] == [3, 1] and plain["counts"][-1] == 1
    assert sum(plain["counts"]) == 5 and plain["seconds"] > 1e9
    assert len(plain["counts"]) == len(plain["bounds"]) + 1
