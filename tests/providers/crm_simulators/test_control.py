"""The control's parts by themselves: clock, log, faults and switches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from crm_simulators.control import Clock, Control, ControlProblem, Fault, Faults, RequestLog, Switch, Switches


def logged(
    log: RequestLog, method: str = "GET", path: str = "/a", system: str = "hubspot", write: bool = False
) -> None:
    log.add(system=system, method=method, path=path, query="", status=200, at="now", write=write)


def test_clock_starts_now_and_runs() -> None:
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    assert clock.now() <= clock.now()


def test_clock_is_advanced_and_set_and_tells_its_listeners() -> None:
    clock, calls = Clock(), []
    clock.on_move(lambda: calls.append(clock.offset_seconds))
    clock.advance(3600)
    assert timedelta(seconds=3599) < clock.now() - datetime.now(UTC) < timedelta(seconds=3601)
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2030
    assert len(calls) == 2


def test_clock_refuses_to_go_back_and_moments_without_zone() -> None:
    with pytest.raises(ControlProblem, match=r'^clock: "advance" was -1; it must be 0 or more seconds$'):
        Clock().advance(-1)
    with pytest.raises(ControlProblem, match=r'^clock: "set" was 2030-01-01T00:00:00; it must carry a time zone$'):
        Clock().set(datetime(2030, 1, 1))


def test_log_numbers_labels_filters_and_forgets() -> None:
    log = RequestLog()
    logged(log)
    log.label("second run")
    logged(log, "POST", "/b/search")
    logged(log, "POST", "/b", write=True)
    logged(log, system="salesforce")
    assert [r.n for r in log.select(path="^/b")] == [2, 3]
    assert [r.n for r in log.select(method="post", writes_only=True)] == [3]
    assert [r.n for r in log.select(system="salesforce", label="second run")] == [4]
    log.clear("hubspot")
    assert [r.n for r in log] == [4]
    logged(log)
    assert [r.n for r in log] == [4, 5]


def test_fault_strikes_by_method_path_and_count() -> None:
    faults = Faults()
    faults.add("status", status=500, method="POST|PATCH", path="/properties", count=1)
    assert faults.strike("hubspot", "GET", "/crm/v3/properties/x") is None
    assert faults.strike("hubspot", "POST", "/crm/v3/lists") is None
    struck = faults.strike("salesforce", "PATCH", "/crm/v3/properties/x")
    assert struck is not None
    assert (struck.id, struck.hits) == ("fault-1", 1)
    assert faults.strike("hubspot", "POST", "/crm/v3/properties/x") is None


def test_probability_is_repeatable_by_seed() -> None:
    def run() -> list[bool]:
        fault = Fault("server_error", probability=0.5, seed=7)
        return [fault.strikes("hubspot", "GET", "/") for _ in range(20)]

    assert run() == run()
    assert {True, False} == set(run())


def test_lags_and_slow_deployments_are_asked_for_by_name() -> None:
    faults = Faults()
    faults.add("slow_deploy", system="salesforce", seconds=30)
    assert faults.strike("salesforce", "POST", "/") is None
    assert faults.seconds("slow_deploy", "salesforce") == 30
    assert faults.seconds("slow_deploy", "hubspot") == 0


def test_faults_are_cleared_by_id_and_by_system() -> None:
    faults = Faults()
    first = faults.add("server_error", system="hubspot")
    faults.add("server_error", system="salesforce")
    faults.add("server_error")
    faults.clear(id=first.id)
    assert [f["id"] for f in faults.to_json()] == ["fault-2", "fault-3"]
    faults.clear("salesforce")
    assert [f["id"] for f in faults.to_json()] == ["fault-3"]
    faults.clear()
    assert faults.to_json() == []


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, 'fault: "action" is missing; allowed: status, rate_limit, server_error, expired_session, '),
        ({"action": "explode"}, 'fault: "action" was "explode"; allowed: status, rate_limit, server_error, '),
        ({"action": "status"}, 'fault: action "status" needs "status", the HTTP status to answer'),
        ({"action": "read_lag"}, 'fault: action "read_lag" needs "seconds"'),
        ({"action": "rate_limit", "policy": "X"}, 'fault: "policy" was "X"; allowed: TEN_SECONDLY_ROLLING, SECONDLY, '),
        ({"action": "server_error", "color": 1}, 'fault: unknown key "color"; allowed: action, id, system, method, '),
        ({"action": "server_error", "path": "("}, '"path" was "("; it may hold "|" between alternatives, '),
        ({"action": "server_error", "count": True}, 'fault: "count" was True; it must be a whole number of 0 or more'),
        ({"action": "server_error", "after": None}, 'fault: "after" was None; it must be a whole number of 0 or more'),
        ({"action": "server_error", "method": ["POST"]}, """fault: "method" was ['POST']; it must be a string"""),
        ({"action": "status", "status": 5}, 'fault: "status" was 5; it must be an HTTP status, 100 to 599'),
        ({"action": "read_lag", "seconds": -1}, 'fault: "seconds" was -1; it must be a number of 0 or more'),
    ],
)
def test_wrong_fault_is_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(ControlProblem) as problem:
        Fault.parse(document)
    assert str(problem.value).startswith(message)


def test_switches_take_declared_values_only() -> None:
    switches = Switches()
    switches.declare(
        Switch("hubspot.a", False, "[?]", "A."), Switch("salesforce.b", "x", "[T]", "B.", allowed=("x", "y"))
    )
    switches.set("salesforce.b", "y")
    assert (switches["hubspot.a"], switches["salesforce.b"]) == (False, "y")
    with pytest.raises(ControlProblem, match=r'^switch hubspot.a: value was "1"; allowed: true, false$'):
        switches.set("hubspot.a", 1)
    with pytest.raises(ControlProblem, match=r'^switch: unknown name "c"; allowed: hubspot.a, salesforce.b$'):
        switches.set("c", True)
    switches.reset("salesforce")
    assert switches["salesforce.b"] == "x"
    assert switches.to_json()["hubspot.a"] == {
        "value": False,
        "default": False,
        "evidence": "[?]",
        "sentence": "A.",
        "allowed": (True, False),
    }


def test_reset_of_one_system_leaves_the_other() -> None:
    control = Control()
    for system in ("hubspot", "salesforce"):
        logged(control.log, system=system)
        control.faults.add("server_error", system=system)
    control.clock.advance(60)
    control.reset("hubspot")
    assert [r.system for r in control.log] == ["salesforce"]
    assert [f["system"] for f in control.faults.to_json()] == ["salesforce"]
    assert control.clock.offset_seconds == 60
    control.reset()
    assert (len(control.log), control.faults.to_json(), control.clock.offset_seconds) == (0, [], 0)
