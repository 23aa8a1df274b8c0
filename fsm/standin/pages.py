"""What all pages of the stand-in have in common."""

from fsm.standin.service import Service
from fsm.standin.store import Store
from fsm.standin.superevents import Superevents


class Pages:
    """Pages of a stand-in; each is a method named by its route.

    Attributes:
        store: what is kept.
        service: what is done with it.
        superevents: what is done with superevents.
    """

    store: Store
    service: Service
    superevents: Superevents
