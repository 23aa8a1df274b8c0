"""What is around a supervisor, and stays when that is killed: files, GraceDB, a mail server.

Everything here is in the process of the test and is done at once, in the main loop's own thread, so
that a night takes a second and has its boundaries in the same order whenever it is run.
"""

import hashlib
import shutil
import smtplib
from email import message_from_bytes
from io import BytesIO
from pathlib import Path

import attrs

from fsm.core.engine.inputs import Answer
from fsm.io.gracedb.retrying import WRONG, CallError
from fsm.io.tally import Tally


@attrs.frozen
class State:
    """All that outlives a supervisor which is killed.

    Attributes:
        files: names in its folder, and what is in them.
        entries: pairs (GraceID, comment) that it has written into GraceDB.
        letters: pairs (address, Message-ID) that the mail server has.
        answered: which commands of the operators have been answered.
    """

    files: tuple[tuple[str, bytes], ...] = ()
    entries: tuple[tuple[str, str], ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    answered: frozenset[int] = frozenset()

    def digest(self):
        """The same for the same states."""
        made = hashlib.blake2b(repr((self.entries, self.letters, sorted(self.answered))).encode())
        for name, content in self.files:
            made.update(f"{name} {len(content)}".encode() + content)
        return made.digest()

    def with_file(self, name, content):
        """The same with other content of a file."""
        return attrs.evolve(self, files=tuple(sorted({**dict(self.files), name: content}.items())))


class World:
    """Where a supervisor is.

    Args:
        folder: for its files.
        state: what there is already.

    Attributes:
        passed: called with the name of each boundary that is passed.
        last: what there was when its files were removed.
        refuse: called with the name of each call to the disk, to GraceDB or the mail server; what
            it raises is how that call ends.
    """

    KEPT = ("journal.db", "journal.db-wal", "messages.jsonl")

    def __init__(self, folder, state=None):
        self.folder, state = Path(folder), state or State()
        self.folder.mkdir(parents=True)
        self.passed = self.refuse = lambda name: None
        for name, content in state.files:
            (self.folder / name).write_bytes(content)
        self.entries, self.letters = list(state.entries), list(state.letters)
        self.answered = set(state.answered)

    def remove(self):
        """Remove its files; what there was last is kept."""
        self.last = self.state()
        shutil.rmtree(self.folder)

    def state(self):
        """As it is now."""
        files = [(name, (self.folder / name).read_bytes()) for name in self.KEPT
                 if (self.folder / name).exists()]
        return State(tuple(files), tuple(self.entries), tuple(self.letters),
                     frozenset(self.answered))


class Caller:
    """In the place of what calls GraceDB: of its client only what an annotation needs."""

    moment, left_alone = None, 0.0

    def __init__(self, world):
        self.world = world

    def call(self, attempt):
        """Let an attempt be made."""
        self.world.refuse("GraceDB, write")
        attempt(self)

    def logs(self, graceid):
        """The log of a candidate, as a response."""
        self.world.passed("GraceDB is looked into")
        return Page({"log": [{"comment": text} for name, text in self.world.entries
                             if name == graceid]})

    def write_log(self, graceid, comment, tag_name):
        """Write into it."""
        self.world.entries.append((graceid, comment))
        self.world.passed("GraceDB has an annotation")


@attrs.frozen
class Page:
    """A response."""

    content: dict

    def json(self):
        return self.content


class Questions:
    """In the place of the pool that asks GraceDB: it has the answers at once.

    Args:
        world: :class:`World`.
        source: answers a question by what the recording shows.
        tell: called with every answer.
    """

    left_alone = 0.0

    def __init__(self, world, source, tell):
        self.world, self.source, self._tell, self.taken = world, source, tell, Tally()

    def ask(self, asks):
        """Put questions."""
        for ask in asks:
            self.world.passed("a question is put")
            try:
                self.world.refuse("GraceDB, ask")
                answer = self.source.answer(ask)
            except CallError as error:
                answer = Answer(ask.time, ask.graceid, ask.question, failure=str(error))
            self.world.passed("GraceDB has answered")
            self._tell(answer)

    def share(self, supervisors):
        """It is alone."""

    def close(self):
        """Nothing is under way."""


class MailServer(smtplib.SMTP):
    """A connection to the mail server of a world, as the channel makes one.

    Args:
        world: :class:`World`.
    """

    def __init__(self, world):
        super().__init__()
        self.world, self.sock, self.file = world, None, None
        world.refuse("mail, connect")
        world.passed("connected to the mail server")

    def ehlo_or_helo_if_needed(self):
        """It is polite already."""

    def has_extn(self, opt):
        return False

    def mail(self, sender, options=()):
        self.world.refuse("mail, sender")
        return 250, b"ok"

    def rcpt(self, recip, options=()):
        self.world.refuse("mail, recipient")
        self._to = recip
        return 250, b"ok"

    def docmd(self, cmd, args=""):
        self.world.refuse("mail, data")
        return 354, b"go on"

    def send(self, s):
        self.world.refuse("mail, text")
        self.world.passed("a letter is on its way")
        self.world.letters.append((self._to, message_from_bytes(s)["Message-ID"]))
        self.file = BytesIO(b"250 taken\r\n")
        self.world.passed("the mail server has a letter")
        self.world.refuse("mail, answer")

    def putcmd(self, cmd, args=""):
        """Whatever it is, nobody waits for what is said to it."""

    def close(self):
        """Nothing is open."""


class AtOnce:
    """In the place of the threads that deliver: each job is done when it is offered."""

    def __init__(self, name, do):
        self.at_once, self._do = 1, do

    def offer(self, jobs):
        for job in jobs:
            self._do(job)

    def overdue(self, seconds):
        return [], []

    def slow(self):
        return {}

    def close(self):
        """Nothing is under way."""

    def wait(self, until, letters):
        """Nothing is under way."""


def refused_call(name):
    """How GraceDB fails."""
    raise CallError(WRONG, f"{name}: refused by a test")
