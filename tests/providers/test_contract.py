"""The contract of kinds: every kind of both systems, from its docstring example, against the simulators."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from crm_simulators.control import Fault
from crm_simulators.server import RunningSimulators

from revops_iac.errors import AuthorError
from revops_iac.provider.kind import META_INPUTS, Existence, Kind
from revops_iac.systems import installed_systems
from tests.providers.contract import WRITES, Contract, declared_part, example, forms, later, renamed
from tests.providers.typed_inputs import name_in

KINDS = [
    (system.name, form)
    for system in installed_systems().values()
    for kind in system.kinds.values()
    for form in forms(kind)
]
DATED = {"hubspot": ("HUBSPOT_API_VERSION", "2026-09")}
"""Systems whose API has dated paths too, and how these are chosen."""
DATED_KINDS = [(f"{system}@{DATED[system][1]}", kind) for system, kind in KINDS if system in DATED]


def immutables(kind: Kind[Any, Any]) -> list[str]:
    """What the example declares and must never change."""
    return sorted(kind.immutable & example(kind).keys())


def with_each(kinds: list[tuple[str, Kind[Any, Any]]]) -> pytest.MarkDecorator:
    """Runs a test once per kind, on an account that holds what the kind's example needs."""
    return pytest.mark.parametrize("contract", kinds, indirect=True, ids=lambda pair: f"{pair[0]}-{pair[1].name}")


def with_kinds(chosen: Callable[[Kind[Any, Any]], bool]) -> pytest.MarkDecorator:
    return with_each([(system, kind) for system, kind in KINDS if chosen(kind)])


EVERY_KIND = with_kinds(lambda kind: kind.existence is not Existence.MONITORED)
MONITORED_KINDS = with_kinds(lambda kind: kind.existence is Existence.MONITORED)
WITH_IMMUTABLES = with_kinds(lambda kind: kind.existence is not Existence.MONITORED and bool(immutables(kind)))
UPDATED_KINDS = with_kinds(lambda kind: later(kind) is not None)
RENAMED_KINDS = with_kinds(lambda kind: renamed(kind) is not None)
REMOVABLE_KINDS = with_kinds(lambda kind: not kind.existence.is_permanent and kind.existence.is_removable)
KEPT_KINDS = with_kinds(lambda kind: not kind.existence.is_removable)
DEACTIVATED_KINDS = with_kinds(lambda kind: kind.existence is Existence.SWITCHED_OFF)
CREATED_KINDS = with_kinds(lambda kind: later(kind) is not None and not kind.existence.is_permanent)
RENAMED_WITH_ANOTHER = {
    "WorkflowActivation": "its name is that of its workflow; test_workflow_activation.py renames both"
}
"""Kinds whose name changes, but never alone: why the contract does not rename them."""


@pytest.fixture
def contract(
    request: pytest.FixtureRequest,
    accounts: RunningSimulators,
    waits: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> Contract:
    (system, _, version), kind = request.param[0].partition("@"), request.param[1]
    if version:
        monkeypatch.setenv(*DATED[system])
    made = Contract(accounts, system, kind, logs_in_once=True)
    made.prepare()
    made.forget_log()
    return made


def changed(kind: Kind[Any, Any]) -> dict[str, Any]:
    found = later(kind)
    assert found is not None
    return found


def otherwise(value: Any) -> Any:
    return not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}_other"


def lose_next_answer(contract: Contract) -> Fault:
    """Starts a new process; the answer to its first write will not come, though the account did what it asked."""
    contract.run().find(contract.kind, name_in(contract.kind, example(contract.kind)))
    return contract.sims.control.faults.add("timeout_after_write", system=contract.system, method=WRITES, count=1)


@EVERY_KIND
def test_create_then_the_second_preview_is_empty(contract: Contract) -> None:
    made = contract.create()
    assert contract.writes()
    contract.forget_log()

    again = contract.refresh(made)

    assert again is not None
    assert again.id == made.id
    assert declared_part(contract.kind, example(contract.kind), again.outputs) == example(contract.kind)
    assert not contract.changes(again, example(contract.kind))
    assert contract.writes() == []


@MONITORED_KINDS
def test_what_is_only_monitored_is_never_written(contract: Contract) -> None:
    made = contract.create()
    again = contract.refresh(made)

    assert again is not None
    assert again.id == made.id
    contract.update(again, example(contract.kind))
    contract.delete(again)
    assert contract.writes() == []
    assert contract.live() is not None


