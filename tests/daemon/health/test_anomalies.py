"""What should not come and does now and then."""

from fsm.daemon.health.anomalies import QUIET, Anomalies

T = 1_502_000_000.0
NAME = "forged alerts at lvalert"


def reports(anomalies, now):
    return [(one.name, one.wrong, one.message) for one in anomalies.reports(now)]


def test_a_thousand_of_them_are_one_trouble_until_none_has_come_for_an_hour():
    anomalies = Anomalies({}, T)
    assert reports(anomalies, T) == []
    for number in range(1000):
        anomalies.note(NAME, f"number {number}", T + number)
        assert reports(anomalies, T + number) == [(NAME, True, "number 0")]
    assert anomalies.counts() == {NAME: 1000}
    assert reports(anomalies, T + 999 + QUIET)[0][1]
    assert reports(anomalies, T + 1000 + QUIET) == [
        (NAME, False, "there has been none for an hour")]
    assert reports(anomalies, T + 1001 + QUIET) == [] and anomalies.counts() == {}


def test_what_was_told_before_a_restart_is_over_too():
    anomalies = Anomalies({NAME: T, "clock": T}, T)
    assert reports(anomalies, T + 1) == [(NAME, True, "it was told before")]
    assert reports(anomalies, T + QUIET + 1) == [(NAME, False, "there has been none for an hour")]


def test_what_only_sounds_like_one_is_none():
    names = ["listener file /data/subscriptions.jsonl", "silence of lvalert, mdc_forged",
             "listener x, gap in cbc"]
    assert reports(Anomalies(dict.fromkeys(names, T), T), T) == []
