"""Silence is an alarm of its own: a transport that has died says nothing."""

from fsm.io.inbox import Report


class Quiet:
    """Watches when alerts last came.

    Args:
        settings: :class:`~fsm.io.settings.Silence`.
        heard: when the last alert came, unix seconds, by topic; filled by the main loop.
    """

    def __init__(self, settings, heard):
        self.settings, self.heard, self.began = settings, heard, None

    def reports(self, now):
        """One for everything that is watched, from the first call on."""
        self.began = now if self.began is None else self.began
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