@UPDATED_KINDS
def test_update_reaches_the_account_and_keeps_the_object(contract: Contract) -> None:
    made = contract.create()
    assert contract.changes(made, changed(contract.kind))

    updated = contract.update(made, changed(contract.kind))
    again = contract.refresh(updated)

    assert again is not None
    assert again.id == made.id
    assert declared_part(contract.kind, changed(contract.kind), again.outputs) == changed(contract.kind)
    assert not contract.changes(again, changed(contract.kind))


@RENAMED_KINDS
def test_rename_keeps_the_object(contract: Contract) -> None:
    kind, new = contract.kind, renamed(contract.kind)
    assert new is not None
    made = contract.create()
    assert contract.changes(made, new)

    again = contract.refresh(contract.update(made, new))

    assert again is not None
    assert again.id == made.id
    assert not contract.changes(again, new)
    assert contract.live() is None
    moved = contract.live(new)
    assert moved is not None
    assert name_in(kind, declared_part(kind, new, again.outputs)) == moved.name


@pytest.mark.parametrize("kind", [kind for _, kind in KINDS if not kind.name_is_immutable], ids=lambda kind: kind.name)
def test_kind_whose_name_can_change_is_renamed_here(kind: Kind[Any, Any]) -> None:
    assert (renamed(kind) is None) == (kind.name in RENAMED_WITH_ANOTHER), (
        "put a new name under Renamed:: (contract.py)"
    )


@WITH_IMMUTABLES
def test_immutable_change_is_refused_with_recipe(contract: Contract) -> None:
    made = contract.create()
    contract.forget_log()
    for key in immutables(contract.kind):
        desired = {**example(contract.kind), key: otherwise(example(contract.kind)[key])}
        with pytest.raises(
            AuthorError, match=rf"{key} cannot change after creation.*\n    fix: declare a new key beside"
        ):
            contract.changes(made, desired)
    assert contract.writes() == []


@EVERY_KIND
def test_identical_object_is_adopted_without_a_write(contract: Contract) -> None:
    first = contract.create()
    contract.forget_log()

    second = contract.create()

    assert second.outputs["adopted"] is True
    assert second.id == first.id
    assert contract.writes() == []


@UPDATED_KINDS
def test_different_object_is_refused_unless_adopted_and_restored_on_delete(contract: Contract) -> None:
    contract.create()
    before = contract.live()
    assert before is not None
    contract.forget_log()

    with pytest.raises(AuthorError, match=r"already exists with different settings"):
        contract.create(changed(contract.kind))
    assert contract.writes() == []

    adopted = contract.create({**changed(contract.kind), "adopt": True})
    assert adopted.outputs["adopted"] is True
    contract.delete(adopted)

    after = contract.live()
    assert after is not None
    assert (
        contract.kind.differences(example(contract.kind), contract.kind.managed_view(example(contract.kind), after))
        == []
    )


@CREATED_KINDS
def test_run_that_was_killed_after_its_create_is_taken_up(contract: Contract) -> None:
    contract.run()
    contract.create_here(example(contract.kind))

    made = contract.create(changed(contract.kind))

    assert "adopted" not in made.outputs
    again = contract.refresh(made)
    assert again is not None
    assert not contract.changes(again, changed(contract.kind))


@REMOVABLE_KINDS
def test_delete_removes_it_and_a_second_delete_is_quiet(contract: Contract) -> None:
    made = contract.create()

    contract.delete(made)
    assert contract.live() is None

    contract.forget_log()
    contract.delete(made)
    assert contract.writes() == []


@KEPT_KINDS
def test_delete_of_what_the_vendor_keeps_leaves_it_and_says_so(
    contract: Contract, capfd: pytest.CaptureFixture[str]
) -> None:
    made = contract.create()
    contract.forget_log()

    contract.delete(made)

    live = contract.live()
    assert live is not None
    assert len(contract.writes()) == (1 if contract.kind.existence is Existence.SWITCHED_OFF else 0)
    name = name_in(contract.kind, example(contract.kind))
    kept = rf"{contract.kind.name} {re.escape(name)} (is kept|is deactivated and kept|stays)\b"
    assert re.search(kept, capfd.readouterr().err)


@DEACTIVATED_KINDS
def test_what_delete_switched_off_is_taken_up_again(contract: Contract) -> None:
    contract.delete(contract.create())
    off = contract.live()
    assert off is not None
    assert contract.kind.differences(example(contract.kind), contract.kind.managed_view(example(contract.kind), off))

    again = contract.create()

    on = contract.live()
    assert on is not None
    assert not contract.kind.differences(example(contract.kind), contract.kind.managed_view(example(contract.kind), on))
    contract.delete(again)
    assert contract.live() == off


