"""The documents say everything: what is read back from them is the model, and no figure of it can change unseen."""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.library import documents
from revops_iac.documents.process import Process
from revops_iac.documents.stamp import Stamp
from revops_iac.documents.standing import (
    automation,
    data_hygiene,
    deal_desk,
    lifecycle,
    metrics,
    overview,
    pipelines,
    platform,
    routing,
    scoring,
)
from revops_iac.documents.tree import Document
from revops_iac.model import Model
from revops_iac.source.load import Loaded, load
from revops_iac.systems import installed_systems
from tests.revops_iac.documents import read_back

ROOT = Path(__file__).resolve().parents[3]
COMPANIES = {
    "reference": ROOT / "stacks",
    "product_led": ROOT / "examples" / "product_led" / "stacks",
    "sales_led": ROOT / "examples" / "sales_led_enterprise" / "stacks",
    **{one.parent.name: one for one in sorted((ROOT / "tests" / "companies").glob("*/stacks"))},
}
STAMP = Stamp("Company", "prod", "abc", "2026-11-28", "..")


@cache
def loaded(company: str) -> Loaded:
    return load(COMPANIES[company], "prod")


@cache
def texts(company: str) -> dict[str, str]:
    return rendered(loaded(company))


def rendered(one: Loaded) -> dict[str, str]:
    process = Process("prod", one, (), ())
    return {document.slug: markdown(document, STAMP) for document in documents(process)}


