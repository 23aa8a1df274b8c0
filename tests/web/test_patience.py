"""Who is too slow at the other end is not waited for."""

import asyncio
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from fsm.web import patience

LONG, SOON = 20.0, 10.0  # seconds


async def echo(request):
    return PlainTextResponse(await request.body())


async def large(request):
    return PlainTextResponse("x" * 50_000_000)


async def news(request):
    async def some():
        while True:
            yield b"x" * 100_000
            await asyncio.sleep(0.01)

    return StreamingResponse(some())


@pytest.fixture
def serving(monkeypatch):
    """A function that has a coroutine function talk to a server with little patience."""
    for name, seconds in (("EVERY", 0.05), ("HEAD", 1.0), ("BODY", 2.0), ("TAKEN", 0.5)):
        monkeypatch.setattr(patience, name, seconds)
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), Route("/large", large),
                            Route("/news", news)])
    config, state = uvicorn.Config(app, ws="none", log_config=None), ServerState()

    def run(talk):
        async def all_of_it():
            made = await asyncio.get_running_loop().create_server(
                lambda: patience.Patient(config, state, {}), "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(
                *made.sockets[0].getsockname(), limit=1024)
            await talk(reader, writer, state)
            writer.close()
            made.close()

        asyncio.run(all_of_it())

    return run


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nA: b",
                                  b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"])
def test_a_request_that_does_not_come_is_not_waited_for(serving, sent):
    async def talk(reader, writer, state):
        writer.write(sent)
        with suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), SOON) == b""

    serving(talk)


def test_a_request_that_drips_is_not_waited_for(serving):
    async def talk(reader, writer, state):
        with pytest.raises(ConnectionError):
            writer.write(b"GET / HTTP/1.1\r\n")
            for _ in range(100):
                writer.write(b"A: b\r\n")
                await writer.drain()
                await asyncio.sleep(0.05)

    serving(talk)


@pytest.mark.parametrize("path", ["large", "news"])
def test_who_takes_nothing_is_not_waited_for(serving, path):
    async def talk(reader, writer, state):
        writer.write(b"GET /" + path.encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        while not state.connections:
            await asyncio.sleep(0)
        end = asyncio.get_running_loop().time() + LONG
        while state.connections:
            assert asyncio.get_running_loop().time() < end
            await asyncio.sleep(0.05)

    serving(talk)


def test_who_is_quick_is_served_again_and_again(serving):
    async def talk(reader, writer, state):
        for text in (b"abc", b"defg"):
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(text))
            await asyncio.sleep(0.3)
            writer.write(text)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(len(text)) == text
            await asyncio.sleep(1.5)  # longer than for a head, and uvicorn waits for the next

    serving(talk)
