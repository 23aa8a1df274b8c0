"""What is in the files of today: read once, and what is wrong with them is said."""

import io
import json
import re
from contextlib import contextmanager

import pytest

from fsm.core.engine.effects import Notify
from fsm.io.gracedb import contents
from fsm.testing import products
from fsm.testing.bench import Bench, Run, expectations, transitions
from machines.o4 import contents as charts

MAP, SPECTROGRAM, CLASSES = "bayestar.multiorder.fits", "H1_omegascan.png", "gstlal.p_astro.json"
PROPERTIES, CHIRP_MASS = "em_bright.json", "mchirp_source.json"


def there(name):
    """The file is uploaded."""
    def start(script):
        script.new()
        script.file(name, 50)
    return start


def bench(chart, name, **more):
    told = {kind: {"read.sane": {"contents": {f"{name},0": facts}}}
            for kind, facts in (("right", products.sane_facts(name)), ("wrong", {"size": 0}))}
    return Bench(chart, start=there(name), **told, **more)


BENCHES = {
    MAP: bench(charts.SKYMAP_CONTENT, MAP),
    PROPERTIES: bench(charts.PROPERTIES_CONTENT, PROPERTIES),
    CLASSES: bench(charts.CLASSIFICATION_CONTENT, CLASSES),
    CHIRP_MASS: bench(charts.CHIRP_MASS_CONTENT, CHIRP_MASS),
    SPECTROGRAM: bench(charts.SPECTROGRAM_CONTENT, SPECTROGRAM),
}


@transitions(*BENCHES.values())
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES.values())
def test_expectation(bench, case):
    bench.check_case(case)


def whole(words, why):
    """Whether words are in a reason, and not just the beginning of others."""
    return re.search(rf"{re.escape(words)}(?!\w)", why)


def check_of(name, facts, **more):
    """The check of a file with these facts, after its deadline."""
    run = Run(Bench(BENCHES[name].chart, start=there(name), **more))
    run.pass_time(run.engine.now + 400, contents={f"{name},0": facts})
    return run.check("read.sane")


@pytest.mark.parametrize(("name", "facts", "words"), [
    *((name, {"size": 0}, f"{name} is empty") for name in BENCHES),
    *((name, {"error": "it is rubbish"}, "cannot be read: it is rubbish") for name in BENCHES),
    (MAP, {"norm": 0.2}, "norm is 0.2, not 1"), (MAP, {"norm": float("nan")}, "norm is nan"),
    (MAP, {"norm": 10 ** 400}, "norm is inf"), (MAP, {"nan": 1}, "a pixel is NaN"),
    (MAP, {"negative": 3}, "3 pixels are negative"), (MAP, {"coordsys": "G"}, "COORDSYS is G"),
    (MAP, {"coordsys": None}, "COORDSYS is not told"),
    (MAP, {"norm": 2, "nan": 2}, "norm is 2, not 1 and 2 pixels are NaN"),
    (PROPERTIES, {"values": {"HasNS": 1.4}}, "HasNS is 1.4, outside 0 to 1"),
    (PROPERTIES, {"values": {"HasNS": -0.1, "HasRemnant": 0}}, "HasNS is -0.1"),
    (PROPERTIES, {"values": {"HasNS": "0.3"}}, "HasNS is no finite number"),
    (PROPERTIES, {"values": {"HasNS": 10 ** 400}}, "HasNS is no finite number"),
    (PROPERTIES, {"values": {}, "not_numbers": ["HasNS"]}, "HasNS is no finite number"),
    (PROPERTIES, {"values": {}}, "there is no number in it"),
    (CLASSES, {"values": {"BNS": 0.4}}, "the classes sum to 0.4, not 1"),
    (CLASSES, {"values": {"BNS": 1.2, "BBH": -0.2}}, "BNS is 1.2"),
    (CLASSES, {"values": {"BNS": 0.4}, "not_numbers": ["BBH"]}, "BBH is no finite number"),
    (SPECTROGRAM, {"coloured": False}, "it only says that it failed"),
])
def test_what_is_wrong_is_said(name, facts, words):
    check = check_of(name, facts)
    assert check.state == "overdue" and whole(words, check.why)


