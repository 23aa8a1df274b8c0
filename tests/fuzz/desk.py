"""Commands of operators, with whatever arguments, given to a supervisor in the midst of a night."""

from hypothesis import strategies as st

from fsm.daemon.command_desk import STOP
from fsm.daemon.commands import COMMANDS
from fsm.io.control import Request
from fsm.io.jsonio import dumps, loads
from tests.faults.boundaries import killed
from tests.faults.night import SHORT, night
from tests.faults.running import Supervising, around
from tests.faults.world import World
from tests.fuzz.strategies import changed, line
from tests.fuzz.targets import KEEP, Target, named, recorded

GRACEIDS = (["MS231117d"], ["M450004"], ["MS231117d", "M450004"], [], ["S1"], "MS231117d", [None])
ARGUMENTS = {
    "graceid": ("MS231117d", "M450004", "ms231117d", "", "S999999z"), "graceids": GRACEIDS,
    "process": ("advocate_vetting", "copied_skymap", ""), "check": ("signoff", "file", ""),
    "reason": ("a test", ""), "profile": ("few", ""), "brief": (True, False),
    "as_of": (1700240010.0, None), "preview": (True, False), "until": (1.8e9, None),
    "alert": ("{}",), "parties": (["operators"], []), "message": ("hello", "")}


@st.composite
def some_command(draw):
    """(name, arguments)."""
    name = draw(st.sampled_from([one for one in COMMANDS if one != STOP]))
    arguments = {key: draw(st.sampled_from(ARGUMENTS[key])) for key in COMMANDS[name]
                 if draw(st.integers(0, 3))}
    if name == "inject":
        alert = draw(st.sampled_from(draw(st.sampled_from(recorded()))))
        arguments["alert"] = draw(changed(alert).flatmap(line)).decode("utf-8", "replace")
    made = draw(changed({"name": name, "arguments": arguments}, most=2))
    made = made if isinstance(made, dict) else {}
    return made.get("name"), made.get("arguments")


class Commands(Target):
    """The desk where commands are taken."""

    name, most = "commands", KEEP
    inputs = st.lists(some_command(), min_size=KEEP, max_size=KEEP)

    def __init__(self, folder):
        self.folder, self.night = folder, night(**SHORT)
        self.state = killed(folder / "first", self.night, None, 1500).left[1]

    def take(self, made):
        """Have commands done by a supervisor; refused they are in words of the desk's own."""
        world = World(self.folder / "next", self.state)
        try:
            with around(world, self.night):
                daemon = Supervising(world, self.night)
                daemon.command = lambda: None
                daemon.supervisor.begin()
                for name, arguments in made:
                    self._command(daemon, name, arguments)
                daemon.journal.close()
        finally:
            world.remove()

    def _command(self, daemon, name, arguments):
        if not isinstance(name, str) or name == STOP or not isinstance(arguments, dict):
            return  # which the socket refuses, or which ends it
        said = []
        daemon.inbox.tell(Request(name, "somebody", arguments, lambda **words: said.append(words)))
        for _ in range(3):
            daemon.supervisor.turn(0.0)
        (answer,) = said
        dumps(answer)
        if "error" in answer:
            named(answer["error"])
            assert "do not fit" not in answer["error"], answer["error"]
            assert not answer["error"].startswith(f"command {name}: ") or "Error: " not in \
                answer["error"][:len(name) + 40], answer["error"]
        loads(dumps(answer))
