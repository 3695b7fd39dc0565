"""What changed in the model is reported in its own words, with the old and the new value."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_origin

import pytest

from revops_iac.documents.words import number, percent
from revops_iac.plan.model_changes import model_changes, summary_lines, topics_of
from revops_iac.plan.model_words import shape_at
from revops_iac.source.load import load

Topics = dict[str, Any]
ROOT = Path(__file__).resolve().parents[3]
STACKS = ROOT / "stacks"
COMPANIES = sorted((ROOT / "tests" / "companies").glob("*/stacks"))
MOST_LINES = 10


@pytest.fixture(scope="module")
def topics() -> Topics:
    """The reference model as its components hold it."""
    return topics_of(load(STACKS, "prod").model)


def lines_after(topics: Topics, change: Callable[[Topics], Any]) -> list[str]:
    after = copy.deepcopy(topics)
    change(after)
    return [one.text for one in model_changes(topics, after)]


def at(topics: Topics, path: str) -> Any:
    live: Any = topics
    for part in path.split("."):
        live = live[part]
    return live


def test_threshold(topics: Topics) -> None:
    found = lines_after(topics, lambda new: at(new, "scoring.platform.thresholds").update(engagement=45))
    assert found == ["MQL (Platform): engagement threshold 40 -> 45"]


def test_only_scoring_needs_no_name() -> None:
    was = {"scoring": {"only": {"thresholds": {"engagement": 50}}}}
    now = {"scoring": {"only": {"thresholds": {"engagement": 45.0}}}}
    assert [one.text for one in model_changes(was, now)] == ["MQL: engagement threshold 50 -> 45"]


def test_required_field_is_named_where_deals_wait_for_it(topics: Topics) -> None:
    stages = "pipelines.new_business.stages"
    added = lines_after(topics, lambda new: at(new, f"{stages}.demo.required_fields").append("deal.timeline"))
    assert added == ["Discovery: timeline is now required before Demo / evaluation"]
    gone = lines_after(topics, lambda new: at(new, f"{stages}.closed_lost.required_fields").remove("deal.competitor"))
    assert gone == ["Closed Lost (New business): competitor is no longer required to enter"]


def test_person_who_leaves_says_who_is_left(topics: Topics) -> None:
    def leave(new: Topics) -> None:
        at(new, "people.persons").pop("nina_kaur")
        for group in [*at(new, "people.teams").values(), *at(new, "people.queues").values()]:
            group["members"] = [one for one in group["members"] if one != "nina_kaur"]

    assert lines_after(topics, leave) == [
        "Nina Kaur is removed",
        "team SDR loses Nina Kaur: one member left, Tom Reyes",
        "queue Unassigned leads loses Nina Kaur: 2 members left",
        "queue EMEA leads loses Nina Kaur: nobody left, while rule emea of Inbound leads sends leads there",
        "queue German-speaking leads loses Nina Kaur: nobody left, while rule german speaking of Inbound leads sends "
        "leads there",
        "queue SDR leads loses Nina Kaur: one member left, Tom Reyes",
    ]


@pytest.mark.parametrize(
    ("path", "values", "line"),
    [
        ("automation.workflows.stale_deal", {"enabled": True}, "workflow Stale deal is enabled on Salesforce"),
        (
            "lifecycle.handoffs.mql_to_sql.sla",
            {"first_contact": "2 business hours"},
            "handoff Marketing to sales: SLA first contact 4 business hours -> 2 business hours",
        ),
        (
            "routing.inbound.rules.emea",
            {"assign": {"person": "lena_voss"}},
            "rule emea: leads go to queue EMEA leads -> Lena Voss",
        ),
        (
            "deal_desk.standard.review_when.acv_above",
            {"amount": 30000},
            "Deal desk: annual contract value that needs a review 25,000 USD -> 30,000 USD",
        ),
        (
            "deal_desk.standard.approvals.standard",
            {"approver": {"team": "deal_desk"}},
            "approval Standard price: approver automatic -> team Deal desk",
        ),
        (
            "data_hygiene.fields.contact.region.options",
            {"latam": "LATAM"},
            'contact field Region: option "LATAM" is new',
        ),
        (
            "metrics.metrics.win_rate.benchmark",
            {"low": 0.25},
            "metric Win rate: benchmark low 20% -> 25%",
        ),
        (
            "pipelines.renewal.stages.proposal",
            {"probability": 0.7},
            "Proposal (Renewal): probability 60% -> 70%",
        ),
        (
            "pipelines.new_business",
            {"keyOrder": "ignored"},
            "pipeline New business: keyOrder none -> ignored",
        ),
        ("people.teams.sdr", {"manager": "victor_hale"}, "team SDR: manager Maya Chen -> Victor Hale"),
        ("scoring.platform.decay", {"percent": 30}, "scoring Platform: engagement lost to decay, in percent 25 -> 30"),
        (
            "scoring.platform",
            {"limits": {"fit": [0, 80]}},
            "scoring Platform: range of the fit score 0 to 100 -> 0 to 80",
        ),
    ],
)
def test_change_of_one_value(topics: Topics, path: str, values: dict[str, Any], line: str) -> None:
    assert lines_after(topics, lambda new: at(new, path).update(values)) == [line]


def test_part_of_an_entry_that_goes_says_what_it_was(topics: Topics) -> None:
    assert lines_after(topics, lambda new: at(new, "routing.inbound").pop("fallback")) == [
        "routing Inbound leads: fallback is removed (it was queue Unassigned leads, owner Maya Chen)"
    ]


def test_texts_that_repeat_a_changed_figure_are_said_by_its_line(topics: Topics) -> None:
    def tighten(new: Topics) -> None:
        at(new, "lifecycle.handoffs.mql_to_sql.sla").update(first_contact="2 business hours")
        workflows = at(new, "automation.workflows")
        workflows["mql_assignment"]["action"] = workflows["mql_assignment"]["action"].replace("4-hour", "2-hour")
        workflows["mql_assignment"]["outcome"] = "every MQL has an owner and a task that is due within 2 business hours"
        workflows["sla_breach"]["trigger"] = "an MQL has no first contact after 2 business hours, or is forgotten"

    figure, own_words = lines_after(topics, tighten)
    assert figure == "handoff Marketing to sales: SLA first contact 4 business hours -> 2 business hours"
    assert own_words.startswith("workflow SLA breach: trigger ")


def test_band_is_named_by_its_condition(topics: Topics) -> None:
    found = lines_after(topics, lambda new: at(new, "scoring.platform.fit.company_size.bands")[0].update(points=40))
    assert found == ["signal Company size (Platform): points for employees is at least 1,000: 30 -> 40"]


def test_moved_stage(topics: Topics) -> None:
    order = "qualified, demo, discovery, proposal, negotiation, closed_won, closed_lost"
    found = lines_after(topics, lambda new: at(new, "pipelines.keyOrder").update({"new_business.stages": order}))
    assert found == ["Demo / evaluation moves from place 3 to place 2 of 7, before Discovery"]


def test_lost_order_of_maps_is_no_change(topics: Topics) -> None:
    stored = json.loads(json.dumps(topics, sort_keys=True))
    assert model_changes(stored, topics) == []
    after = copy.deepcopy(topics)
    after["scoring"]["platform"]["thresholds"]["fit"] = 51
    assert len(model_changes(stored, after)) == 1


def test_renamed_stage_is_not_removed(topics: Topics) -> None:
    def rename(new: Topics) -> None:
        stages = at(new, "pipelines.new_business.stages")
        stages["evaluation"] = {**stages.pop("demo"), "was": ["demo"], "label": "Evaluation"}
        keys = at(new, "pipelines.keyOrder")
        keys["new_business.stages"] = keys["new_business.stages"].replace("demo", "evaluation")

    assert lines_after(topics, rename) == [
        "Evaluation: the key demo is now evaluation",
        'stage "Demo / evaluation" is now called "Evaluation"',
    ]


def test_new_and_removed_topics_are_one_line_each(topics: Topics) -> None:
    assert lines_after(topics, lambda new: new.pop("metrics")) == [
        "the metrics section is removed: 8 metrics, 3 dashboards"
    ]
    assert [one.text for one in model_changes({}, {"pipelines": topics["pipelines"]})] == [
        "the pipelines section is new: New business, Renewal"
    ]


def test_topic_of_another_release_is_compared_as_it_is() -> None:
    was: Topics = {"scoring": {"a": {"unheard_of": {"deep": [{"x": 1}]}}}, "later_topic": {"thing": {"size": 3}}}
    now: Topics = {"scoring": {"a": {"unheard_of": {"deep": [{"x": 2}]}}}, "later_topic": {"thing": {"size": 4}}}
    assert [one.text for one in model_changes(was, now)] == [
        "scoring a: unheard of deep item 1 x 1 -> 2",
        "later topic: thing size 3 -> 4",
    ]


def test_name_that_a_crm_keeps_is_said_to_be_internal(topics: Topics) -> None:
    stage = "pipelines.new_business.stages.discovery"
    added = lines_after(topics, lambda new: at(new, stage).update(vendor_name={"salesforce": "Discovery"}))
    assert added == ["Discovery: internal name in the CRMs is new: salesforce Discovery"]


def test_hostile_text_stays_on_its_line() -> None:
    label = "red \x1b[31m\nMQL: fit threshold 1 -> 2 \u202e"
    was, now = ({"people": {"teams": {"sdr": {"label": text}}}} for text in ("SDR", label))
    (found,) = model_changes(was, now)
    assert "\n" not in found.text
    assert "\x1b" not in found.text
    assert "\u202e" not in found.text


def test_long_values_are_cut_to_where_they_differ() -> None:
    text = "word " * 100
    was, now = ({"context": {"goal": f"{text}{end}{text}"}} for end in ("old", "new"))
    (found,) = model_changes(was, now)
    assert "old" in found.before
    assert "new" in found.after
    assert len(found.text) < 200


def test_summary_counts_what_it_does_not_show(topics: Topics) -> None:
    found = model_changes({}, topics)
    assert summary_lines(found, 3)[-1] == f"and {len(found) - 3} more changes of the model"
    assert summary_lines(found, len(found)) == [one.text for one in found]


# --- every value of the reference model -------------------------------------------------------------------------------


def leaves(live: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(live, dict) and live:
        for key, part in live.items():
            yield from leaves(part, (*path, key))
    elif isinstance(live, list) and live and isinstance(live[0], dict):
        for number, part in enumerate(live):
            yield from leaves(part, (*path, number))
    else:
        yield path, live


def place(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path with every key of a map and every number of a list as `*`."""
    maps = [at > 0 and get_origin(shape_at(path[:at]).type) in (dict, list) for at in range(len(path))]
    return tuple("*" if free else part for free, part in zip(maps, path, strict=True))


