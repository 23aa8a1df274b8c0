"""What a configuration says in vain, which is no mistake of its form, in words."""

from collections.abc import Iterable, Iterator

from fsm.core.charts.policy import TODAY, Policy, Profile, search_of
from fsm.core.charts.process import Process
from fsm.core.printable import short
from fsm.daemon.wiring import told_parties
from fsm.errors import closest
from fsm.io.config.sections import Running
from fsm.io.delivery.routes import channel_of


def unused(processes: Iterable[Process], policy: Policy, running: Running) -> Iterator[str]:
    """What the configuration says of processes and parties that there are none of, in words."""
    names = [chart.name for chart in processes]
    for name in running.runbooks:
        if name not in names:
            yield f"runbooks.{short(name, 60)}: there is no such process; {closest(name, names)}"
    known = {*running.parties, *told_parties(policy)}
    channels = {channel_of(address) for some in running.parties.values() for address in some}
    for number, route in enumerate(running.tell.route, 1):
        if route.channel and route.channel.lower() not in channels:
            yield f"tell.route {number}: no address in [parties] has the channel " \
                  f"{short(route.channel, 60)!r}; the channels are {', '.join(sorted(channels))}"
        for party in route.parties:
            if party not in known:
                yield f"tell.route {number}: nobody is told anything as {short(party, 60)!r}; " \
                      f"{closest(party, known)}"


def unmatched(policy: Policy, running: Running) -> Iterator[str]:
    """What is listened to in vain, in words: topics and nodes of candidates that are left alone."""
    supervising = [profile for profile in policy.profiles if profile.supervises]
    for one in running.listen:
        for topic in one.topics_of_alerts:
            if not any(_may_be_of(profile, topic) for profile in supervising):
                yield f"{topic} is listened to, and no profile is for its candidates: they are " \
                      "left alone"


def _may_be_of(profile: Profile, topic: str) -> bool:
    """Whether a topic may tell of a profile's candidates."""
    if topic.endswith("superevent"):
        return profile.era in ("", TODAY)
    return profile.may_match(*search_of(topic))
