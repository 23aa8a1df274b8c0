"""What is installed only where it is wanted, and how it is told that it is missing."""

# What belongs to no extra, by the name of its module.
_WANTED = {"pkg_resources": "'setuptools>=66.1,<81'"}


def missing(error: ImportError, extra: str = "") -> str:
    """One sentence: what is missing, and the command that installs it.

    Args:
        error: the ImportError.
        extra: of the package, which brings it; "" where the package itself needs it.
    """
    name = (error.name or "a module").partition(".")[0]
    wanted = f"'event-supervisor[{extra}]'" if extra else "event-supervisor"
    command = f"pip install {_WANTED.get(name, wanted)}"
    if isinstance(error, ModuleNotFoundError):
        return f"{name} is missing: {command}"
    return f"{name} cannot be used ({error}): {command}"
