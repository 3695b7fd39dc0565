"""What is read of an account in bulk: in as few calls as the vendor allows, whatever the number of objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from revops_iac.errors import AccountError
from revops_iac.provider.kind import Definition, LiveObject
from revops_iac.provider.session.live_cache import LiveCache

COUNT = 1_000


class Names(list[str]):
    """Expected names that count how often somebody goes through them."""

    walks = 0

    def __iter__(self) -> Iterator[str]:
        self.walks += 1
        return super().__iter__()


class Listed:
    """A kind whose list leaves definitions out; `refused` is what the account does not show."""

    name = "Listed"
    chunk: ClassVar[int] = 10

    def __init__(self, names: Sequence[str], refused: str = "") -> None:
        self.names, self.refused, self.calls = names, refused, list[Sequence[str]]()

    def partition(self, name: str) -> str:
        return ""

    def scan(self, client: Any, partition: str) -> Mapping[str, LiveObject | None]:
        return dict.fromkeys(self.names)

    def read_many(self, client: Any, names: Sequence[str]) -> Mapping[str, LiveObject]:
        self.calls.append(names)
        if self.refused in names:
            raise AccountError(f"{self.refused} is not shown")
        return {name: LiveObject(name, name, {}) for name in names}

    def name_of(self, client: Any, identifier: str) -> str | None:
        return identifier

    def normalize(self, definition: Definition) -> Definition:
        return definition

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        return declared


def cache_of(expected: Sequence[str]) -> LiveCache[Any]:
    connection: Any = SimpleNamespace(system=SimpleNamespace(label="CRM"), client=None)
    return LiveCache(connection, lambda kind: expected)


def test_expected_objects_are_read_in_full_chunks_and_looked_for_once():
    names = Names(f"n{number}" for number in range(COUNT))
    kind, cache = Listed(names), cache_of(names)
    names.walks = 0
    assert [live.name for name in reversed(names) if (live := cache.find(kind, name))] == names[::-1]
    assert (len(kind.calls), {len(call) for call in kind.calls}) == (COUNT // 10, {10})
    assert names.walks <= 2  # of the list, and of what is expected


def test_chunk_is_filled_with_what_exists_and_is_unread():
    kind, cache = Listed([f"n{number}" for number in range(30)]), cache_of(["n1", "gone", "n1", "n5", "n2"])
    assert cache.find(kind, "n5")
    assert kind.calls == [["n5", "n1", "n2"]]
    assert cache.find(kind, "n7")
    assert kind.calls[1:] == [["n7"]]
    assert cache.reread(kind, "n2")
    assert kind.calls[2:] == [["n2", "n1", "n5"]]


def test_object_that_is_not_shown_hides_no_other():
    names = [f"n{number}" for number in range(25)]
    kind, cache = Listed(names, refused="n3"), cache_of(names)
    hidden = set[str]()
    for name in names:
        try:
            assert cache.find(kind, name)
        except AccountError:
            hidden.add(name)
    assert hidden == {"n3"}
    with pytest.raises(AccountError, match="n3 is not shown"):
        cache.find(kind, "n3")
