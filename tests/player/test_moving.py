"""Times that are moved with a recording."""

import pytest

from fsm.player.moving import moved

AT, BY = 1_502_000_000.0, 86_400 * 3  # 2017-08-06 06:13:20
GPS = 1_186_035_200  # the same


@pytest.mark.parametrize(("value", "made"), [
    ("2017-08-06 06:13:20 UTC", "2017-08-09 06:13:20 UTC"),
    ("2017-08-06T23:59:59.161794+00:00", "2017-08-09T23:59:59.161794+00:00"),
    (GPS + 0.25, GPS + BY + 0.25), (GPS, GPS + BY), (AT, AT + BY),
    (f"trigger_{GPS}.2500.txt", f"trigger_{GPS + BY}.2500.txt"),
    (f"H1-DMT_ANALYSIS_READY_1-{GPS}-60.xml.gz", f"H1-DMT_ANALYSIS_READY_1-{GPS + BY}-60.xml.gz"),
    (f"within [{GPS}.270, {GPS}.370]", f"within [{GPS + BY}.270, {GPS + BY}.370]"),
    ("<ISOTime>2017-08-06T06:13:18</ISOTime>", "<ISOTime>2017-08-09T06:13:18</ISOTime>"),
    ([{"a": GPS}], [{"a": GPS + BY}]),
])
def test_what_is_a_time_is_moved(value, made):
    assert moved(value, BY, AT) == made


@pytest.mark.parametrize("value", [
    None, True, 5, 1e-9, "", "S170806a", f"G{GPS}", f"1.{GPS}", "2017-08-06", "1970-01-01 00:00:00",
    "2017-99-99 06:13:20", 812345, 1_300_000_000, "1300000000", f"{GPS}000", float("inf")])
def test_what_is_none_stays(value):
    assert moved({"key": [value]}, BY, AT) == {"key": [value]}


@pytest.mark.parametrize(("key", "value", "made"), [
    ("created", "2015-01-01 00:00:00 UTC", "2015-01-04 00:00:00 UTC"),
    ("created", AT * 1000, (AT + BY) * 1000), ("t_0", GPS - 10**8, GPS - 10**8 + BY),
    ("created", None, None), ("gpstime", 0, 0)])
def test_what_is_known_to_be_a_time_is_moved_however_old_it_is(key, value, made):
    assert moved({key: value}, BY, AT) == {key: made}
