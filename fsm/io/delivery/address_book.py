"""The address book: where the responsible parties are reached."""

from collections.abc import Iterable, Mapping

from fsm.io.addresses import is_mail, named


class AddressBook:
    """Who is reached where.

    Args:
        parties: names of parties to their addresses.
        by_name: whether a party that is itself an e-mail address needs no entry.
    """

    def __init__(self, parties: Mapping[str, Iterable[str]], by_name: bool = True) -> None:
        self._parties = {name: tuple(map(named, addresses)) for name, addresses in parties.items()}
        self._real = {named(one): one for addresses in parties.values() for one in addresses}
        self._by_name = by_name

    @property
    def names(self) -> tuple[str, ...]:
        """The parties that are entered."""
        return tuple(self._parties)

    def real(self, name: str) -> str | None:
        """The address of a name, as a service needs it; None where nobody has it any more."""
        return self._real.get(name)

    def addresses(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names of the addresses of parties, each once."""
        return tuple(dict.fromkeys(address for name in names for address in self._of(name)))

    def everybody(self) -> tuple[str, ...]:
        """The names of the addresses of all parties that are entered, each once."""
        return self.addresses(self._parties)

    def parties(self, address: str) -> tuple[str, ...]:
        """The parties that the address of this name belongs to."""
        named = [name for name, addresses in self._parties.items() if address in addresses]
        return (*named, address)

    def unknown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of these parties that are reached nowhere."""
        return tuple(name for name in names if not self._of(name))

    def _of(self, name: str) -> tuple[str, ...]:
        known = self._parties.get(name)
        if known is not None:
            return known
        return (name,) if self._by_name and is_mail(name) else ()
