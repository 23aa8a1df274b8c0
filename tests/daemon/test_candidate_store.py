"""A candidate that has left memory comes back as it was."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fsm.core.charts.policy import default_policy
from fsm.core.engine import snapshot
from fsm.core.engine.effects import Ask
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer
from fsm.daemon.candidate_store import CandidateStore
from fsm.io.journal import codec
from fsm.io.journal.journal import Journal
from fsm.io.jsonio import dumps
from fsm.registry import charts
from fsm.simulator.faults import rates
from fsm.simulator.night import plan

CHARTS = charts()
POLICY = default_policy(CHARTS[0])


def night(seed):
    lines = [line for one in plan(["cbc", "burst"], 3, 60.0, seed, 1.7e9)
             for line in one.lines(f"G{one.number + 1}", CHARTS[0], rates("all=0.1"))]
    return [line for line in sorted(lines, key=lambda line: line["time"])
            if line.get("delivered", True)]


def run(lines, take):
    """Give an engine every line, the deadlines before it, and answers that know nothing."""
    engine, step = take
    for line in lines:
        while (timer := engine.next_timer()) < line["time"]:
            for graceid in engine.timers.due(timer):
                step(codec.of_tick(timer, graceid))
        step(codec.of_line(dumps(line), line["time"]))


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(81, 1, 5)  # some of its candidates are retired before its end
@given(st.integers(0, 1000), st.integers(1, 3), st.integers(5, 60))
def test_what_is_kept_in_memory_changes_nothing(tmp_path_factory, seed, most, store_after):
    journal = Journal(tmp_path_factory.mktemp("j") / "j.db")
    candidates = CandidateStore(journal, Engine(*CHARTS, POLICY), most, store_after)
    small = Engine(*CHARTS, POLICY, candidates=candidates)
    whole = Engine(*CHARTS, POLICY)

    def into_small(row):
        with journal.writing():
            (number,) = journal.add([row])
            place = candidates.opened(row.graceid)
            journal.acted_on([(number, row.time, place.seq + 1)])
            small.resume(row.time)
            effects = small.step(row.item).effects
            if row.graceid in candidates:  # else it has been retired
                place.seq += 1
                candidates.places[row.graceid] = place
                journal.save({row.graceid: (place, candidates.summary(row.graceid))})
                journal.store(candidates.to_store([row.graceid]))
        answer_all(effects, row.time, into_small)

    def into_whole(row):
        whole.resume(row.time)
        answer_all(whole.step(row.item).effects, row.time, into_whole)

    lines = night(seed)
    run(lines, (small, into_small))
    run(lines, (whole, into_whole))
    assert len(candidates) == len(whole.candidates) and candidates.resident <= most
    for graceid, candidate in whole.candidates.items():
        assert snapshot.of(candidates[graceid]) == snapshot.of(candidate)
    journal.close()


def answer_all(effects, time, take):
    for effect in effects:
        if isinstance(effect, Ask):
            take(codec.of_answer(Answer(time, effect.graceid, effect.question), time))
