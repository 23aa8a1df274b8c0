"""The names of what there may be several of, such as ``idq[H1]``: of its kind, and its key."""


def without_key(name: str) -> str:
    """The name of a process or check without its key or value: ``idq`` of ``idq[H1]``."""
    return name.partition("[")[0]


def key_in(name: str) -> str:
    """The key or value in the name of a process or check: ``H1`` of ``idq[H1]``, "" for none."""
    return name.partition("[")[2].removesuffix("]")
