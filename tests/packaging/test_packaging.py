"""What is in packaging/ says what setup.cfg says."""

import configparser
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from fsm import __version__

ROOT = Path(__file__).parents[2]
SETUP = configparser.ConfigParser(delimiters=["="])
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
EXTRAS = SETUP["options.extras_require"]
RECIPE = yaml.safe_load((ROOT / "packaging/conda/recipe.yaml").read_text(encoding="utf-8"))
CONTAINER = (ROOT / "packaging/Containerfile").read_text(encoding="utf-8")
# What conda-forge calls otherwise; and programs, which pip does not have.
NAMES = {"graphviz": "python-graphviz"}
PROGRAMS = {"graphviz": ""}


def lines(text):
    return [line for line in text.strip().splitlines() if not line.startswith("#")]


def requirements(texts):
    """Name to bounds of requirements, however they are written."""
    parsed = [re.fullmatch(r"([\w.-]+)(.*)", text.replace(" ", "")).groups() for text in texts]
    return dict(parsed)


def test_the_recipe_needs_what_the_package_needs():
    wanted = {NAMES.get(name, name): bounds for name, bounds in requirements(
        lines(SETUP["options"]["install_requires"])).items()}
    run = requirements(one for one in RECIPE["requirements"]["run"] if "python >" not in one)
    assert run == {**wanted, **PROGRAMS}


def test_the_recipe_builds_with_what_the_package_builds_with():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    host = requirements(one for one in RECIPE["requirements"]["host"]
                        if one.split()[0] not in ("pip", "python"))
    assert host == requirements(wanted)


def test_the_recipe_is_of_this_version_and_python():
    assert RECIPE["context"]["version"] == __version__
    assert SETUP["options"]["python_requires"] == f">={RECIPE['context']['python_min']}"
    assert RECIPE["build"]["python"]["entry_points"] == lines(
        SETUP["options.entry_points"]["console_scripts"])


@pytest.mark.parametrize("key", ["homepage", "license", "summary"])
def test_the_recipe_is_about_the_same(key):
    names = {"homepage": "url", "summary": "description"}
    assert RECIPE["about"][key] == SETUP["metadata"][names.get(key, key)]


def test_what_the_recipe_tries_is_in_the_sdist():
    for test in RECIPE["tests"]:
        for name in test.get("files", {}).get("source", ()):
            assert (ROOT / name).exists() and "graft examples" in (ROOT / "MANIFEST.in").read_text()


def test_the_container_has_extras_that_there_are():
    (extras,) = re.findall(r"sdist\}\[(.*)\]", CONTAINER)
    assert set(extras.split(",")) <= set(EXTRAS)


def test_the_container_has_the_user_that_kubernetes_runs_it_as():
    example = (ROOT / "examples/kubernetes.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"runAsUser: (\d+)", example)) == set(re.findall(r"USER (.*)", CONTAINER))
