"""Every world that can come of a product, each with the shortest way to it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from fsm.verify.findings import Happening, Way
from fsm.verify.product import Fired, Product, World

MOST = 200_000  # worlds that are looked at, which takes half a minute

Came = dict[World, tuple[World, Happening] | None]  # from which world, None for a beginning


class TooMany(Exception):
    """There are more worlds than are looked at."""


def explored(product: Product, see: Callable[[World, Happening, list[Fired]], None],
             most: int = MOST) -> Came:
    """All worlds, those that come first, first.

    Args:
        product: of which.
        see: is told what happens in each world, and what it fires.
        most: number of worlds after which it is given up.

    Raises:
        TooMany: where there are more.
    """
    came: Came = dict.fromkeys(product.beginnings())
    waiting = deque(came)
    while waiting:
        world = waiting.popleft()
        for what, after, fired in product.steps(world):
            see(world, what, fired)
            if after not in came:
                came[after] = (world, what)
                waiting.append(after)
        if len(came) > most:
            raise TooMany
    return came


def way(came: Came, world: World) -> Way:
    """The way to a world from where a candidate begins."""
    found: list[Happening] = []
    before = came[world]
    while before is not None:
        world, what = before
        found.append(what)
        before = came[world]
    return tuple(reversed(found))


def without(product: Product, worlds: Iterable[World],
            allowed: Callable[[World], bool]) -> Came:
    """The worlds that come of some by way of allowed ones alone; arguments as they say."""
    came: Came = dict.fromkeys(worlds)
    waiting = deque(came)
    while waiting:
        world = waiting.popleft()
        for what, after, _ in product.steps(world):
            if after not in came and allowed(after):
                came[after] = (world, what)
                waiting.append(after)
    return came


def circles(product: Product, among: Came) -> Iterator[set[World]]:
    """The largest sets of worlds, of these, each of which comes of each other one of its set.

    That of one world which does not come of itself is a set too.
    """
    order: dict[World, int] = {}
    low: dict[World, int] = {}
    stack: list[World] = []
    on: set[World] = set()

    def inner(world: World) -> Iterator[World]:
        return (after for _, after, _ in product.steps(world) if after in among)

    for root in among:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        stack.append(root)
        on.add(root)
        path = [(root, inner(root))]
        while path:
            world, ahead = path[-1]
            after = next(ahead, None)
            if after is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[world])
                if low[world] == order[world]:
                    place = stack.index(world)
                    circle, stack = set(stack[place:]), stack[:place]
                    on -= circle
                    yield circle
            elif after not in order:
                order[after] = low[after] = len(order)
                stack.append(after)
                on.add(after)
                path.append((after, inner(after)))
            elif after in on:
                low[world] = min(low[world], order[after])
