"""Followed files that are rotated, replaced, cut and removed: every line is taken once."""

import errno
import json
import os
import shutil

import pytest

from fsm.io.listeners import file_positions, files
from fsm.io.listeners.files import Files


class Looking:
    """Looks at files when it is told to; it can be restarted with what the journal would have."""

    open = True

    def __init__(self, path, restarts=False):
        self.path, self.lines, self.journal, self.failed = path, [], {}, ""
        self.restarts = restarts  # before every look
        self.restart()

    def restart(self):
        kept = json.loads(json.dumps(self.journal))
        self.files = Files(self.path, kept.get)

    def line(self, topic, line, arrived, source, places):
        self.lines.append(line.decode())
        self.journal.update(places)
        return True

    def look(self):
        if self.restarts:
            self.restart()
        _, self.failed = self.files._round(self)
        return self

    def again(self):
        """Look often enough, and say what has come."""
        for _ in range(3):
            self.look()
        return self.taken()

    def taken(self):
        """What has come since this was last asked."""
        made, self.lines = self.lines, []
        return made


def text(*numbers):
    return "".join(f'{{"n": {number:06d}}}\n' for number in numbers)


def said(*numbers):
    return text(*numbers).splitlines()


def add(path, *numbers):
    with path.open("a") as stream:
        stream.write(text(*numbers))


def rewrite(path, content):
    """Write a file anew under the same number."""
    with path.open("r+") as stream:
        stream.truncate(0)
        stream.write(content)


@pytest.fixture(params=["running", "restarted"])
def looking(request, tmp_path):
    return Looking(tmp_path / "a.jsonl", restarts=request.param == "restarted")


@pytest.mark.parametrize("count", [1, 3, 5, 6, 7, 12, 400])
def test_a_file_written_anew_under_its_number_is_read_whole(looking, count):
    looking.path.write_text(text(*range(6)))
    assert looking.again() == said(*range(6))
    rewrite(looking.path, text(*range(100, 100 + count)))
    assert looking.again() == said(*range(100, 100 + count))


def test_one_that_differs_in_the_midst_only_is_another(looking):
    looking.path.write_text(text(*range(600)))
    looking.again()
    rewrite(looking.path, text(*range(590), *range(700, 720)))
    assert looking.again() == said(*range(590), *range(700, 720))


def test_one_written_anew_just_as_it_was_goes_on(looking):
    looking.path.write_text(text(*range(6)))
    looking.again()
    looking.path.unlink()
    looking.path.write_text(text(*range(8)))
    assert looking.again() == said(6, 7)


@pytest.mark.parametrize("name", ["a.jsonl.1", "a.jsonl-20260101", "a-20260101.jsonl",
                                  "a.jsonl.old", "elsewhere"])
def test_a_renamed_file_is_read_to_its_end_first(looking, tmp_path, name):
    add(looking.path, 1, 2)
    looking.again()
    add(looking.path, 3)
    with looking.path.open("a") as stream:
        stream.write('{"n": "the end"}')
    looking.path.rename(tmp_path / name)
    add(looking.path, 4, 5)
    assert looking.again() == [*said(3), '{"n": "the end"}', *said(4, 5)]
    add(looking.path, 6)
    assert looking.again() == said(6)


def test_a_renamed_file_is_followed_until_the_new_one_has_begun(looking, tmp_path):
    add(looking.path, 1)
    looking.again()
    old = looking.path.rename(tmp_path / "a.jsonl.1")
    add(old, 2)
    assert looking.again() == said(2)
    looking.path.touch()
    add(old, 3)
    assert looking.again() == said(3)
    with old.open("a") as stream:
        stream.write('{"n": 4')
    assert looking.again() == []
    with old.open("a") as stream:
        stream.write("}\n")
    add(looking.path, 5)
    assert looking.again() == ['{"n": 4}', *said(5)]