@pytest.mark.parametrize(("name", "facts"), [
    *((name, {}) for name in BENCHES), *((name, {"size": 5000}) for name in BENCHES),
    *((name, dict.fromkeys(("size", "error", "norm", "nan", "negative", "coordsys", "values",
                            "not_numbers", "coloured"), junk))
      for name in BENCHES for junk in ([], {"a": 0.5, "b": 0.5}, True)),
    (MAP, {"norm": 1.00001}), (MAP, {"norm": "0.2", "nan": "3", "coordsys": 3}),
    (PROPERTIES, {"values": {"HasNS": 0, "HasRemnant": 1}}),
    (PROPERTIES, {"values": {"HasNS": 0.0, "HasRemnant": 0.0}}),  # of a chirp mass nobody told
    (CLASSES, {"values": {"BNS": 0.333, "BBH": 0.333, "NSBH": 0.333}}),
    (CHIRP_MASS, {"values": {}, "not_numbers": ["bin_edges"]}),
    (SPECTROGRAM, {"coloured": None}),
])
def test_what_is_not_told_is_no_fault(name, facts):
    check = check_of(name, facts)
    assert check.state == "met", check.why


@pytest.mark.parametrize("facts", [None, [], "text", 3])
def test_facts_that_are_none_are_as_good_as_unread(facts):
    assert "not known" in check_of(MAP, facts).why


def test_a_reason_is_no_longer_than_people_read():
    check = check_of(PROPERTIES, {"values": {f"Has{n}": 2 for n in range(1000)}})
    assert len(check.why) < 400


@pytest.mark.parametrize(("instruments", "state"), [("L1,V1", "met"), ("H1,L1", "overdue"),
                                                    ("", "overdue")])
def test_no_spectrogram_is_expected_of_an_interferometer_without_data(instruments, state):
    check = check_of(SPECTROGRAM, {"coloured": False}, fields={"instruments": instruments})
    assert check.state == state


@pytest.mark.parametrize(("name", "fields"), [
    (MAP, {"group": "Test"}), (MAP, {"category": "Test"}), (MAP, {"search": "VTInjection"}),
    (SPECTROGRAM, {"category": "Test"}), (CLASSES, {"processing_status": "reserved"})])
def test_what_is_only_tried_out_is_not_looked_into(name, fields):
    assert not Run(Bench(BENCHES[name].chart, start=there(name), fields=fields)).candidate.runs


@pytest.mark.parametrize("name", [
    "combined-ext.multiorder.fits", "swift_skymap.multiorder.fits", "em_bright.png",
    "gwskynet.json", "coincidence_far.json", "bayestar.png", "S170806a-preliminary.json"])
def test_other_files_are_nobodys_here(name):
    assert not any(Run(Bench(one.chart, start=there(name))).candidate.runs
                   for one in BENCHES.values())


def test_each_version_is_read_once():
    run = Run(BENCHES[MAP])
    run.pass_time(run.engine.now + 400, contents={f"{MAP},0": {"norm": 1.0}})
    assert run.check("read.sane").state == "met"
    run.write(lambda s: s.file(MAP, 500, version=1))
    run.pass_time(run.engine.now + 400, contents={f"{MAP},1": {"size": 0}})
    assert run.check("read.sane").state == "overdue"


def test_a_sane_version_after_a_broken_one_is_the_recovery():
    run = Run(BENCHES[MAP])
    run.pass_time(run.engine.now + 400, contents={f"{MAP},0": {"size": 0}})
    run.write(lambda s: s.file(MAP, 500, version=1))
    run.pass_time(run.engine.now + 4000, contents={f"{MAP},1": {"norm": 1.0}})
    assert run.check("read.sane").state == "met"
    told = [effect.outcome for effect in run.effects if isinstance(effect, Notify)]
    assert set(told) == {"failure", "success"} or told == ["failure", "recovery"], told


def test_without_contents_it_is_closed_and_nobody_is_told():
    run = Run(BENCHES[MAP])
    run.pass_time(run.engine.now + 400, unavailable=True)
    assert run.check("read.sane").state == "unverifiable" and run.process.state == "closed.complete"
    assert run.candidate.overdue == 0
    assert not any(isinstance(effect, Notify) for effect in run.effects)


