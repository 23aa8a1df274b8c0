"""What is in the files that a notice is made of, and in spectrograms: each version is read once.

Nothing tells of it but the file itself, so GraceDB is asked for its facts: its size, and what a
first reading shows. What is not among the facts is no fault. Source of what a file holds, unless it
is said otherwise: the automated follow-up of the fourth observing run.
"""

from collections.abc import Callable, Iterable, Iterator
from math import inf, isfinite
from typing import Any

from fsm.chart import (
    ABSENT,
    RIGHT,
    WRONG,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    field,
    file,
    not_,
    predicate,
)
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope
from machines.o4.annotations import AUTOMATIC, CLASSIFICATION, PIPELINES
from machines.o4.searches import AUTOMATED, IS_BURST, IS_CBC, UPLOADED

# Names of files, each as a regular expression with the group ``product``, and in words.
MAPS = (r"(?P<product>(?:bayestar|amplfi|cwb|mly|Bilby)\.multiorder\.fits)",
        "<pipeline>.multiorder.fits")
PROPERTIES = (r"(?P<product>(?:Bilby\.)?em_bright\.json)",
              "em_bright.json or Bilby.em_bright.json")
CLASSES = rf"(?P<product>(?:{PIPELINES}|RapidPE_RIFT)\.p_astro\.json)", CLASSIFICATION
CHIRP_MASS = r"(?P<product>mchirp_source\.json)", "mchirp_source.json"
SPECTROGRAMS = r"(?P<product>[A-Z]\d_omegascan\.png)", "<ifo>_omegascan.png"
MOST_WORDS = 300  # letters of a reason
# Neither what is only tried out, nor what nobody annotates.
FOLLOWED_UP = (IS_CBC | IS_BURST) & UPLOADED & not_(field("category", equals="Test"))

Facts = dict[str, Any]  # what a first reading of a file shows
Faults = Callable[[Facts, Evidence, Scope], Iterable[str]]  # what is wrong with them, as phrases


def content_of_the_product(evidence: Evidence, scope: Scope) -> tuple[str, str, int]:
    """Ask for the facts about the newest version of the file."""
    return ("content", scope.values["product"], evidence.newest(scope.values["product"]) or 0)


def judged(faults: Faults) -> Callable[[Evidence, Scope], Verdict]:
    """A function that judges a file by what is wrong with its facts.

    Args:
        faults: function (facts, evidence, scope) for what is wrong, as phrases.
    """
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        name = scope.values["product"]
        facts = evidence.content(name)
        if not isinstance(facts, dict):
            return Verdict(ABSENT, f"the content of {name} is not known")
        if number(facts.get("size")) == 0:
            return Verdict(WRONG, f"{name} is empty")
        if isinstance(facts.get("error"), str):
            return Verdict(WRONG, f"{name} cannot be read: {facts['error'][:MOST_WORDS]}")
        found = " and ".join(faults(facts, evidence, scope))[:MOST_WORDS]
        return Verdict(WRONG, f"{name}: {found}") if found \
            else Verdict(RIGHT, f"nothing is wrong with {name}")
    return judge