@REMOVABLE_KINDS
def test_object_gone_out_of_band_is_gone_and_created_again(contract: Contract) -> None:
    made = contract.create()
    contract.removed_elsewhere()

    assert contract.refresh(made) is None

    contract.create()
    assert contract.live() is not None


@UPDATED_KINDS
def test_change_out_of_band_shows_and_is_undone(contract: Contract) -> None:
    made = contract.create()
    contract.elsewhere(changed(contract.kind))

    drifted = contract.refresh(made)
    assert drifted is not None
    assert contract.changes(drifted, example(contract.kind))

    undone = contract.refresh(contract.update(drifted, example(contract.kind)))
    assert undone is not None
    assert not contract.changes(undone, example(contract.kind))


@EVERY_KIND
def test_busy_account_is_tried_again(contract: Contract, waits: list[float]) -> None:
    contract.run().find(contract.kind, name_in(contract.kind, example(contract.kind)))
    fault = contract.sims.control.faults.add("rate_limit", system=contract.system, method=WRITES, count=1)

    made = contract.create_here(example(contract.kind))

    assert fault.hits == 1
    assert waits
    again = contract.refresh(made)
    assert again is not None
    assert not contract.changes(again, example(contract.kind))


@EVERY_KIND
def test_write_that_timed_out_after_it_landed_is_not_sent_twice(contract: Contract) -> None:
    fault = lose_next_answer(contract)

    made = contract.create_here(example(contract.kind))

    assert fault.hits == 1
    again = contract.refresh(made)
    assert again is not None
    assert again.id == made.id
    assert not contract.changes(again, example(contract.kind))


@UPDATED_KINDS
def test_update_that_timed_out_after_it_landed_is_done(contract: Contract) -> None:
    made = contract.create()
    fault = lose_next_answer(contract)

    updated = contract.update_here(made, changed(contract.kind))

    assert fault.hits == 1
    again = contract.refresh(updated)
    assert again is not None
    assert again.id == made.id
    assert not contract.changes(again, changed(contract.kind))


@REMOVABLE_KINDS
def test_delete_that_timed_out_after_it_landed_is_done(contract: Contract) -> None:
    made = contract.create()
    fault = lose_next_answer(contract)

    contract.delete_here(made)

    assert fault.hits == 1
    assert contract.live() is None


@with_each(DATED_KINDS)
def test_dated_paths_serve_a_whole_life(contract: Contract) -> None:
    kind = contract.kind
    made = contract.create()
    assert contract.create().outputs["adopted"] is True
    again = contract.refresh(made)
    assert again is not None
    assert declared_part(kind, example(kind), again.outputs) == example(kind)
    assert not contract.changes(again, example(kind))

    for desired in (later(kind), renamed(kind)):
        if desired is not None:
            made = contract.update(made, desired)
            again = contract.refresh(made)
            assert again is not None
            assert again.id == made.id
            assert not contract.changes(again, desired)

    contract.delete(made)
    if not kind.existence.is_permanent and kind.existence.is_removable:
        assert contract.refresh(made) is None


@with_each(DATED_KINDS)
def test_lost_answers_are_made_up_for_on_dated_paths(contract: Contract) -> None:
    kind, desired = contract.kind, later(contract.kind)
    faults = [lose_next_answer(contract)]
    made = contract.create_here(example(kind))
    if desired is not None:
        faults.append(lose_next_answer(contract))
        made = contract.update_here(made, desired)
    again = contract.refresh(made)
    assert again is not None
    assert again.id == made.id
    assert not contract.changes(again, desired or example(kind))

    if not kind.existence.is_permanent and kind.existence.is_removable:
        faults.append(lose_next_answer(contract))
        contract.delete_here(made)
        assert contract.live() is None
    assert [fault.hits for fault in faults] == [1] * len(faults)


@pytest.mark.parametrize("kind", [kind for _, kind in KINDS], ids=lambda kind: kind.name)
def test_parsed_inputs_say_what_was_declared(kind: Kind[Any, Any]) -> None:
    for declared in (example(kind), later(kind)):
        assert declared is None or kind.inputs.load(declared).managed() == declared


def test_meta_inputs_are_known() -> None:
    assert {"adopt"} == META_INPUTS
