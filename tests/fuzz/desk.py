"""Commands of operators, with whatever arguments, given to a supervisor in the midst of a night."""

from fsm.daemon.command_desk import STOP
from fsm.daemon.commands import COMMANDS
from fsm.io.control import Request
from fsm.io.jsonio import dumps, loads
from tests.faults.boundaries import killed
from tests.faults.night import SHORT, night
from tests.faults.running import Supervising, around
from tests.faults.world import World
from tests.fuzz.mutating import Mutator
from tests.fuzz.targets import Target, named, recorded

GRACEIDS = (["MS231117d"], ["M450004"], ["MS231117d", "M450004"], [], ["S1"], "MS231117d", [None])
ARGUMENTS = {
    "graceid": ("MS231117d", "M450004", "ms231117d", "", "S999999z"), "graceids": GRACEIDS,
    "process": ("advocate_vetting", "copied_skymap", ""), "check": ("signoff", "file", ""),
    "reason": ("a test", ""), "profile": ("few", ""), "brief": (True, False),
    "as_of": (1700240010.0, None), "preview": (True, False), "until": (1.8e9, None),
    "alert": ("{}",), "parties": (["operators"], []), "message": ("hello", "")}


class Commands(Target):
    """The desk where commands are taken."""

    name = "commands"

    def __init__(self, folder):
        self.folder, self.night, self._count = folder, night(**SHORT), 0
        self.state = killed(folder / "first", self.night, None, 1500).left[1]
        self._around = self.daemon = None

    def made(self, chance):
        """(name, arguments)."""
        mutator = Mutator(chance)
        name = chance.choice([one for one in COMMANDS if one != STOP])
        arguments = {key: chance.choice(ARGUMENTS[key]) for key in COMMANDS[name]
                     if chance.random() < 0.7}
        if name == "inject":
            arguments["alert"] = mutator.line(mutator.structure(
                chance.choice(chance.choice(recorded())))).decode("utf-8", "replace")
        if chance.random() < 0.6:
            changed = mutator.structure({"name": name, "arguments": arguments}, 2)
            changed = changed if isinstance(changed, dict) else {}
            name, arguments = changed.get("name"), changed.get("arguments")
        return name, arguments

    def take(self, made):
        """Have it done; what is refused is refused in words of the desk's own."""
        name, arguments = made
        if not isinstance(name, str) or name == STOP or not isinstance(arguments, dict):
            return  # which the socket refuses, or which ends it
        said = []
        self.daemon.inbox.tell(Request(name, "somebody", arguments, lambda **words:
                                       said.append(words)))
        for _ in range(3):
            self.daemon.supervisor.turn(0.0)
        (answer,) = said
        dumps(answer)
        if "error" in answer:
            named(answer["error"])
            assert "do not fit" not in answer["error"], answer["error"]
            assert not answer["error"].startswith(f"command {name}: ") or "Error: " not in \
                answer["error"][:len(name) + 40], answer["error"]
        loads(dumps(answer))

    def begin(self):
        self.close()
        self._count += 1
        world = World(self.folder / f"{self._count}", self.state)
        self._around = around(world, self.night)
        self._around.__enter__()
        self.daemon = Supervising(world, self.night)
        self.daemon.command = lambda: None
        self.daemon.supervisor.begin()
        self.world = world

    def close(self):
        """End the supervisor that there is."""
        if self.daemon is not None:
            self.daemon.journal.close()
            self._around.__exit__(None, None, None)
            self.world.remove()
            self.daemon = None
