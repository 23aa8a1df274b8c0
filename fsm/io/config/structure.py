"""Makes attrs classes of a configuration's tables, by cattrs; what is unknown or wrong is named.

The attributes of a class are the keys of its table, and their types say what each must be; see
:mod:`~fsm.io.config.kinds`.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import attrs
from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError
from cattrs.errors import AttributeValidationNote, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_mapping_structure_fn

from fsm.core.printable import quoted, short
from fsm.errors import ConfigurationError, closest
from fsm.io.config import kinds

Made = TypeVar("Made")
CONVERTER = Converter()


class NotATable(ConfigurationError):
    """A table is expected, and there is something else."""


def structured(kind: type[Made], plain: Any, where: str = "") -> Made:
    """Make a value of what a configuration holds.

    Args:
        kind: an attrs class, or another kind of values.
        plain: what the configuration has in its place.
        where: the place, "" for all of the configuration.

    Returns:
        An instance of the kind.

    Raises:
        ConfigurationError: where something is unknown or wrong, with its place.
    """
    try:
        return CONVERTER.structure(plain, kind)
    except (BaseValidationError, ConfigurationError) as error:
        raise ConfigurationError(_sentence(error, where)) from None


def table(plain: dict, key: str, where: str = "") -> dict:
    """The table under a key, empty where there is none; ``where`` is the place of ``plain``.

    Raises:
        ConfigurationError: where it is none.
    """
    found = plain.get(key, {})
    if not isinstance(found, dict):
        raise ConfigurationError(_sentence(NotATable(kinds.shown(found)), _inside(where, key)))
    return found


def tables(plain: dict, key: str) -> list:
    """What is written as ``[[key]]``; whether each of it is a table is not known yet.

    Raises:
        ConfigurationError: where it is written otherwise.
    """
    found = plain.get(key, [])
    if not isinstance(found, list):
        raise ConfigurationError(f"{key!r} must be written as [[{key}]], one table for each")
    return found


def _inside(where: str, name: Any) -> str:
    name = short(str(name), 60)
    return f"{where}.{name}" if where else name


def _sentence(error: Any, where: str) -> str:
    """The first thing that is wrong, and where."""
    if isinstance(error, BaseValidationError):
        found = error.exceptions
        unknown = next((one for one in found if isinstance(one, ForbiddenExtraKeysError)), None)
        first = unknown or found[0]
        note = next((one for one in getattr(first, "__notes__", ()) if _name(one) is not None),
                    None)
        if isinstance(first, KeyError):
            return _missing(error.cl, _name(note), where)
        return _sentence(first, where if note is None else _inside(where, _name(note)))
    if isinstance(error, ForbiddenExtraKeysError):
        name = min(error.extra_fields)
        known = [field.name for field in attrs.fields(error.cl)]
        inside = f" in {where}" if where else ""
        return f"unknown key {quoted(name)}{inside}; {closest(name, known)}"
    if isinstance(error, NotATable):
        return f"{where}: expected a table, not {error}" if "." in where or " " in where \
            else f"{where!r} must be a table, not {error}"
    return f"{where}: {error}" if where else str(error)


def _name(note: Any) -> Any:
    """What cattrs notes of an error: the attribute, or the key, in which it was."""
    if isinstance(note, AttributeValidationNote):
        return note.name
    return note.index if isinstance(note, IterableValidationNote) else None


def _missing(kind: Any, key: str, where: str) -> str:
    words = getattr(kind, "NEEDS", "it needs {!r}").format(key)
    return f"{where}: {words}" if where else words


def _of_class(kind: Any) -> Callable[[Any, Any], Any]:
    """How a table becomes an attrs class, with no key that this has not."""
    fill = make_dict_structure_fn(kind, CONVERTER, _cattrs_forbid_extra_keys=True,
                                  _cattrs_detailed_validation=True)
    return lambda plain, _: fill(_is_table(plain), kind)


def _of_mapping(kind: Any) -> Callable[[Any, Any], Any]:
    """How a table with any keys becomes a dict, its values of one kind."""
    if not get_args(kind):
        return lambda plain, _: _is_table(plain)
    fill = make_mapping_structure_fn(kind, CONVERTER, dict, detailed_validation=True)
    return lambda plain, _: fill(_is_table(plain), kind)


def _of_annotated(kind: Any) -> Callable[[Any, Any], Any]:
    """How a value of a kind is made, and what refuses some of them."""
    base, *checks = get_args(kind)

    def make(plain: Any, _: Any) -> Any:
        made = CONVERTER.structure(plain, base)
        for check in checks:
            check(made)
        return made
    return make


def _of_list(kind: Any) -> Callable[[Any, Any], Any]:
    """How a list of tables becomes a tuple of attrs classes."""
    one = get_args(kind)[0]

    def make(plain: Any, _: Any) -> Any:
        if not isinstance(plain, list) or not all(isinstance(table, dict) for table in plain):
            raise ConfigurationError("expected a list of tables"
                                     f"{getattr(one, 'SUCH_AS', '')}, not {kinds.shown(plain)}")
        return tuple(CONVERTER.structure(table, one) for table in plain)
    return make


def _of_words(kind: Any) -> Callable[[Any, Any], Any]:
    """How one of several words is taken."""
    words = get_args(kind)

    def make(plain: Any, _: Any) -> Any:
        if plain not in words:
            raise ConfigurationError(f"expected one of {', '.join(words)}, not "
                                     f"{kinds.shown(plain)}")
        return plain
    return make


def _is_table(plain: Any) -> dict:
    if not isinstance(plain, dict):
        raise NotATable(kinds.shown(plain))
    return plain


def made_by(kind: Any, make: Callable[[Any], Any]) -> None:
    """Have all values of a kind made by a function, which refuses what is wrong."""
    CONVERTER.register_structure_hook_func(lambda other: other == kind,
                                           lambda plain, _: make(plain))


def _register() -> None:
    """Later ones come before earlier ones, and all before those of cattrs."""
    for base, make in ((bool, kinds.boolean), (str, kinds.text), (int, kinds.whole),
                       (float, kinds.number)):
        CONVERTER.register_structure_hook(base, lambda plain, _, make=make: make(plain))
    factory = CONVERTER.register_structure_hook_factory
    factory(attrs.has, _of_class)
    factory(lambda kind: get_origin(kind) is dict or kind is dict, _of_mapping)
    factory(lambda kind: get_origin(kind) is tuple and attrs.has(get_args(kind)[0]), _of_list)
    factory(lambda kind: get_origin(kind) is Literal, _of_words)
    factory(lambda kind: get_origin(kind) is Annotated, _of_annotated)
    made_by(tuple[str, ...], kinds.texts)
    made_by(kinds.Addresses, kinds.addresses)


_register()
