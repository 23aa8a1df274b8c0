# The tests that are run with other Pythons too: the core, what hangs on what is installed (SQLite,
# Kafka's client, the client of GraceDB, cattrs), the daemon, and two of the machines; not the other
# machines and the simulated nights, which hang on these alone.
PART = tests/core tests/replay tests/machines/o2/test_event.py tests/machines/o4/test_notices.py \
	$(addprefix tests/io/, config gracedb journal recordings listeners/test_kafka.py) \
	$(addprefix tests/daemon/test_, failed_inputs.py flood.py candidate_store.py commands.py loop.py)

.PHONY: demo test others sweeps faults fuzz mutants lint verify golden diagrams docs packages benchmark performance measuring soak cluster load growth clean

demo:
	@bin/setup demo
	@bin/demo

test:
	@bin/setup test
	.venv/bin/python -m pytest -n 2 --dist worksteal

# A part of the tests with every other Python from 3.11 to 3.13 that this machine has.
others:
	@bin/setup test
	@bin/others $(PART)

# Many more nights than the tests look at, and everything that can happen to each; some minutes.
sweeps:
	@bin/setup test
	FSM_SWEEPS=$${FSM_SWEEPS:-2} .venv/bin/python -m pytest tests/sweeps

# The daemon stopped dead at each boundary of two nights, and 1,000 pairs of them; each of its calls
# fails in each way. Some hours; FSM_FAULTS=2 for twice as many pairs. See docs/faults.md.
faults:
	@bin/setup test
	FSM_FAULTS=$${FSM_FAULTS:-1} .venv/bin/python -m pytest -n 2 tests/faults

# A million hostile inputs, led by what of the program was not yet done; some hours. One that was ended
# goes on where it was, by what is in build/fuzz.
fuzz:
	@bin/setup test
	@bin/setup fuzz
	.venv/bin/python -m tests.fuzz.fuzzing $(FUZZ)

lint:
	@bin/setup test
	.venv/bin/ruff check .
	.venv/bin/mypy

# The charts are proved, under every profile of every shipped configuration; half a minute. The
# sentences of lifecycles hang on no configuration, so that spin is asked of them once.
verify:
	@bin/setup test
	.venv/bin/fsm verify --spin
	for config in o2 o4 o4-playground; do \
		.venv/bin/fsm verify --config $$config --no-spin || exit 1; done

# What commands print on terminals of several widths, which tests compare with.
golden:
	@bin/setup test
	.venv/bin/python -m tests.report.goldens

diagrams:
	@bin/setup
	.venv/bin/fsm diagram
	.venv/bin/fsm document

# The site in build/site, and the man page in build/man; a link that leads nowhere is an error.
docs:
	@bin/setup docs
	.venv/bin/sphinx-build -q --fail-on-warning --fresh-env -d build/doctrees -c docs . build/site
	.venv/bin/sphinx-build -q --fail-on-warning -b man -d build/doctrees -c docs . build/man
	@echo "the site is build/site/index.html, the man page build/man/fsm.1"

# Wheel and sdist in build/dist, installed and tried where nothing else is.
packages:
	@bin/setup packages
	@bin/packages

benchmark:
	@bin/setup standin
	.venv/bin/python benchmarks/replay.py
	.venv/bin/python benchmarks/gracedb.py
	.venv/bin/python benchmarks/daemon.py

# The page about speed: an hour. What build/performance has is not measured again; with make -B all
# is, and what is deleted there.
MEASURED = build/performance
OF_REPLAY = $(addprefix $(MEASURED)/, $(addsuffix .json, \
	command missing tables process live memory long start phases))
OF_OTHERS = $(MEASURED)/daemon.json $(MEASURED)/questions.json

performance: $(OF_REPLAY) $(OF_OTHERS)
	.venv/bin/python benchmarks/performance_page.py $^

$(OF_REPLAY): $(MEASURED)/%.json: | measuring
	.venv/bin/python benchmarks/replay.py --json $* > $@.part
	@mv $@.part $@

$(OF_OTHERS): $(MEASURED)/%.json: | measuring
	.venv/bin/python benchmarks/$*.py --json > $@.part
	@mv $@.part $@

measuring:
	@bin/setup test
	@mkdir -p $(MEASURED)

# A night through real servers, each killed, stopped, slowed and poisoned in turn; 20 minutes.
soak:
	@bin/setup test
	PYTHONPATH=. .venv/bin/python benchmarks/transports.py

# Several supervisors, three of which are killed, hung and cut off; ten minutes.
cluster:
	@bin/setup test
	PYTHONPATH=. .venv/bin/python benchmarks/cluster.py

# What 200 open pages and a thousand requests a second cost the daemon; three minutes.
load:
	@bin/setup standin
	.venv/bin/python benchmarks/page.py

# A simulated year and a month of 5,000 candidates; half an hour.
growth:
	@bin/setup standin
	.venv/bin/python benchmarks/growth.py

# One thing of the charts and of the core changed at a time, to see whether a test fails; half an hour
# for a sample of this size, and a night for all. What build/mutants has is not run again.
SAMPLE ?= 150
SEED ?= 1
mutants:
	@bin/setup test
	for place in machines core; do PYTHONPATH=. .venv/bin/python benchmarks/mutants.py $$place \
		--sample $(SAMPLE) --seed $(SEED) || exit 1; done
	PYTHONPATH=. .venv/bin/python benchmarks/mutants_page.py \
		$(addprefix build/mutants/, machines-$(SEED).jsonl core-$(SEED).jsonl)

clean:
	rm -rf .venv .venv-* build .pytest_cache .ruff_cache .hypothesis *.egg-info
