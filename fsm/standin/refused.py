"""What the stand-in refuses."""


class Refused(Exception):
    """What cannot be done, with the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