def test_a_copy_is_read_on_where_the_file_itself_was_cut(looking, tmp_path):
    add(looking.path, *range(10))
    looking.again()
    add(looking.path, 10, 11)
    shutil.copy(looking.path, tmp_path / "a.jsonl.1")
    rewrite(looking.path, "")
    assert looking.again() == said(10, 11)
    add(looking.path, 12)
    assert looking.again() == said(12)
    add(looking.path, *range(13, 40))
    shutil.copy(looking.path, tmp_path / "a.jsonl.2")
    rewrite(looking.path, text(*range(40, 80)))
    assert looking.again() == said(*range(13, 80))


def test_a_copy_of_what_came_and_went_between_two_looks(looking, tmp_path):
    add(looking.path, 1)
    taken = looking.again()
    for number, content in enumerate([(2, 3), (4,), (5, 6, 7)]):
        add(looking.path, *content)
        for older in range(number, 0, -1):
            (tmp_path / f"a.jsonl.{older}").rename(tmp_path / f"a.jsonl.{older + 1}")
        shutil.copy(looking.path, tmp_path / "a.jsonl.1")
        rewrite(looking.path, "")
        if number != 1:  # so that what comes next is seen neither empty nor written
            taken += looking.again()
    add(looking.path, 8)
    assert taken + looking.again() == said(*range(1, 9))


def test_several_rotations_between_two_looks(looking, tmp_path):
    add(looking.path, 1)
    looking.again()
    add(looking.path, 2)
    for number, content in enumerate([(3, 4), (5,), (6, 7)]):
        for older in range(number, 0, -1):
            (tmp_path / f"a.jsonl.{older}").rename(tmp_path / f"a.jsonl.{older + 1}")
        looking.path.rename(tmp_path / "a.jsonl.1")
        add(looking.path, *content)
        os.utime(looking.path, ns=(1, os.stat(tmp_path / "a.jsonl.1").st_mtime_ns + 1_000_000))
    (tmp_path / "b.jsonl.1").write_text(text(99))
    (tmp_path / "a-test.jsonl").write_text(text(98))
    assert looking.again() == said(2, 3, 4, 5, 6, 7)
    add(looking.path, 8)
    assert looking.again() == said(8)


def test_the_oldest_of_several_may_have_been_deleted(looking, tmp_path):
    add(looking.path, 1)
    looking.again()
    looking.path.unlink()
    (tmp_path / "a.jsonl.1").write_text(text(2))
    add(looking.path, 3)
    assert looking.again() == said(2, 3)


def test_what_cannot_be_read_of_it_holds_up_nothing(looking, tmp_path, monkeypatch):
    add(looking.path, 1)
    looking.again()
    looking.path.unlink()
    (tmp_path / "a.jsonl.1").write_text(text(2))
    (tmp_path / "a.jsonl.2").mkdir()
    add(looking.path, 3)
    really = file_positions.opened

    def denied(path):
        if path.name == "a.jsonl.1":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return really(path)

    monkeypatch.setattr(file_positions, "opened", denied)
    assert looking.again() == said(3)


def test_older_files_are_no_business_of_a_name_that_is_new(looking, tmp_path):
    (tmp_path / "a.jsonl.1").write_text(text(1))
    add(looking.path, 2)
    assert looking.again() == said(2)
    add(looking.path, 3)
    assert looking.again() == said(3)


@pytest.mark.parametrize("rotated", ["a.1.jsonl", "a-1.jsonl", "z.jsonl", "a.jsonl.1"])
def test_in_a_folder_too_a_rotated_file_is_read_once(tmp_path, rotated):
    looking, path, old = Looking(tmp_path), tmp_path / "a.jsonl", tmp_path / rotated
    add(path, 1, 2)
    looking.again()
    add(path, 3)
    path.rename(old)
    add(path, 4)
    assert sorted(looking.again()) == said(3, 4)
    looking.restart()
    assert looking.again() == []
    if old.suffix == ".jsonl":
        add(old, 5)
        assert looking.again() == said(5)


def test_in_a_folder_a_name_that_is_gone_is_read_to_its_end(tmp_path):
    looking, path = Looking(tmp_path), tmp_path / "a.jsonl"
    add(path, 1)
    looking.again()
    add(path, 2)
    path.rename(tmp_path / "a.jsonl.1")
    assert looking.again() == said(2)


