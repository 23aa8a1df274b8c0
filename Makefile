.PHONY: demo test lint diagrams benchmark clean

demo:
	@bin/setup demo
	@bin/demo

test:
	@bin/setup test
	.venv/bin/python -m pytest

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
