"""Eighty leads over thirty days, through the automations that the model compiles to, on either CRM.

With `--thorough` there are a thousand of them.

The counts must be those of `tests/independent/thirty_days.py`, which computes them from the same seed and the figures
in the YAML alone; and with either CRM as the runner of every topic, the same happens to every single lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from crm_simulators.salesforce.simulator import SalesforceSimulator
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

from tests.providers.crm_simulators.hubspot import thirty_days as on_hubspot
from tests.providers.crm_simulators.hubspot.calls import calling
from tests.providers.crm_simulators.hubspot.reference_model import Deployment, everything_on_hubspot
from tests.providers.crm_simulators.hubspot.workflows import Portal
from tests.providers.crm_simulators.salesforce import reference_model as salesforce_model
from tests.providers.crm_simulators.salesforce.thirty_days import Thirty
from tests.providers.crm_simulators.story import START, Json, expected, seed, stacks

TEAM = ("tom_reyes", "nina_kaur")


@dataclass(frozen=True)
class Outcome:
    """What a CRM shows after the thirty days, and what the script expects of it."""

    counted: Json
    expected: Json
    owners: Counter[str]
    """How many leads everybody had when they had just been made."""
    in_order: Sequence[str] = ()
    """Who had each lead then, in the order in which they were made."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("thirty_days")


@pytest.fixture(scope="module")
def copied(directory: Path) -> Path:
    return stacks(directory)


@pytest.fixture(scope="module")
def served(_servers: RunningSimulators, directory: Path) -> Iterator[RunningSimulators]:
    """Both accounts; the environment points at them."""
    with pytest.MonkeyPatch.context() as environment:
        environment.chdir(directory)
        for name, value in _servers.env().items():
            environment.setenv(name, value)
        yield _servers


@pytest.fixture(scope="module")
def people(request: pytest.FixtureRequest) -> int:
    return 1000 if request.config.getoption("--thorough") else 80


@pytest.fixture(scope="module")
def hubspot(served: RunningSimulators, copied: Path, directory: Path, people: int) -> Outcome:
    served.reset()
    model = everything_on_hubspot(copied)
    story = seed(model, people)
    access = served.hubspot
    with calling(HubSpot(access_token=access.token, host=access.url, base_url=access.url)) as api:
        portal = Portal(api, served)
        portal.done("POST", "/_sim/clock", {"set": START.isoformat()})
        deployment = Deployment(served, model, date(2026, 12, 1))
        deployment.set_up()
        deployment.enable()
        portal.done("POST", "/_sim/clock", {"set": START.isoformat()})
        ids, owners = on_hubspot.live(portal, model, story)
        script = expected(story, copied / "model", "hubspot", directory)
        return Outcome(on_hubspot.counted(portal, model, ids), script, owners)


@pytest.fixture(scope="module")
def salesforce(served: RunningSimulators, copied: Path, directory: Path, people: int) -> Outcome:
    served.reset()
    model = salesforce_model.everything_on_salesforce(copied)
    simulator = served.simulators["salesforce"]
    assert isinstance(simulator, SalesforceSimulator)
    with served.control.lock:
        served.control.clock.set(START)
        simulator.load(salesforce_model.deployed(model).dump())
        salesforce_model.enable(simulator.org, model)
    story = seed(model, people)
    thirty = Thirty(served, model, simulator.org)
    thirty.live(story)
    script = expected(story, copied / "model", "salesforce", directory)
    counted = thirty.counted()
    thirty.sf.session.close()
    return Outcome(counted, script, Counter(thirty.owners_at_creation), thirty.owners_at_creation)


@pytest.mark.parametrize("runner", ["hubspot", "salesforce"])
def test_thirty_days_give_the_counts_of_the_independent_script(runner: str, request: pytest.FixtureRequest) -> None:
    outcome: Outcome = request.getfixturevalue(runner)
    assert outcome.counted == outcome.expected
    assert min(outcome.counted[name] for name in ("mqls", "recycled", "breach_first_contact", "breach_decide")) > 20


def test_the_same_happens_to_every_lead_on_both(hubspot: Outcome, salesforce: Outcome) -> None:
    """How often each became MQL, the rule that assigned it, and the team that has it."""
    assert hubspot.counted["people"] == salesforce.counted["people"]


def test_members_of_a_team_take_turns_on_both(hubspot: Outcome, salesforce: Outcome) -> None:
    """HubSpot rotates within a rule. Salesforce goes by the number of the lead, so its shares are even over many."""
    shares = [[one.owners[member] for member in TEAM] for one in (hubspot, salesforce)]
    assert sum(shares[0]) == sum(shares[1])
    assert abs(shares[0][0] - shares[0][1]) <= 1
    turns = [{number % 2 for number, owner in enumerate(salesforce.in_order) if owner == member} for member in TEAM]
    assert turns in ([{0}, {1}], [{1}, {0}])
