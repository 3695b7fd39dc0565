"""Every probe against the simulators: it finds the value that its switch is set to, and leaves nothing behind."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from crm_simulators.control import LoggedRequest, switches_of
from crm_simulators.server import RunningSimulators, running

from revops_iac.commands.probe.run import Bench, Outcome, Result, close, run_probes
from revops_iac.provider.inspection.probe import PREFIX, Probe
from revops_iac.provider.session import Session
from revops_iac.systems import installed_systems
from tests.sessions import new_session

SWITCHES = {switch.name: switch for switch in (*switches_of("hubspot"), *switches_of("salesforce"))}
ALL = [probe for system in installed_systems().values() if system.probes for probe in system.probes().probes]
UNPROBED = {
    name: why
    for system in installed_systems().values()
    if system.probes
    for name, why in system.probes().unprobed.items()
}
EVERY_ANSWER = pytest.mark.parametrize(
    ("probe", "value"),
    [(probe, value) for probe in ALL if probe.sets_switch for value in probe.answers],
    ids=lambda given: given.id if isinstance(given, Probe) else str(given),
)
EVERY_PROBE = pytest.mark.parametrize("probe", ALL, ids=lambda probe: probe.id)
GONE = ("archived_properties", "pipeline_audits", "deleted_fields", "recycle_bin", "deploys")
"""Where the simulators keep what was taken away."""
OF_SWITCHES = pytest.mark.parametrize("probe", [one for one in ALL if one.sets_switch], ids=lambda probe: probe.id)
OF_FACTS = pytest.mark.parametrize("probe", [one for one in ALL if not one.sets_switch], ids=lambda probe: probe.id)
OF_A_RUN = re.compile(rf"{PREFIX}[0-9a-f]{{6}}")


@pytest.fixture(scope="module")
def sims() -> Iterator[RunningSimulators]:
    with running() as simulators:
        yield simulators


@pytest.fixture(scope="module")
def benches(sims: RunningSimulators) -> Iterator[dict[str, Bench]]:
    """A bench on each simulated account, which says that it is a developer account."""
    ids = {"hubspot:portalId": sims.hubspot.portal_id, "salesforce:organizationId": sims.salesforce.organization_id}
    sims.seed("hubspot", {"account": {"accountType": "DEVELOPER_TEST"}})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in sims.env().items():
            patch.setenv(name, value)
        made = {}
        for name, system in installed_systems().items():
            session: Session[Any] = new_session(name, ids.get, "dev")
            assert system.probes is not None
            made[name] = Bench(system, system.probes(), session, session.open().id)
        yield made
        close([*made.values()])
        made.clear()
        gc.collect()  # the other client closes its connections when nobody holds it any more


@pytest.fixture(autouse=True)
def _default_switches(sims: RunningSimulators) -> None:
    sims.control.switches.reset()
    sims.control.log.clear()


@dataclass(frozen=True)
class Run:
    """One run of a probe on a simulator as it is by default: what it found, sent, and left in the account."""

    result: Result
    sent: frozenset[str]
    left: tuple[str, ...]


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """The runs so far by probe."""
    return {}


@pytest.fixture
def run(probe: Probe[Any], runs: dict[str, Run], benches: dict[str, Bench], sims: RunningSimulators) -> Run:
    """The run of a probe, which several tests look at."""
    if probe.id not in runs:
        result = ask(benches, probe)
        sent = frozenset(asked(request) for request in sims.control.log)
        left = tuple(text for text in living(sims.dump(probe.id.partition(".")[0])) if OF_A_RUN.search(text))
        runs[probe.id] = Run(result, sent, left)
    return runs[probe.id]


def ask(benches: dict[str, Bench], probe: Probe[Any]) -> Result:
    bench = benches[probe.id.partition(".")[0]]
    (probed,) = run_probes([bench], chosen=lambda one: one.id == probe.id, sleep=lambda seconds: None)
    (result,) = probed.results
    return result


def living(account: Any) -> list[str]:
    """Every text of a dump, apart from recycle bins, histories and what is archived."""
    found: list[str] = []
    left = [account]
    while left:
        live = left.pop()
        if isinstance(live, list):
            left += live
        elif not isinstance(live, dict):
            found.append(str(live))
        elif live.get("archived") is not True and not live.get("deletedAt"):
            kept = [key for key in live if key not in GONE]
            found += map(str, kept)
            left += [live[key] for key in kept]
    return found


def asked(request: LoggedRequest) -> str:
    """A logged request as probes declare it: HubSpot's with its own version of the path, Salesforce's operation."""
    if request.system == "salesforce":
        return str(request.operation)
    path = re.sub(r"/(\d+|[^/]*revops_probe_[^/]+|contacts-lifecycle-pipeline)(?=/|$)", "/{id}", request.path)
    return f"{request.method} {path}"


@EVERY_ANSWER
def test_probe_finds_what_the_simulator_is_set_to(
    probe: Probe[Any], value: Any, benches: dict[str, Bench], sims: RunningSimulators
) -> None:
    sims.control.switches.set(probe.id, value)

    result = ask(benches, probe)

    assert (result.outcome, result.value, type(result.value)) == (Outcome.DECIDED, value, type(value)), result.observed
    assert result.left == ()


@EVERY_PROBE
def test_probe_leaves_the_account_as_it_was(probe: Probe[Any], run: Run) -> None:
    assert run.left == ()


@EVERY_PROBE
def test_probe_sends_what_it_declares(probe: Probe[Any], run: Run) -> None:
    assert [request for request in probe.requests if request not in run.sent] == [], sorted(run.sent)


@pytest.mark.parametrize("tier", ["free", "starter", "professional"])
def test_tier_that_lacks_a_feature_leaves_its_questions_undecided(
    benches: dict[str, Bench], sims: RunningSimulators, tier: str
) -> None:
    sims.seed("hubspot", {"account": {"tier": tier}})
    try:
        (probed,) = run_probes([benches["hubspot"]], sleep=lambda seconds: None)
    finally:
        sims.seed("hubspot", {"account": {"tier": "enterprise"}})

    outcomes = {result.probe.id: result.outcome for result in probed.results}
    assert set(outcomes.values()) == {Outcome.DECIDED, Outcome.NOT_DECIDED}
    assert outcomes["hubspot.schema_read_lag"] is Outcome.NOT_DECIDED
    assert outcomes["hubspot.deleted_list_holds_name"] is Outcome.DECIDED
    assert (outcomes["hubspot.short_flow_bodies"] is Outcome.DECIDED) == (tier == "professional")
    assert [text for text in living(sims.dump("hubspot")) if OF_A_RUN.search(text)] == []


@OF_FACTS
def test_fact_without_a_switch_is_as_the_simulator_has_it(probe: Probe[Any], run: Run) -> None:
    result = run.result
    assert (result.outcome, result.value) == (Outcome.DECIDED, probe.simulated), result.observed
    assert (result.sets, result.contradicts) == (False, False)


@OF_SWITCHES
def test_probe_asks_about_its_switch_in_the_same_words(probe: Probe[Any]) -> None:
    switch = SWITCHES[probe.id]
    assert (probe.fact, probe.evidence) == (switch.sentence, switch.evidence)
    assert set(map(repr, probe.answers)) == set(map(repr, switch.allowed))


def test_every_switch_has_a_probe_or_a_reason_for_none() -> None:
    assert sorted(SWITCHES) == sorted([*(probe.id for probe in ALL if probe.sets_switch), *UNPROBED])
    assert all(len(why) > 20 for why in UNPROBED.values())