def test_a_place_of_an_earlier_version_goes_on(tmp_path):
    looking = Looking(tmp_path / "a.jsonl")
    add(looking.path, 1, 2, 3)
    offset = len(text(1, 2))
    looking.journal = {f"file {looking.path}": {"inode": os.stat(looking.path).st_ino,
                                                "offset": offset}}
    looking.restart()
    assert looking.again() == said(3)
    assert looking.journal[f"file {looking.path}"].keys() == {"inode", "offset", "changed", "print"}


@pytest.mark.parametrize("place", [{"inode": 1, "offset": 13}, {"inode": None, "offset": 15},
                                   {"inode": None, "offset": 10**9}])
def test_one_that_fits_no_more_begins_anew(tmp_path, place):
    looking = Looking(tmp_path / "a.jsonl")
    add(looking.path, 1, 2, 3)
    inode = os.stat(looking.path).st_ino
    looking.journal = {f"file {looking.path}": {**place, "inode": place["inode"] or inode}}
    looking.restart()
    assert looking.again() == said(1, 2, 3)


def test_a_line_without_end_is_read_once(tmp_path, monkeypatch):
    looking = Looking(tmp_path / "a.jsonl")
    monkeypatch.setattr("fsm.io.listeners.files.CHUNK", 1000)
    monkeypatch.setattr("fsm.io.listeners.files.LONGEST_LINE", 30_000)
    reads = []

    class Counted:
        def __init__(self, stream):
            self.stream = stream

        def readline(self, size):
            reads.append(len(piece := self.stream.readline(size)))
            return piece

        def __getattr__(self, name):
            return getattr(self.stream, name)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.stream.close()

    really = file_positions.opened
    monkeypatch.setattr(file_positions, "opened", lambda path: Counted(really(path)))
    add(looking.path, 1)
    for _ in range(100):
        with looking.path.open("a") as stream:
            stream.write("x" * 1000)
        looking.look()
    add(looking.path, 2, 3)
    first, long, last = looking.again()
    assert [first, last] == said(1, 3) and json.loads(long)["line"] == "x" * 200
    assert sum(reads) < 250_000


def test_one_that_is_passed_over_is_so_whatever_happens_meanwhile(looking, tmp_path, monkeypatch):
    monkeypatch.setattr("fsm.io.listeners.files.LONGEST_LINE", 1000)
    looking.path.write_text("x" * 3000)
    (long,) = looking.again()
    with looking.path.open("a") as stream:
        stream.write("x" * 3000)
    assert json.loads(long)["rejected"] and looking.again() == []
    looking.path.rename(tmp_path / "a.jsonl.1")
    with (tmp_path / "a.jsonl.1").open("a") as stream:
        stream.write("x" * 3000 + "\n" + text(1))
    add(looking.path, 2)
    assert looking.again() == said(1, 2)


def test_one_that_ends_at_last_is_taken_whole(looking):
    content = '{"n": "' + "y" * 5000 + '"}'
    for part in range(0, len(content), 100):
        with looking.path.open("a") as stream:
            stream.write(content[part:part + 100])
        assert looking.look().taken() == []
    with looking.path.open("a") as stream:
        stream.write("\n")
    assert looking.again() == [content]


def test_a_torn_end_that_is_taken_back_is_no_part_of_what_follows(looking):
    add(looking.path, 1)
    with looking.path.open("a") as stream:
        stream.write('{"n": "torn')
    assert looking.again() == said(1)
    with looking.path.open("r+") as stream:
        stream.truncate(len(text(1)))
    add(looking.path, 2, 3, 4)
    assert looking.again() == said(2, 3, 4)


