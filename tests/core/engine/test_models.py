"""What a candidate says of itself."""

from fsm.core.engine.models import Candidate
from fsm.core.evidence.evidence import Evidence
from fsm.registry import charts

LIFECYCLES = {chart.name: chart for chart in charts()[1]}


def test_regions_in_words_are_those_that_have_moved():
    candidate = Candidate("G1", LIFECYCLES["event"], Evidence("G1"), 0.0)
    assert candidate.regions_in_words() == ""
    candidate.regions["approval"].state = "rejected"
    assert candidate.regions_in_words() == "approval rejected"
