"""Creations that arrive together leave together: by type, never too many, and each caller hears of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from revops_iac.provider.api.creations import Creations

LIMIT = 10


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups wait until they are complete: the tests must not depend on the machine's pace."""
    monkeypatch.setattr("revops_iac.provider.api.creations.WINDOW_S", 0.2)


def test_types_are_never_mixed_and_groups_never_too_large() -> None:
    sent: list[tuple[str, int]] = []

    def send(type_name: str, bodies: list[int]) -> list[str]:
        sent.append((type_name, len(bodies)))
        return [str(body) for body in bodies]

    creations = Creations(LIMIT, send)
    jobs = [("CustomField", number) for number in range(LIMIT + 2)] + [("Queue", 100), ("Queue", 101)]
    with ThreadPoolExecutor(len(jobs)) as pool:
        outcomes = list(pool.map(lambda job: creations.create(*job), jobs))
    assert outcomes == [str(number) for _, number in jobs]
    assert sorted(sent) == [("CustomField", 2), ("CustomField", LIMIT), ("Queue", 2)]


def test_failed_call_is_heard_of_by_every_caller() -> None:
    def send(type_name: str, bodies: list[int]) -> list[str]:
        raise ValueError("no answer")

    creations = Creations(2, send)

    def create(body: int) -> str:
        with pytest.raises(ValueError, match="no answer"):
            creations.create("CustomField", body)
        return "heard"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(create, range(2))) == ["heard", "heard"]
