"""Routings come back from the assignment rules that they compile to."""

from __future__ import annotations

from typing import Any

from crm_simulators.server import RunningSimulators
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from revops_salesforce.lifting import lift

from tests.providers.contract import stack_config
from tests.providers.round_trip import adopted, compiled, lifted
from tests.providers.test_lifting_scoring import CONDITIONS, FIELDS
from tests.sessions import new_session

PERSONS = {key: {"name": key.title(), "email": f"{key}@firm.example"} for key in ("ann", "bob", "cem", "dee")}
RULES = frozenset({"AssignmentRules", "Queue"})
assignees = st.sampled_from([{"person": "ann"}, {"queue": "north"}, {"team": "pair"}, {"team": "parts"}])
rules = st.fixed_dictionaries({"when": st.sampled_from(CONDITIONS), "assign": assignees})


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    """Rules by formula and by criteria, to persons, queues, and teams that take equal or unequal shares."""
    made: dict[str, Any] = {
        f"rule_{at}": {"method": "territory", **one} for at, one in enumerate(draw(st.lists(rules, min_size=1)))
    }
    for one in made.values():
        one["criteria"] = draw(st.booleans())
    if draw(st.booleans()):
        made["rest"] = {"method": "round_robin", "assign": {"team": draw(st.sampled_from(["pair", "parts"]))}}
    fallback = draw(st.sampled_from([{}, {"fallback": {"queue": "north"}}, {"fallback": {"owner": "bob"}}]))
    capacity = draw(st.sampled_from([25, 50]))
    persons = {**PERSONS, "cem": {**PERSONS["cem"], "capacity": capacity}}
    pairs = {"pair": ["ann", "bob"], "parts": ["cem", "dee"]}
    teams = {key: {"label": key.title(), "members": members} for key, members in pairs.items()}
    return {
        "context": {"systems": {"managed": ["salesforce"], "source_of_truth": "salesforce"}},
        "people": {"persons": persons, "teams": teams, "queues": {"north": {"label": "North", "members": ["ann"]}}},
        "data_hygiene": {"fields": {"contact": FIELDS}},
        "routing": {"inbound": {"moments": ["created"], "method": "territory", "rules": made, **fallback}},
    }


def test_any_routing_is_lifted_to_the_same_entries(accounts: RunningSimulators):
    session = new_session("salesforce", stack_config(accounts).get)

    @settings(max_examples=6, phases=[Phase.generate])
    @given(companies())
    def holds(before: dict[str, Any]) -> None:
        after, stays = lifted(adopted("salesforce", before, "CustomField", "GlobalValueSet", *RULES), session, lift)
        assert [one.reason for one in stays] == []
        made, expected = compiled("salesforce", after), compiled("salesforce", before)
        ruled = {key: one for key, one in made.items() if key[0] in RULES}
        assert ("AssignmentRules", "Lead.Revenue_Process") in ruled
        assert {key: expected.get(key) for key in ruled} == ruled

    holds()
