.PHONY: demo test sweeps lint diagrams benchmark clean

demo:
	@bin/setup demo
	@bin/demo

test:
	@bin/setup test
	.venv/bin/python -m pytest

# Many more nights than the tests look at, and everything that can happen to each; some minutes.
sweeps:
	@bin/setup test
	FSM_SWEEPS=$${FSM_SWEEPS:-2} .venv/bin/python -m pytest tests/sweeps

lint:
	@bin/setup test
	.venv/bin/ruff check .

diagrams:
	@bin/setup
	.venv/bin/fsm diagram
	.venv/bin/fsm document

benchmark:
	@bin/setup standin
	.venv/bin/python benchmarks/replay.py
	.venv/bin/python benchmarks/gracedb.py
	.venv/bin/python benchmarks/daemon.py

clean:
	rm -rf .venv build .pytest_cache .ruff_cache .hypothesis *.egg-info