def number(value: object) -> float | None:
    """A fact as a float, be it infinite or NaN; None where it is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return inf


def faults_of_map(facts: Facts, evidence: Evidence, scope: Scope) -> Iterator[str]:
    """What is wrong with a sky map: its norm, NaN and negative pixels, its coordinates."""
    norm = number(facts.get("norm"))
    if norm is not None and not abs(norm - 1) <= scope.values["tolerance"]:
        yield f"norm is {norm:.6g}, not 1"
    for kind, words in (("nan", "NaN"), ("negative", "negative")):
        count = number(facts.get(kind)) or 0
        if count > 0:
            yield f"a pixel is {words}" if count == 1 else f"{count:g} pixels are {words}"
    coordsys = facts.get("coordsys", "C")
    if coordsys is None or (isinstance(coordsys, str) and coordsys != "C"):
        yield f"COORDSYS is {coordsys or 'not told'}, not C (equatorial)"


def faults_of_probabilities(facts: Facts, evidence: Evidence, scope: Scope) -> Iterator[str]:
    """What is wrong with numbers that all are probabilities."""
    values, others = facts.get("values"), facts.get("not_numbers")
    if isinstance(others, list):
        yield from (f"{name} is no finite number" for name in others)
    if isinstance(values, dict):
        if not values and not others:
            yield "there is no number in it"
        for name, value in values.items():
            value = number(value)
            if value is None or not isfinite(value):
                yield f"{name} is no finite number"
            elif not 0 <= value <= 1:
                yield f"{name} is {value:.6g}, outside 0 to 1"


def faults_of_classes(facts: Facts, evidence: Evidence, scope: Scope) -> list[str]:
    """What is wrong with probabilities of which just one can be true."""
    found, values = list(faults_of_probabilities(facts, evidence, scope)), facts.get("values")
    if isinstance(values, dict) and not found:
        total = sum(values.values())
        if not abs(total - 1) <= scope.values["tolerance"]:
            found.append(f"the classes sum to {total:.6g}, not 1")
    return found


def no_further_faults(facts: Facts, evidence: Evidence, scope: Scope) -> tuple[()]:
    """Of a list of bins nothing is judged but that it is there and can be read."""
    return ()


def faults_of_spectrogram(facts: Facts, evidence: Evidence, scope: Scope) -> Iterator[str]:
    """What is wrong with a spectrogram; there is none of an interferometer without data."""
    part = str(evidence.fields.get("instruments") or "")
    takes_part = not part or scope.values["product"].partition("_")[0] in part
    if facts.get("coloured") is False and takes_part:
        yield "it only says that it failed"


def read_once(name: str, title: str, noun: str, names: tuple[str, str], faults: Faults, text: str,
              parties: tuple[str, ...], when: Expectation = FOLLOWED_UP,
              options: dict[str, float] | None = None, **more: Any) -> Process:
    """Declare a process that is there for each file of these names, anew for each version.

    Args:
        name, title, noun: of the process.
        names: of the files: a regular expression with the group ``product``, and words for it.
        faults: function (facts, evidence, scope) for what is wrong, as phrases.
        text: what is expected of {product}.
        parties: who can mend it.
        when: of which candidates.
        options: as of the process.
        more: likewise.
    """
    (pattern, words), options = names, options or {}
    return Process(
        name, title, noun=noun, family="products", starts=file(regex=pattern, words=words),
        key="product", when=when, options=options, parties=parties,
        stages=[Stage("read", check("sane", predicate(
            judged(faults), text, asks=[content_of_the_product],
            options=["product", *options], timed=False), within=180))], **more)


BOTH = ("event", "superevent")
SKYMAP_CONTENT = read_once(
    "skymap_content", "What is in a sky map", "sane sky map", MAPS, faults_of_map,
    "{product} sums to 1 within {tolerance}, has no NaN or negative pixel and is equatorial",
    AUTOMATIC["skymap"], of=BOTH, options={"tolerance": 1e-4},
    source="event level, row 4; notice flow, row 1; sanity as of the second observing run")

PROPERTIES_CONTENT = read_once(
    "properties_content", "What is in the source properties", "sane em_bright",
    PROPERTIES, faults_of_probabilities,
    "{product} holds probabilities from 0 to 1", AUTOMATIC["em_bright"], of=BOTH,
    source="event level, row 2; notice flow, row 2")

CLASSIFICATION_CONTENT = read_once(
    "classification_content", "What is in a source classification", "sane p_astro",
    CLASSES, faults_of_classes,
    "{product} holds probabilities from 0 to 1 that sum to 1 within {tolerance}",
    AUTOMATIC["p_astro"], of=BOTH, options={"tolerance": 0.01},
    source="event level, row 3; notice flow, row 3; rounding is tolerated")

# Not that of a superevent: it is a late copy, and would cost a question of its own.
CHIRP_MASS_CONTENT = read_once(
    "chirp_mass_content", "What is in the chirp mass estimate", "sane mchirp",
    CHIRP_MASS, no_further_faults,
    "{product} can be read", ("em-followup",), source="event level, matched filter, row 5")

SPECTROGRAM_CONTENT = read_once(
    "spectrogram_content", "What is in a spectrogram", "sane omegascan",
    SPECTROGRAMS, faults_of_spectrogram,
    "{product} is more than the message that it failed", ("data quality",), when=AUTOMATED,
    of="superevent", source="superevent, row 1, of an interferometer that takes part")
