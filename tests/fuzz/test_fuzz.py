"""Twenty thousand hostile inputs; ``make fuzz`` feeds a million, see ``docs/faults.md``."""

import pytest

from tests.fuzz.fuzzing import ALL, GROWTH, KEEP, SHARES, Fuzzing, rounds

INPUTS = 20_000


@pytest.mark.parametrize("target", ALL)
def test_whatever_comes_is_taken_or_refused_in_words(tmp_path, target):
    fuzzing = Fuzzing(tmp_path, "suite", (target,))
    mine = [number for name, number in rounds(INPUTS) if name == target]
    for number in mine:
        fuzzing.round(target, number)
    fuzzing.close()
    assert not fuzzing.found.failures, "\n".join(fuzzing.found.failures.values())
    assert fuzzing.grown() < GROWTH
    assert fuzzing.found.inputs[target] == KEEP * len(mine) >= INPUTS * SHARES[target] / 150


def test_a_mistake_is_found_and_named(tmp_path):
    fuzzing = Fuzzing(tmp_path, "mistake", ("alerts",))
    fuzzing.targets["alerts"].take = lambda line: line.decode("ascii").index("no such text")
    fuzzing.round("alerts", 3)
    (words,) = [one for one in fuzzing.found.failures.values() if "substring" in one]
    assert words.startswith("alerts, round 3, input ")


def test_an_input_is_made_again_by_its_round(tmp_path):
    """However many others were fed before."""
    made = []
    for name in "ab":
        (tmp_path / name).mkdir()
        fuzzing = Fuzzing(tmp_path / name, "again", ("alerts",))
        lines = []
        fuzzing.targets["alerts"].take = lines.append
        for number in (range(3) if name == "a" else [2]):
            fuzzing.round("alerts", number)
        made.append(lines[-KEEP:])
    assert made[0] == made[1]
