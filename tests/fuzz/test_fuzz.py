"""Twenty thousand hostile inputs; ``make fuzz`` feeds a million, see ``docs/faults.md``."""

from itertools import count

import pytest

from tests.fuzz.feeding import EVERY, GROWTH, SHARES, TARGETS, Feeding, drawn
from tests.fuzz.found import Found
from tests.fuzz.fuzzing import repeated

INPUTS = 20_000


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_taken_or_refused_in_words(tmp_path, name):
    feeding = Feeding(name, tmp_path)
    for number in count():
        try:
            feeding.feed(drawn(name, number))
        except Exception:
            feeding.shrunk()
            raise
        if feeding.inputs >= INPUTS * SHARES[name] // 100:
            break
    feeding.close()
    assert feeding.grown() < GROWTH


def test_a_mistake_is_kept_under_a_name_and_shrunk(tmp_path):
    feeding, found = Feeding("recordings", tmp_path), Found("recordings", tmp_path / "build")
    feeding.target.take = lambda content: content.decode("ascii")
    for number in range(40):
        found.feed(feeding, drawn("recordings", number))
    (words,) = found.mistakes.values()
    assert "UnicodeDecodeError" in words and f"--repeat {found.folder / 'recordings-'}" in words
    (kept,) = found.folder.iterdir()
    feeding = Feeding("recordings", tmp_path)
    feeding.target.take = lambda content: content.decode("ascii")
    with pytest.raises(UnicodeDecodeError):
        feeding.feed(kept.read_bytes())
    with pytest.raises(UnicodeDecodeError) as raised:
        feeding.shrunk()
    assert raised.value.start >= 0


def test_what_was_fed_is_counted_over_several_processes(tmp_path):
    for times in (1, 2):
        feeding, found = Feeding("products", tmp_path), Found("products", tmp_path / "build")
        for number in range(10):
            found.feed(feeding, drawn("products", number))
        found.save()
        assert Found("products", tmp_path / "build").inputs == 10 * times


def test_what_is_made_of_the_same_bytes_is_the_same(tmp_path):
    """However many others were fed before."""
    made = []
    for numbers in (range(3), [2]):
        feeding = Feeding("alerts", tmp_path)
        for number in numbers:
            feeding.feed(drawn("alerts", number))
        made.append(feeding.made)
    assert made[0] == made[1]


def test_what_goes_on_for_ever_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.fuzz.feeding.LONGEST", 0.2)
    feeding = Feeding("recordings", tmp_path)
    feeding.target.take = lambda content: sum(1 for _ in count())
    with pytest.raises(TimeoutError):
        feeding.feed(b"")
    feeding.close()


def test_what_needs_much_memory_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.fuzz.feeding.PEAK", 1 << 20)
    feeding = Feeding("recordings", tmp_path)
    feeding.target.take = lambda content: bytearray(2 << 20)
    with pytest.raises(MemoryError):
        for _ in range(EVERY):
            feeding.feed(b"")
    feeding.close()


def test_what_is_mended_is_said_to_be_well(tmp_path, capsys):
    path = tmp_path / "recordings-0123"
    path.write_bytes(drawn("recordings", 0))
    assert repeated(path) == 0
    assert "nothing is wrong" in capsys.readouterr().out
