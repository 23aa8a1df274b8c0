"""What must hold of a lifecycle and of its regions, with all that may come to a candidate."""

from collections.abc import Iterator

from fsm.core.charts.lifecycle import TRIGGERS, Lifecycle, Region
from fsm.core.charts.rules import inside, lifecycle_rules
from fsm.verify.findings import Finding, Happening, Way
from fsm.verify.product import TIME, Fired, Product, World
from fsm.verify.properties import NO_WAY
from fsm.verify.worlds import explored, way


def verified(chart: Region) -> Iterator[Finding]:
    """All findings about a lifecycle, or a region, by itself."""
    product = Product([chart])
    seen: dict[Fired, tuple[World, Happening]] = {}

    def see(world: World, what: Happening, fired: list[Fired]) -> None:
        for one in fired:
            seen.setdefault(one, (world, what))

    came = explored(product, see)

    def shown(fired: Fired) -> Way:
        world, what = seen[fired]
        return (*way(came, world), what)

    reached = {world.states[0] for world in came}
    for state in chart.leaves():
        if state not in reached:
            yield Finding("reached", chart.name, "whatever comes, it is never reached", "", state,
                          unshown=NO_WAY)
    yield from _fires(chart, seen, reached)
    for one in seen:
        if one.dest is None and not _passed_over(chart, one):
            yield Finding("swallowed", chart.name, _swallowed(chart, one), "", one.state,
                          one.trigger, shown(one))
    if isinstance(chart, Lifecycle):
        for world in came:
            found = _stays(chart, product, world)
            if found:
                yield Finding("ends", chart.name, "it stays under way when all its checks are "
                              f"closed, in {found}", "", world.states[0], "all_closed",
                              (*way(came, world), TIME))
                return


def _fires(chart: Region, seen: dict[Fired, tuple[World, Happening]],
           reached: set[str]) -> Iterator[Finding]:
    for rule in lifecycle_rules(chart):
        if any(one.dest is not None and one.trigger == rule.trigger
               and inside(one.state, rule.source) and inside(one.dest, rule.dest)
               for one in seen):
            continue
        if any(inside(state, rule.source) for state in reached):
            yield Finding("fires", chart.name, f"its transition to {rule.dest} never fires: what "
                          "it waits for cannot come in this state", "", rule.source, rule.trigger,
                          unshown=NO_WAY)


def _passed_over(chart: Region, one: Fired) -> bool:
    """Whether the chart says that a trigger changes nothing in a state."""
    leaves, moves = chart.leaves(), [move for move in chart.moves if move.trigger == one.trigger]
    if not moves or any(inside(one.state, move.to) or move.elsewhere for move in moves):
        return True
    if leaves[one.state].waives:  # nothing is expected there: neither its checks nor a reason count
        return one.trigger in TRIGGERS or all(_waives(chart, move.to) for move in moves)
    order = list(leaves)
    return chart.onward and all(
        order.index(next(path for path in order if inside(path, move.to)))
        < order.index(one.state) for move in moves)


def _waives(chart: Region, path: str) -> bool:
    return all(state.waives for leaf, state in chart.leaves().items() if inside(leaf, path))


def _swallowed(chart: Region, one: Fired) -> str:
    tos = " or ".join(dict.fromkeys(move.to for move in chart.moves
                                    if move.trigger == one.trigger))
    return (f"it changes nothing here, and leads to {tos} from elsewhere: have it do so, or say "
            "with elsewhere= why not")


def _stays(chart: Lifecycle, product: Product, world: World) -> str:
    """In which state a candidate is still under way once all checks are closed; "" for none."""
    if not chart.under_way(world.states[0]):
        return ""
    return next((after.states[0] for what, after, _ in product.closing(world)
                 if chart.under_way(after.states[0])), "")