@pytest.fixture(params=COMPANIES)
def company(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def text_of(condition: Any) -> str | None:
    return condition.render() if condition is not None else None


def test_stages_and_slas_are_read_back(company: str) -> None:
    model = loaded(company).model
    stages = model.lifecycle
    assert stages is not None
    found = read_back.lifecycle(texts(company)["lifecycle"])
    assert found["stages"] == {
        key: {
            "label": stage.label,
            "entry_when": text_of(stage.entry_when),
            "exit_when": text_of(stage.exit_when),
            "entry": stage.entry,
            "exit": stage.exit,
            "required": model.required_fields(key),
            "hubspot_value": stage.hubspot_value,
            "follows": []
            if stages.order.is_line
            else [stages.stages[one].label for one in stages.order.entered_from(key)],
        }
        for key, stage in stages.stages.items()
    }
    assert list(found["stages"]) == list(stages.stages)
    assert found["handoffs"] == {
        key: {what.replace("_", " "): str(within) for what, within in one.sla.items()}
        for key, one in stages.handoffs.items()
    }


def test_points_and_thresholds_are_read_back(company: str) -> None:
    scorings = loaded(company).model.scoring
    assert read_back.scoring(texts(company)["scoring"]) == {
        key: {
            "fit": one.thresholds.fit,
            "engagement": one.thresholds.engagement,
            "high_intent_fit": one.thresholds.high_intent_fit,
            "limits": [one.limits.fit, one.limits.engagement],
            "decay": [one.decay.percent, one.decay.after_days, one.decay.every_days] if one.decay else [],
            "bands": [band.points for signal in one.fit.values() for band in signal.bands],
            "actions": [
                (
                    signal.points,
                    *([signal.times, signal.within_days] if signal.times else []),
                    signal.high_intent,
                )
                for signal in one.engagement.values()
            ],
            "negative": [signal.points for signal in one.negative.values()],
            "conditions": {
                **{
                    f"fit.{name}.{at}": band.when.render()
                    for name, signal in one.fit.items()
                    for at, band in enumerate(signal.bands, 1)
                },
                **{f"negative.{name}": signal.when.render() for name, signal in one.negative.items()},
            },
        }
        for key, one in scorings.items()
    }


def test_routing_rules_are_read_back_in_order(company: str) -> None:
    model = loaded(company).model
    people = model.people
    found = read_back.routing(texts(company)["routing"])
    assert list(found) == list(model.routing)
    for key, one in model.routing.items():
        names = []
        for rule in one.rules.values():
            who = rule.assign
            if who.person:
                names.append(people.persons[who.person].name)
            else:
                names.append(people.teams[who.team].label if who.team else people.queues[str(who.queue)].label)
        assert all(name in taker for name, taker in zip(names, found[key]["takers"], strict=True))
        assert found[key]["methods"] == [rule.method.replace("_", " ") for rule in one.rules.values()]
        assert found[key]["conditions"] == [(name, rule.when.render()) for name, rule in one.rules.items() if rule.when]
        speed = one.speed_to_lead
        moments = [{"created": "created", "recycled": "recycled", "mql": "MQL"}.get(one, one) for one in one.moments]
        labels = {key: stage.label for key, stage in model.lifecycle.stages.items()} if model.lifecycle else {}
        assert all(labels.get(moment, moment) in found[key]["when"] for moment in moments)
        assert one.fallback is not None
        named = [
            people.queues[one.fallback.queue].label if one.fallback.queue else "",
            people.persons[str(one.fallback.owner)].name,
        ]
        assert all(name in found[key]["fallback"] for name in named)
        limits = [speed.target_minutes, speed.alert_minutes] if speed else []
        assert found[key]["minutes"] == [minutes for minutes in limits if minutes]


def test_deal_stages_and_required_fields_are_read_back(company: str) -> None:
    model = loaded(company).model
    assert read_back.pipelines(texts(company)["pipelines"]) == {
        key: {
            name: {
                "label": stage.label,
                "probability": pytest.approx(stage.probability),
                "required": {
                    **dict.fromkeys(stage.required_fields, ""),
                    **{field: when.render() for field, when in stage.required_when.items()},
                },
                "forecast": stage.forecast,
                "exit": stage.exit,
                "closed": stage.closed,
                "days": [stage.average_days, stage.average_days * (one.hygiene.stale_after_multiple or 0)]
                if stage.average_days
                else [],
            }
            for name, stage in one.stages.items()
        }
        for key, one in model.pipelines.items()
    }
    required = model.data_hygiene.required_by_stage
    assert read_back.required_by_stage(texts(company)["data-hygiene"]) == list(required.values())


def test_approval_tiers_are_read_back(company: str) -> None:
    model = loaded(company).model
    if not model.deal_desk:
        assert "deal-desk" not in texts(company)
        return
    found = read_back.deal_desk(texts(company)["deal-desk"])
    assert list(found) == list(model.deal_desk)
    for key, desk in model.deal_desk.items():
        for tier, one in zip(found[key]["tiers"], desk.approvals.values(), strict=True):
            assert tier["from"] == (one.discount_from if one.discount_below is None else one.discount_from or 0)
            assert tier["below"] == one.discount_below
            assert tier["flags"] == [one.custom_terms, one.multi_year, one.enterprise]
            names = [model.people.persons[who.person].name for who in one.all_approvers if who.person]
            assert all(name in tier["approvers"] for name in names)
        if desk.review_when.acv_above:
            assert f"above {desk.review_when.acv_above.amount:,.0f} " in found[key]["reviews"][0]


# --- no figure changes unseen -------------------------------------------------------------------------------------

SHOWN_BY: dict[str, tuple[Any, ...]] = {
    "context": (overview, routing),
    "people": (routing, lifecycle, platform),
    "lifecycle": (lifecycle,),
    "scoring": (scoring,),
    "routing": (routing,),
    "pipelines": (pipelines,),
    "automation": (automation,),
    "deal_desk": (deal_desk,),
    "data_hygiene": (data_hygiene,),
    "metrics": (metrics,),
}
NO_PART_OF_THE_PROCESS = {"was", "vendor_name", "adopt", "criteria"}
"""How revops treats the object in a CRM."""
MORE: dict[str, Any] = {
    "context": {
        "name_prefix": "nw_",
        "regions": {"dach": ["DE", "AT"]},
        "countries": {"DE": ["Alemania"]},
    },
    "people": {
        "persons": {
            "tom_reyes": {
                "capacity": 50,
                "hours": "default",
                "away": [{"from": "2027-07-01", "to": "2027-07-14", "deputy": "nina_kaur"}],
            }
        },
        "business_hours": {
            "gulf": {"time_zone": "Asia/Dubai", "days": {"sunday": "08:00-16:00"}, "when": "contact.country = AE"}
        },
        "holidays": {"christmas": {"business_hours": ["default"]}},
    },
    "lifecycle": {
        "write_hubspot_stages": True,
        "lead_status_values": {"working": {"salesforce": "Busy"}},
        "stages": {"mql": {"optional": True}, "sql": {"follows": ["lead"]}},
    },
    "routing": {
        "inbound": {
            "replaces_active": "Old rule",
            "rules": {
                "named_accounts": {
                    "accounts": {"field": "contact.email_domain", "rows": "acme.example = omar_diaz\nother.example"}
                }
            },
        }
    },
    "scoring": {
        "platform": {
            "high_volume": True,
            "engagement": {"content_download": {"times": 3, "within_days": 7}},
            "company": {
                "field": "company.employees",
                "limits": [0, 50],
                "fit": {"size": {"label": "Size", "bands": [{"when": "company.employees > 500", "points": 20}]}},
                "negative": {"far": {"label": "Far", "when": "company.region = apac", "points": -10}},
            },
        }
    },
    "pipelines": {
        "renewal": {
            "record_type": {"process": "Renewals", "process_description": "Old one", "path": False, "access": False}
        },
        "new_business": {"stages": {"demo": {"required_when": {"deal.redlines": "deal.amount > 25000"}}}},
    },
    "data_hygiene": {"required_when": {"contact.phone": "contact.region = emea"}},
}
"""What the reference model does not use."""


def added(plain: Any, more: Any) -> Any:
    if not isinstance(plain, dict) or not isinstance(more, dict):
        return more
    return {**plain, **{key: added(plain.get(key), value) for key, value in more.items()}}


@cache
def rich() -> dict[str, Any]:
    """The reference model with every word that the model knows, and of its fields one of each kind."""
    plain = loaded("reference").model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    plain["raw_sections"] = {}
    for fields in plain["data_hygiene"]["fields"].values():
        kinds = {(*field, field["type"] in ("number", "text")): key for key, field in fields.items()}
        for key in fields.keys() - kinds.values():
            del fields[key]
    whole: dict[str, Any] = added(plain, MORE)
    return whole


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            if key not in NO_PART_OF_THE_PROCESS:
                yield from leaves(part, (*path, key))
    else:
        yield path, value


def other(path: tuple[Any, ...], value: Any) -> list[Any]:
    """Values that one may be changed to, the first of which the model allows."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [(value + 0.25) / 2 if path[-1] == "probability" else value / 2 if 0 < value < 1 else value + 1]
    if isinstance(value, str) and re.fullmatch(r"\d+ (business )?\w+", value):
        return [re.sub(r"^\d+", lambda found: str(int(found[0]) + 1), value)]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return [str(datetime.date.fromisoformat(value) + datetime.timedelta(days=1))]
    return [f"{value} and contact.email is known", f"{value}x", f"{value} x"]


def changed(plain: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(plain)
    holder: Any = copied
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return copied


class WithoutCoverage(Process):
    """How each CRM meets a requirement is no part of what is compared here, and takes time to read."""

    @property
    def _coverage(self) -> list[dict[str, Any]]:
        return []


def shown(topic: str, model: Model) -> list[Document]:
    process = WithoutCoverage(
        "prod", replace(loaded("reference"), model=model), (), tuple(installed_systems().values())
    )
    made = []
    for module in SHOWN_BY[topic]:
        if module is platform:
            made += [platform.document(process, system) for system in process.systems]
        else:
            made.append(module.document(process, []) if module is overview else module.document(process))
    return made


def is_seen(before: Document, after: Document) -> bool:
    """Whether the text differs; blocks that are equal are not written out."""
    pairs = list(zip(before.blocks, after.blocks, strict=False))
    same = {at for at, (one, other) in enumerate(pairs) if one == other and len(before.blocks) == len(after.blocks)}
    first, second = (
        replace(each, blocks=tuple(block for at, block in enumerate(each.blocks) if at not in same))
        for each in (before, after)
    )
    return markdown(first, STAMP) != markdown(second, STAMP)


@cache
def whole() -> Model:
    return Model.model_validate(rich())


@pytest.mark.parametrize("topic", SHOWN_BY)
def test_whatever_changes_in_the_model_changes_a_document(topic: str) -> None:
    """Every number, date and length of time; of all else one of each kind."""
    before, context = shown(topic, whole()), {"context": rich()["context"]}
    unseen, tried, kinds = list[str](), 0, set[tuple[Any, ...]]()
    for path, value in leaves(rich()[topic], (topic,)):
        is_figure = not isinstance(value, bool) and len(other(path, value)) == 1
        kind = path if is_figure and path[1] != "fields" else (len(path), path[-1])
        if kind in kinds:
            continue
        kinds.add(kind)
        for one in other(path, value):
            try:
                part = Model.model_validate({**context, topic: changed({topic: rich()[topic]}, path, one)[topic]})
            except ValidationError:
                continue
            tried += 1
            made = shown(topic, whole().model_copy(update={topic: getattr(part, topic)}))
            if not any(is_seen(*pair) for pair in zip(before, made, strict=True)):
                unseen.append(".".join(map(str, path)))
            break
    assert unseen == []
    assert tried > 5
