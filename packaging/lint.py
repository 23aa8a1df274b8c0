"""Reads the recipe of conda as rattler-build does: keys, licences, templates, entry points."""

from pathlib import Path

from rattler_build import Stage0Recipe

(package,) = Stage0Recipe.from_file(Path(__file__).with_name("conda") / "recipe.yaml").render()
print(package)
