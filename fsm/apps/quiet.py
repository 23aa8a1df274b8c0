"""Silence is an alarm of its own: a transport that has died says nothing."""

from fsm.io.inbox import Report


class Quiet:
    """Watches when alerts last came.

    Args:
        settings: :class:`~fsm.io.settings.Silence`.
        heard: when the last alert came, unix seconds, by topic; filled by the main loop.
        now: unix seconds at which watching begins.
    """

    def __init__(self, settings, heard, now):
        self.settings, self.heard, self.began = settings, heard, now

    def reports(self, now):
        """One for everything that is watched."""
        if self.settings.all:
            last = max(self.heard.values(), default=self.began)
            yield self._report("all topics", last, self.settings.all, now)
        for topic, longest in self.settings.topics.items():
            yield self._report(f"topic {topic}", self.heard.get(topic, self.began), longest, now)

    def _report(self, what, last, longest, now):
        quiet = longest > 0 and now - last > longest
        words = (f"no alert for {now - last:.0f} s, longer than {longest:g} s" if quiet
                 else "alerts come again")
        return Report(f"silence of {what}", quiet, words)
