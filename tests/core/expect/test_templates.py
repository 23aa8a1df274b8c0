"""Templates: every reading of a text counts."""

from hypothesis import given
from hypothesis import strategies as st

from fsm.core.expect.templates import Template

WORDS = st.text("abcXYZ019_.-+:", min_size=1, max_size=8)
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
ANY = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
PIECES = st.lists(st.sampled_from(["{a}", "{b}", "{c}", "*", "_", "-", ".png", "timeseries", " "]),
                  min_size=1, max_size=7)


def written(text, values, fillings):
    """A text that a template can produce: with its values, and any text for each ``*``."""
    for name in values:
        text = text.replace(f"{{{name}}}", f"\0{name}\0")
    parts = text.split("*")
    text = parts[0] + "".join(fill + part for fill, part in zip(fillings, parts[1:], strict=False))
    for name, value in values.items():
        text = text.replace(f"\0{name}\0", value)
    return text


@given(PIECES, st.fixed_dictionaries(dict.fromkeys("abc", VALUES)),
       st.lists(ANY.map(lambda text: text.replace("\0", "")), min_size=7, max_size=7))
def test_whatever_a_template_can_produce_is_matched_with_its_values(pieces, values, fillings):
    template = Template("".join(pieces))
    values = {name: value.replace("\0", "x") for name, value in values.items()
              if name in template.parameters}
    name = written(template.text, values, fillings)
    assert template.named(name, values)
    assert template.said(f"so: {name}, it is", values)


def test_a_name_that_is_read_in_another_way_at_first():
    template = Template("{ifo}_{classifier}*_timeseries-*-*.png")
    name = "H1_ovl_G260000_timeseries-1164585571-10.png"
    assert template.named(name, {"ifo": "H1", "classifier": "ovl"})
    assert not template.named(name, {"ifo": "H1", "classifier": "mvsc"})
    assert not template.named(name, {"ifo": "L1", "classifier": "ovl"})


def test_a_part_of_a_longer_word_is_no_value():
    template = Template("begun for {graceid}")
    assert not template.said("begun for G298", {"graceid": "G29"})
    assert template.said("begun for G298, begun for G29", {"graceid": "G29"})
    assert not Template("at {ifo}").said("at H12", {"ifo": "H1"})