def another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 7
    if isinstance(value, list):
        return value[:-1] if len(value) > 2 else [*value, "zz_added"]
    return f"{value[:-1]}7" if re.fullmatch(r"[\d:-]+", value) else f"{value}_zz"


def test_any_one_value_gives_one_to_ten_lines_that_name_both(topics: Topics) -> None:
    tried: set[tuple[str | int, ...]] = set()
    for model in (topics, *(topics_of(load(folder, "prod").model) for folder in COMPANIES)):
        for path, value in leaves(model):
            if "keyOrder" in path or place(path) in tried:
                continue
            tried.add(place(path))
            found = [one.text for one in model_changes(model, with_value(model, path, another(value)))]
            summary = "\n".join(found)
            assert 1 <= len(found) <= MOST_LINES, (path, found)
            assert not re.search(r"[{}]|\['|\": ", summary), (path, summary)
            if isinstance(value, int | float) and not isinstance(value, bool):
                said = percent if is_share(model, path) else number
                assert said(value) in summary, (path, summary)
                assert said(another(value)) in summary, (path, summary)
    assert len(tried) > 250


def with_value(model: Topics, path: tuple[str | int, ...], value: Any) -> Topics:
    after = {**model, str(path[0]): copy.deepcopy(model[str(path[0])])}
    holder: Any = after
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    return after


def is_share(model: Topics, path: tuple[str | int, ...]) -> bool:
    is_ratio = path[-2] == "benchmark" and at(model, ".".join(map(str, path[:-2])))["unit"] == "ratio"
    return is_ratio or shape_at(path).is_share


def test_of_thousands_of_named_accounts_the_first_ones_are_named() -> None:
    def routing(rows: str) -> Topics:
        accounts = {"field": "contact.domain", "rows": rows}
        rule = {"method": "account_based", "accounts": accounts, "assign": {"person": "ann"}}
        return {"routing": {"inbound": {"rules": {"named": rule}}}}

    before = routing("a.example\nb.example = ann")
    (change,) = model_changes(before, routing("a.example = bob\nc.example"))
    assert change.text == (
        "rule named: named accounts gain c.example, lose b.example, have another owner for a.example"
    )
    (change,) = model_changes(before, routing("\n".join(f"{n}.example" for n in range(3000))))
    first = "0.example, 1.example, 2.example, 3.example, …"
    assert change.text == f"rule named: named accounts gain 3,000 ({first}), lose a.example, b.example"
    assert (change.before, change.after) == ("2 accounts", "3,000 accounts")