@pytest.mark.parametrize("trouble", ["folder", "denied", "stale", "away", "pipe", "io"])
def test_trouble_for_a_while_ends_nothing(looking, monkeypatch, trouble):
    add(looking.path, 1)
    looking.again()
    add(looking.path, 2)
    aside = looking.path.with_name("aside")
    with monkeypatch.context() as patch:
        if trouble in ("folder", "away", "pipe"):
            aside = looking.path.rename(aside)
        if trouble == "folder":
            looking.path.mkdir()
        elif trouble == "pipe":
            os.mkfifo(looking.path)
        elif trouble != "away":
            number = {"denied": errno.EACCES, "stale": errno.ESTALE, "io": errno.EIO}[trouble]

            def fails(*_, **__):
                raise OSError(number, os.strerror(number))

            opened = "fsm.io.listeners.file_positions.opened"
            patch.setattr(opened if trouble != "stale" else "os.stat", fails)
        for _ in range(3):
            looking.look()
    if trouble in ("folder", "pipe"):
        looking.path.rmdir() if trouble == "folder" else looking.path.unlink()
    if aside.exists():
        aside.rename(looking.path)
    add(looking.path, 3)
    assert looking.again() == said(2, 3)


def test_a_file_that_cannot_be_read_hinders_no_other(tmp_path):
    looking = Looking(tmp_path)
    (tmp_path / "a.jsonl").mkdir()
    add(tmp_path / "b.jsonl", 1)
    assert looking.look().taken() == said(1) and looking.failed.endswith("Is a directory")
    (tmp_path / "a.jsonl").rmdir()
    assert looking.look().failed == ""


NAMES = [b"\xff.jsonl", b"a\nb.jsonl", b"\x1b[2J.jsonl", b"\xe2\x80\xae.jsonl", b"' .jsonl",
         b"x" * 240 + b"\xfe.jsonl", b"\\xff.jsonl", "nächte.jsonl".encode()]


def test_any_name_is_followed_and_goes_on(tmp_path):
    folder = os.path.join(os.fsencode(tmp_path), b"f\xfe\n")
    os.mkdir(folder)
    looking = Looking(tmp_path / os.fsdecode(b"f\xfe\n"))
    for number, name in enumerate(NAMES):
        with open(os.path.join(folder, name), "w") as stream:
            stream.write(text(number))
    assert sorted(looking.again()) == said(*range(len(NAMES)))
    assert len(looking.journal) == len(NAMES)
    assert all(source.isprintable() and source.encode() for source in looking.journal)
    assert looking.files.name.isprintable()
    looking.restart()
    assert looking.again() == []


def test_places_of_earlier_versions_in_files_of_odd_names_go_on(tmp_path):
    looking = Looking(tmp_path / "a\nb.jsonl")
    add(looking.path, 1, 2)
    looking.journal = {f"file {looking.path}": {"inode": os.stat(looking.path).st_ino,
                                                "offset": len(text(1))}}
    looking.restart()
    assert looking.again() == said(2)


def test_names_whose_files_are_gone_are_forgotten_the_first_ones_first(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_GONE", 3)
    looking = Looking(tmp_path)
    for number in range(10):
        path = tmp_path / f"{number}.jsonl"
        add(path, number)
        looking.look()
        if number:
            path.unlink()
    assert looking.look().taken() == said(*range(10))
    assert [one.name for one in looking.files._at] == ["0.jsonl", "7.jsonl", "8.jsonl", "9.jsonl"]
    assert set(looking.files._looked) == set(looking.files._at)


def test_positions_of_files_that_are_long_gone_are_not_kept(tmp_path):
    looking = Looking(tmp_path)
    for name in ("here", "gone", "just gone"):
        add(tmp_path / f"{name}.jsonl", 1)
    for name in ("here", "gone"):
        os.utime(tmp_path / f"{name}.jsonl", (1000, 1000))
    looking.look()
    for name in ("gone", "just gone"):
        (tmp_path / f"{name}.jsonl").unlink()
    assert file_positions.of_gone(looking.journal, [tmp_path], 2000.0) == [
        f"file {tmp_path}/gone.jsonl"]
    followed = [tmp_path / "gone.jsonl", tmp_path / "here.jsonl"]
    assert file_positions.of_gone(looking.journal, followed, 2000.0) == []
