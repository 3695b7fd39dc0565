"""The order of lifecycle stages, against the ways that people can go, found one by one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from revops_iac.model.lifecycle import Lifecycle, StageOrder
from tests.stage_graphs import Stages, stage_graphs


def order_of(stages: Stages) -> StageOrder:
    return Lifecycle.model_validate({"stages": stages}).order


def ways(stages: Stages, order: StageOrder) -> list[list[str]]:
    """Every way through the stages from where people begin, with the optional ones and without."""
    found: list[list[str]] = [[]]
    for key in stages:
        follows = order.direct[key]
        found += [[*way, key] for way in found if (way[-1] in follows if way else not follows)]
    left_out = [key for key, stage in stages.items() if stage.get("optional")]
    for key in left_out:
        found += [[one for one in way if one != key] for way in found if key in way]
    return [list(way) for way in dict.fromkeys(map(tuple, found))]


@given(stages=stage_graphs())
def test_a_move_is_allowed_when_it_passes_no_stage_by(stages: Stages) -> None:
    """Forward to the next stage of a way; and to any stage that some way reaches without going past where one is."""
    order = order_of(stages)
    nexts = {(one, other) for way in ways(stages, order) for one, other in pairwise(way)}
    begins = {way[0] for way in ways(stages, order) if way}
    whole = [way for way in ways({key: {} for key in stages}, order) if way]
    for now in stages:
        reached = {now, *(one for way in whole if now in way for one in way[: way.index(now)])}
        for to in stages:
            allowed = now == to or to in begins or any((one, to) in nexts for one in reached)
            assert order.allows(now, to) is allowed, (now, to)
    assert all(order.allows(None, to) for to in stages)


@given(stages=stage_graphs())
def test_required_fields_are_asked_of_those_who_cannot_have_passed_the_stage_by(stages: Stages) -> None:
    order = order_of(stages)
    everyway = [way for way in ways(stages, order) if way]
    for key in stages:
        for other in stages:
            through = [way[: way.index(other) + 1] for way in everyway if other in way]
            assert (other in order.asked_in(key)) is (bool(through) and all(key in way for way in through))


@given(stages=stage_graphs())
def test_an_automation_steps_to_its_target_without_a_skip(stages: Stages) -> None:
    order = order_of(stages)
    for target in stages:
        steps = order.steps_to(target)
        assert tuple(steps) == order.before(target)
        for key in steps:
            trail = [key]
            while trail[-1] != target:
                assert order.allows(trail[-1], steps[trail[-1]])
                trail.append(steps[trail[-1]])
            assert trail == sorted(trail)


def test_stages_that_say_nothing_stand_in_a_line() -> None:
    order = order_of({key: {"label": key} for key in ("lead", "mql", "sql", "customer")})
    assert order.is_line
    assert order.steps_to("customer") == {"lead": "mql", "mql": "sql", "sql": "customer"}
    assert order.asked_in("mql") == ("mql", "sql", "customer")


def test_an_optional_stage_is_left_out_by_who_does_not_need_it() -> None:
    order = order_of({"lead": {"label": "L"}, "pql": {"label": "P", "optional": True}, "mql": {"label": "M"}})
    assert [order.allows("lead", to) for to in ("pql", "mql")] == [True, True]
    assert order.steps_to("mql") == {"lead": "mql", "pql": "mql"}
    assert order.asked_in("pql") == ("pql",)


def test_parallel_stages_lead_to_the_next_one_each() -> None:
    follows = {"lead": None, "mql": None, "pql": ["lead"], "sql": None, "customer": None}
    order = order_of({key: {"label": key, "follows": value} for key, value in follows.items()})
    assert order.entered_from("sql") == ("mql", "pql")
    assert not order.allows("lead", "sql")
    assert order.allows("pql", "mql")
    assert order.steps_to("sql") == {"lead": "mql", "mql": "sql", "pql": "sql"}
    assert order.before("mql") == ("lead",), "who stands at the parallel stage is left there"
    assert order.asked_in("pql") == ("pql",)
    assert order.asked_in("lead") == ("lead", "mql", "pql", "sql", "customer")