# -- what is wrong with real files ------------------------------------------------------------


class Server:
    """GraceDB's client, as far as a file is fetched by it."""

    def __init__(self, content):
        self.content = content

    @contextmanager
    def files(self, graceid, name):
        yield io.BytesIO(self.content)


def a_map(**changes):
    """A multi-order map with other pixels or another header."""
    from astropy.io import fits

    hdus, out = fits.open(io.BytesIO(products.multi_order_map())), io.BytesIO()
    for name, value in changes.items():
        if name == "density":
            hdus[1].data["PROBDENSITY"][3] = value
        elif value is None:
            del hdus[1].header[name]
        else:
            hdus[1].header[name] = value
    hdus.writeto(out)
    return out.getvalue()


def text(**values):
    return json.dumps(values).encode()


BROKEN = [
    *((name, b"", "is empty") for name in BENCHES),
    *((name, b"connection reset by peer " * 9, "cannot be read") for name in BENCHES),
    (MAP, products.multi_order_map()[:4000], "cannot be read"),
    (MAP, a_map(density=float("nan")), "a pixel is NaN"), (MAP, a_map(density=0.9), "norm is"),
    (MAP, a_map(density=-0.1), "a pixel is negative"), (MAP, a_map(COORDSYS="G"), "COORDSYS is G"),
    (MAP, a_map(COORDSYS=None), "COORDSYS is not told"),
    (PROPERTIES, b'{"HasNS": NaN}', "HasNS is no finite number"),
    (PROPERTIES, b'{"HasNS": Infinity}', "HasNS is no finite number"),
    (PROPERTIES, text(HasNS=-0.1), "-0.1"), (PROPERTIES, text(HasNS=1.2), "1.2"),
    (PROPERTIES, text(HasNS=None), "HasNS is no finite number"),
    (PROPERTIES, text(HasNS="0.5"), "HasNS is no finite number"),
    (PROPERTIES, text(HasNS=[0.5]), "HasNS is no finite number"),
    (PROPERTIES, b"{}", "no number"), (PROPERTIES, b"[0.5]", "no JSON object"),
    (PROPERTIES, b"null", "no JSON object"), (PROPERTIES, b'{"HasNS": 0.5', "no JSON"),
    (PROPERTIES, b"\xff\xfe\x00", "no JSON"), (PROPERTIES, b'{"HasNS": ' + b"9" * 9999, "no JSON"),
    (CLASSES, b"[" * 10_000 + b"]" * 10_000, "nested too deep"),
    (CLASSES, b'{"BNS": ' * 10_000 + b"1" + b"}" * 10_000, "nested too deep"),
    (CLASSES, text(BNS=0.1, Terrestrial=0.3), "the classes sum to 0.4, not 1"),
    (CLASSES, text(BNS=float("nan"), Terrestrial=1.0), "BNS is no finite number"),
    (CLASSES, b" " * (2 << 20), "more than"),
    (CLASSES, text(**{f"c{n}": 0.0 for n in range(999)}), "more than"),
    (CHIRP_MASS, b"[]", "no JSON object"),
    (SPECTROGRAM, products.spectrogram("black"), "it only says that it failed"),
    (SPECTROGRAM, products.spectrogram()[:70], "cannot be read"),
]


@pytest.mark.parametrize(("name", "content", "words"), BROKEN)
def test_a_broken_product_is_wrong_with_the_reason(name, content, words):
    check = check_of(name, contents.facts(Server(content), "G1", name, 0))
    assert check.state == "overdue" and whole(words, check.why), check.why


@pytest.mark.parametrize("name", BENCHES)
def test_a_sane_product_is_right_and_as_simulated(name):
    content = products.sane_bytes(name)
    facts = contents.facts(Server(content), "G1", name, 0)
    assert check_of(name, facts).state == "met"
    if name == MAP:
        assert facts.pop("norm") == pytest.approx(1.0)
    assert facts | {"norm": 1.0} == products.sane_facts(name) | {"size": len(content), "norm": 1.0}
