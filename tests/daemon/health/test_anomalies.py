"""What should not come and does now and then."""

from fsm.daemon.health.anomalies import QUIET, Strays

T = 1_502_000_000.0
NAME = "forged alerts at lvalert"


def reports(strays, now):
    return [(one.name, one.wrong, one.message) for one in strays.reports(now)]


def test_a_thousand_of_them_are_one_trouble_until_none_has_come_for_an_hour():
    strays = Strays({}, T)
    assert reports(strays, T) == []
    for number in range(1000):
        strays.note(NAME, f"number {number}", T + number)
        assert reports(strays, T + number) == [(NAME, True, "number 0")]
    assert strays.counts() == {NAME: 1000}
    assert reports(strays, T + 999 + QUIET)[0][1]
    assert reports(strays, T + 1000 + QUIET) == [(NAME, False, "there has been none for an hour")]
    assert reports(strays, T + 1001 + QUIET) == [] and strays.counts() == {}


def test_what_was_told_before_a_restart_is_over_too():
    strays = Strays({NAME: T, "clock": T}, T)
    assert reports(strays, T + 1) == [(NAME, True, "it was told before")]
    assert reports(strays, T + QUIET + 1) == [(NAME, False, "there has been none for an hour")]


def test_what_only_sounds_like_one_is_none():
    names = ["listener file /data/subscriptions.jsonl", "silence of lvalert, mdc_forged",
             "listener x, gap in cbc"]
    assert reports(Strays(dict.fromkeys(names, T), T), T) == []
