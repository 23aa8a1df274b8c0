"""The stream of news: none is missed, and nobody has all of it."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from fsm.web import stream
from fsm.web.identity import Person
from fsm.web.pulse import Beat
from fsm.web.stream import Streams

READER, STRANGER = Person("", "", True, False), Person("", "", False, False)


class Site:
    """What streams ask of the pages."""

    def __init__(self):
        self.pulse = SimpleNamespace(beat=Beat("1", ""), told=None, now=lambda: 1.5)
        self.who = READER

    def person(self, request):
        return self.who

    known = person

    def origin(self, request):
        return request.client.host

    def refused(self, request, person):
        return SimpleNamespace(status_code=403)


def asked(host="192.0.2.1"):
    return Request({"type": "http", "client": (host, 1), "headers": []})


class Page:
    """A page that is open, which takes what is sent when it likes."""

    def __init__(self, response):
        self.got, self.takes = [], asyncio.Event()
        self.takes.set()
        self.closed = asyncio.Event()
        scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
        self.task = asyncio.create_task(response(scope, self.receive, self.send))

    async def receive(self):
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.got += [json.loads(line.removeprefix(b"data: "))["head"]
                     for line in message.get("body", b"").splitlines() if b"data: " in line]
        if message.get("body"):
            await self.takes.wait()

    async def until(self, condition):
        for _ in range(500):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(self.got)


def test_news_that_come_while_a_page_is_told_are_told_at_once(monkeypatch):
    monkeypatch.setattr(stream, "SIGN", 60.0)

    async def run():
        site = Site()
        streams = Streams(site)
        streams.begin()
        page = Page(await streams.answer(asked()))
        page.takes.clear()
        await page.until(lambda: page.got == ["1"])
        site.pulse.beat = Beat("2", "")
        site.pulse.told()
        await asyncio.sleep(0.05)  # the page is still taking the first
        page.takes.set()
        await page.until(lambda: page.got == ["1", "2"])
        streams.end()
        await page.task

    asyncio.run(run())


@pytest.mark.parametrize("host, most", [("192.0.2.1", 2), ("127.0.0.1", 4), ("unix:1000", 4)])
def test_one_address_has_only_some_of_all_streams(monkeypatch, host, most):
    monkeypatch.setattr(stream, "OF_ONE", 2)
    monkeypatch.setattr(stream, "MOST", 4)

    async def run():
        streams = Streams(Site())
        streams.begin()
        made = [await streams.answer(asked(host)) for _ in range(most)]
        assert (await streams.answer(asked(host))).status_code == 503
        if most < stream.MOST:
            made.append(await streams.answer(asked("192.0.2.2")))
        pages = [Page(one) for one in made]
        streams.end()
        await asyncio.gather(*(one.task for one in pages))
        assert not streams.open

    asyncio.run(run())


def test_who_may_look_no_longer_is_told_no_more(monkeypatch):
    monkeypatch.setattr(stream, "SIGN", 0.02)

    async def run():
        site = Site()
        streams = Streams(site)
        streams.begin()
        page = Page(await streams.answer(asked()))
        await page.until(lambda: len(page.got) > 2 * stream.SIGNS)
        site.who = STRANGER
        await asyncio.wait_for(page.task, 5)
        assert (await streams.answer(asked())).status_code == 403
        assert not streams.open

    asyncio.run(run())
