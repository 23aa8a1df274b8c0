"""Faults on demand: what can go wrong between a client and GraceDB."""

import time
from collections.abc import Callable, Iterator

import attrs
from werkzeug.wrappers import Request, Response


@attrs.define
class Faults:
    """The faults now in force; a change of them is one assignment.

    Attributes:
        latency: seconds added to every answer.
        status: answered instead of doing what was asked; 0 for none.
        after: whether what was asked is done all the same, as behind a broken gateway.
        retry_after: seconds told with it, or None.
        times: how many requests more fail; negative for all.
        part: only requests whose path contains this text.
        method: only requests of this method; empty for all.
        body: of the faulty answer.
        half: whether answers break off in the middle.
    """

    latency: float = attrs.field(default=0.0, converter=float)
    status: int = attrs.field(default=0, converter=int)
    after: bool = False
    retry_after: float | None = attrs.field(default=None,
                                            converter=attrs.converters.optional(float))
    times: int = attrs.field(default=-1, converter=int)
    part: str = ""
    method: str = ""
    body: str = "stand-in: a fault as ordered"
    half: bool = False

    def answered(self, request: Request, serve: Callable[[], Response]) -> Response:
        """Serve a request, faultily where it was ordered so."""
        if self.latency:
            time.sleep(self.latency)
        if not self._meant(request):
            return serve()
        self.times -= 1
        if self.half:
            return _half(serve())
        if self.after:
            serve()
        headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        return Response(self.body, self.status, headers)

    def _meant(self, request: Request) -> bool:
        return bool((self.status or self.half) and self.times != 0 and self.part in request.path
                    and self.method in ("", request.method))


def _half(response: Response) -> Response:
    """An answer that promises its whole length and breaks off in the middle."""
    whole = response.get_data()

    def broken() -> Iterator[bytes]:
        yield whole[:len(whole) // 2]
        raise ConnectionError("stand-in: breaks off as ordered")

    return Response(broken(), response.status,
                    {"Content-Type": response.content_type, "Content-Length": str(len(whole))})
