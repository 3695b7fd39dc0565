"""How a write starts from what is live: declared values change inside HubSpot's own JSON, the rest goes back as read.

HubSpot replaces whole documents (PUT), and whole lists inside a PATCH. So what is sent is the JSON as it was read with
the declared values in it, whether this code knows the other keys or not.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from revops_hubspot.api.errors import Json
from revops_iac.provider.live_object import Definition

Entry = Mapping[str, Any]
Identity = str | Callable[[Entry], Hashable]
"""What tells the entries of a list apart: one of their keys, or what a function makes of an entry."""


def merged(live: Any, declared: Any) -> Json:
    """The live JSON with what is declared in it: maps key by key, where None removes one; anything else as declared.

    >>> merged({"label": "A", "x": 1}, {"label": "B"})
    {'label': 'B', 'x': 1}
    """
    if not isinstance(declared, Mapping):
        return declared
    there = live if isinstance(live, Mapping) else {}
    inside = {key: merged(there.get(key), value) for key, value in declared.items() if value is not None}
    return {key: value for key, value in {**there, **inside}.items() if key in inside or key not in declared}


def merged_entries(live: Sequence[Entry] | None, declared: Sequence[Entry], *identities: Identity) -> list[Json]:
    """The declared entries in their order, each put into the live entry of the same identity."""
    there = live or ()
    pairs = paired(there, declared, *identities)
    return [merged(there[pairs[at]] if at in pairs else {}, entry) for at, entry in enumerate(declared)]


def paired(live: Sequence[Entry], declared: Sequence[Entry], *identities: Identity) -> Mapping[int, int]:
    """The place of the live entry for that of each declared one; the first identity decides first, equals in order."""
    pairs: dict[int, int] = {}
    for identity in identities:
        taken, free = {*pairs.values()}, defaultdict[Hashable, deque[int]](deque)
        for at, entry in enumerate(live):
            if at not in taken:
                free[_identity(entry, identity)].append(at)
        for at, entry in enumerate(declared):
            if at not in pairs and (same := free[_identity(entry, identity)]):
                pairs[at] = same.popleft()
    return pairs


def _identity(entry: Entry, identity: Identity) -> Hashable:
    return str(entry.get(identity)) if isinstance(identity, str) else identity(entry)


def by_identity(entries: Iterable[Entry] | None, identity: str) -> dict[str, Entry]:
    """Entries by what tells them apart."""
    return {str(entry.get(identity)): entry for entry in entries or ()}


def without(document: Entry, keys: Iterable[str]) -> Json:
    """A document for a write, without the keys that HubSpot makes and does not take back."""
    gone = frozenset(keys)
    return {key: value for key, value in document.items() if key not in gone}


def cut_entries(
    live: Sequence[Entry] | None, declared: Sequence[Entry] | None, *identities: Identity
) -> list[Definition]:
    """Live entries, in the form of inputs, without what their declared entry does not manage; others whole."""
    there, mine = live or (), declared or ()
    owners = {at: mine[own] for own, at in paired(there, mine, *identities).items()}
    return [
        {key: value for key, value in entry.items() if at not in owners or key in owners[at]}
        for at, entry in enumerate(there)
    ]
