"""Checks of form across entries: references, cycles, renames, conditions. Judgment is left to the policies."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from revops_iac.diagnostics import Diagnostic, model_error, suggest, suggest_field
from revops_iac.model import Model, known_systems
from revops_iac.model.condition import OBJECTS, Condition, FieldRef
from revops_iac.model.condition.regions import country_code
from revops_iac.model.context import MissingRate, Money
from revops_iac.model.data_hygiene import Field
from revops_iac.model.entry import AppliesTo, VendorEntry
from revops_iac.model.metrics import CALCULATION_FIELDS
from revops_iac.model.references import Path, Visit, visits
from revops_iac.model.routing import MOMENTS
from revops_iac.model.scoring import CompanyScore, Scoring
from revops_iac.source.condition_checks import condition_errors


def find(model: Model) -> list[Diagnostic]:
    """Every error of every check."""
    walked = visits(model)
    found: list[Diagnostic] = []
    for check in (_references, _conditions, _money, _renames):
        found.extend(check(model, walked))
    for check_model in MODEL_CHECKS:
        found.extend(check_model(model))
    return found


def _declared(model: Model) -> dict[str, tuple[Iterable[str], str]]:
    """Kind of reference -> the keys that exist, and where to declare one."""
    people, lifecycle = model.people, model.lifecycle
    return {
        "field": ([str(reference) for reference, _ in model.fields()], "data_hygiene.fields"),
        "person": (people.persons, "people.persons"),
        "team": (people.teams, "people.teams"),
        "queue": (people.queues, "people.queues"),
        "person or team": ([*people.persons, *people.teams], "people.persons or people.teams"),
        "business hours": (people.business_hours, "people.business_hours"),
        "lifecycle stage": (lifecycle.stages if lifecycle else (), "lifecycle.stages"),
        "moment": ([*MOMENTS, *(lifecycle.stages if lifecycle else ())], "lifecycle.stages"),
        "handoff": (lifecycle.handoffs if lifecycle else (), "lifecycle.handoffs"),
        "lead status": (lifecycle.lead_statuses if lifecycle else (), "lifecycle.lead_statuses"),
        "pipeline": (model.pipelines, "pipelines"),
        "routing": (model.routing, "routing"),
        "metric": (model.metrics.metrics if model.metrics else (), "metrics.metrics"),
        "dimension": (model.context.dimensions, "context.dimensions"),
    }


def _references(model: Model, walked: list[Visit]) -> Iterator[Diagnostic]:
    declared = {kind: (frozenset(keys), list(keys), place) for kind, (keys, place) in _declared(model).items()}
    for visit in walked:
        if visit.reference == "system":
            yield from _system(model, visit)
        elif visit.reference == "time zone":
            yield from _time_zone(visit)
        elif visit.reference:
            known, keys, place = declared[visit.reference]
            if visit.value not in known:
                yield _undeclared(visit, keys, place)


def _undeclared(visit: Visit, keys: list[str], place: str) -> Diagnostic:
    if visit.reference == "field":
        message = f'"{visit.value}" is not a field of the model'
        return model_error(visit.path, message, suggest_field(visit.value, keys), at_key=visit.is_key)
    fix = suggest(visit.value, keys, f"declare it under {place}")
    return model_error(visit.path, f'{visit.reference} "{visit.value}" is not declared', fix, at_key=visit.is_key)


def _system(model: Model, visit: Visit) -> Iterator[Diagnostic]:
    managed = model.context.systems.managed
    if visit.value not in known_systems():
        message = f'there is no provider for system "{visit.value}"'
        yield model_error(visit.path, message, suggest(visit.value, known_systems()), at_key=visit.is_key)
    elif _needs_management(visit, managed) and visit.value not in managed:
        fix = suggest(visit.value, managed, "add it to context.systems.managed")
        yield model_error(visit.path, f'"{visit.value}" is not a managed system', fix)


def _needs_management(visit: Visit, managed: list[str]) -> bool:
    """A runner is compared with `managed` only where the author has named what is managed."""
    return visit.path[-1] == "source_of_truth" or (visit.path[-1] == "runs_on" and bool(managed))


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _time_zone(visit: Visit) -> Iterator[Diagnostic]:
    zones = _time_zones()
    if zones and visit.value not in zones:
        near = suggest(visit.value, zones, "a name of the IANA time zone database", shown=0)
        yield model_error(visit.path, f'"{visit.value}" is not a time zone', near)


def _conditions(model: Model, walked: list[Visit]) -> Iterator[Diagnostic]:
    for visit in walked:
        if isinstance(visit.value, Condition):
            yield from condition_errors(visit.path, visit.value, model)


def _money(model: Model, walked: list[Visit]) -> Iterator[Diagnostic]:
    for visit in walked:
        if isinstance(visit.value, Money):
            try:
                model.context.convert(visit.value)
            except MissingRate as missing:
                fix = f"add {missing.currency} to context.exchange_rates, one unit in {model.context.currency}"
                yield model_error((*visit.path, "currency"), str(missing), fix)


def _renames(model: Model, walked: list[Visit]) -> Iterator[Diagnostic]:
    for visit in walked:
        if isinstance(visit.value, Mapping):
            entries = {key: entry for key, entry in visit.value.items() if isinstance(entry, VendorEntry)}
            yield from _rename_clashes(visit.path, entries)
            yield from _vendor_name_clashes(visit.path, entries)


def _rename_clashes(path: Path, entries: Mapping[str, VendorEntry]) -> Iterator[Diagnostic]:
    claimed: dict[str, str] = {}
    for key, entry in entries.items():
        for old in entry.was:
            at = (*path, key, "was")
            if old in entries:
                yield model_error(
                    at, f'"{old}" is still a key here', f'remove "{old}", or remove it from was', ((*path, old),)
                )
            elif old in claimed:
                message = f'"{old}" is also an earlier key of {claimed[old]}'
                yield model_error(at, message, "keep it in one of the two entries", ((*path, claimed[old], "was"),))
            claimed.setdefault(old, key)


def _vendor_name_clashes(path: Path, entries: Mapping[str, VendorEntry]) -> Iterator[Diagnostic]:
    claimed: dict[tuple[str, str], str] = {}
    for key, entry in entries.items():
        for system in known_systems():
            name = entry.vendor_name_on(system)
            at = (*path, key, "vendor_name", *((system,) if isinstance(entry.vendor_name, dict) else ()))
            if name is None:
                continue
            other = claimed.setdefault((system, name.casefold()), key)
            if not name.strip():
                yield model_error(at, "a vendor name is empty", "write the name in the CRM, or remove vendor_name")
            elif isinstance(entry, Field) and not name.replace("_", "a").isalnum():
                yield model_error(at, f'"{name}" is not a field name', "use letters, digits and underscores")
            elif other != key:
                yield model_error(
                    at, f'"{name}" is the vendor_name of {other} too', "give each its own", ((*path, other),)
                )


def cycle(links: Mapping[str, str | None]) -> list[list[str]]:
    """The cycles in a map of key -> next key, each starting at its first key in the map's order.

    >>> cycle({"a": "b", "b": "a", "c": "a"})
    [['a', 'b']]
    """
    found: list[list[str]] = []
    done: set[str] = set()
    for start in links:
        trail: list[str] = []
        at: str | None = start
        while at is not None and at not in done and at not in trail:
            trail.append(at)
            at = links.get(at)
        if at is not None and at in trail:
            found.append(trail[trail.index(at) :])
        done.update(trail)
    return found


def _manager_cycles(model: Model) -> Iterator[Diagnostic]:
    for ring in cycle({key: person.manager for key, person in model.people.persons.items()}):
        message = "the managers form a cycle: " + " -> ".join([*ring, ring[0]])
        yield model_error(("people", "persons", ring[0], "manager"), message, "remove one manager of these")


def _absences(model: Model) -> Iterator[Diagnostic]:
    """An absence ends after it began, and somebody else stands in."""
    for key, person in model.people.persons.items():
        for index, absence in enumerate(person.away):
            path: Path = ("people", "persons", key, "away", index)
            if absence.to < absence.from_:
                yield model_error((*path, "to"), f"{absence.to} is before {absence.from_}", "write the first day first")
            if absence.deputy == key:
                yield model_error((*path, "deputy"), f'"{key}" cannot be their own deputy', "name another person")
    for key, hours in model.people.business_hours.items():
        closed = next((day for day, opening in hours.days.items() if opening[:5] >= opening[6:]), None)
        if closed:
            at: Path = ("people", "business_hours", key, "days", closed)
            yield model_error(at, f'"{hours.days[closed]}" closes before it opens', "write the opening time first")


def _mirrors(model: Model) -> Iterator[Diagnostic]:
    links = {str(reference): field.mirror_of for reference, field in model.fields()}
    ringed: set[str] = set()
    for ring in cycle(links):
        ringed.update(ring)
        message = "the mirrors form a cycle: " + " -> ".join([*ring, ring[0]])
        yield model_error(_field_path(ring[0], "mirror_of"), message, "mirror a field that holds the value itself")
    for reference, field in model.fields():
        source = model.field(field.mirror_of) if field.mirror_of else None
        if source is None or str(reference) in ringed:
            continue
        if source.type != field.type:
            message = f'is {field.type}, and "{field.mirror_of}" is {source.type}'
            yield model_error(_field_path(reference, "type"), message, "a mirror has the type of its source")


def _field_path(reference: str, *rest: str) -> Path:
    return ("data_hygiene", "fields", *reference.split("."), *rest)


def _options(model: Model) -> Iterator[Diagnostic]:
    for reference, field in model.fields():
        picklist = field.type in ("picklist", "multi_picklist")
        if field.options and not picklist:
            message = f"a field of type {field.type} has no options"
            yield model_error(_field_path(reference, "options"), message, "remove them, or make the type picklist")
        if picklist and not model.options(reference) and not field.standard:
            yield model_error(_field_path(reference), "a picklist has no options", "add options: {key: Label}")


def _dimensions(model: Model) -> Iterator[Diagnostic]:
    for key, dimension in model.context.dimensions.items():
        for object_name in OBJECTS:
            reference = dimension.field_on(object_name)
            field = model.field(reference) if reference else None
            options = model.options(reference) if reference else {}
            missing = [value for value in dimension.values if options and value not in options]
            if field and missing:
                message = f'"{missing[0]}" is not an option of {reference}'
                fix = suggest(missing[0], options, f"add it to the options of {reference}")
                yield model_error(("context", "dimensions", key, object_name), message, fix)


def _regions(model: Model) -> Iterator[Diagnostic]:
    """A region does not hold itself, and a spelling means one country."""
    regions = model.context.regions
    links = {key: next((one for one in members if one in regions), None) for key, members in regions.items()}
    for ring in cycle(links):
        message = "the regions form a cycle: " + " -> ".join([*ring, ring[0]])
        yield model_error(("context", "regions", ring[0]), message, "remove one of them from another")
    claimed: dict[str, str] = {}
    for country, names in model.context.countries.items():
        own = country_code(country) or country
        for index, name in enumerate(names):
            other = country_code(name) or claimed.setdefault(name.casefold(), own)
            if other != own:
                message = f'"{name}" is a name of {other} already'
                yield model_error(("context", "countries", country, index), message, f"remove it from {country}")


def _account_lists(model: Model) -> Iterator[Diagnostic]:
    """Named accounts have rows, owners who exist, and a field that can be compared with them."""
    for key, routing in model.routing.items():
        for rule_key, rule in routing.rules.items():
            if rule.accounts is None:
                continue
            path: Path = ("routing", key, "rules", rule_key, "accounts")
            if not rule.accounts.owners and not rule.accounts.file:
                yield model_error(path, "has no accounts", "add file: accounts/enterprise.csv, with rows in it")
            for value, owner in rule.accounts.owners.items():
                if owner and owner not in model.people.persons:
                    fix = suggest(owner, model.people.persons, "declare it under people.persons")
                    yield model_error(path, f'person "{owner}", owner of "{value}", is not declared', fix)
            if model.field(rule.accounts.field):
                yield from condition_errors((*path, "field"), rule.accounts.condition(), model)


def _applies_to(model: Model) -> Iterator[Diagnostic]:
    filters: dict[Path, AppliesTo] = {}
    for topic in ("scoring", "routing", "pipelines", "deal_desk"):
        filters |= {(topic, key, "applies_to"): entry.applies_to for key, entry in getattr(model, topic).items()}
    for path, applies_to in filters.items():
        for dimension, values in applies_to.items():
            declared = model.context.dimensions.get(dimension)
            for index, value in enumerate(values if declared else []):
                if declared and value not in declared.values:
                    fix = suggest(value, declared.values, f"add it to context.dimensions.{dimension}.values")
                    message = f'"{value}" is not a value of dimension {dimension}'
                    yield model_error((*path, dimension, index), message, fix)


def _scores(model: Model) -> Iterator[Diagnostic]:
    first: str | None = None
    for key, entry in model.scoring.items():
        path = ("scoring", key)
        if first is None:
            first = key
        elif entry.fields != model.scoring[first].fields:
            fix = "every scoring entry compiles into the same fields; copy them from the first"
            yield model_error((*path, "fields"), f"differ from those of {first}", fix, (("scoring", first, "fields"),))
        for dimension in ("fit", "engagement"):
            low, high = getattr(entry.limits, dimension)
            if low > high:
                yield model_error(
                    (*path, "limits", dimension), "the lowest is above the highest", "write [lowest, highest]"
                )
        yield from _person_fields(model, key)
        yield from _company_score(model, key)


def _company_score(model: Model, key: str) -> Iterator[Diagnostic]:
    """The score of a company rests on fields of the company, and every entry keeps it in the same one."""
    company, path = model.scoring[key].company, ("scoring", key, "company")
    if company is None:
        return
    first, kept = next((entry, one.company) for entry, one in model.scoring.items() if one.company)
    if kept and company.field != kept.field:
        other: Path = ("scoring", first, "company", "field")
        yield model_error((*path, "field"), f"differs from that of {first}", f"write {kept.field}", (other,))
    field = model.field(company.field)
    if FieldRef(company.field).object != "company" or (field and field.type != "number"):
        fix = "declare a number under data_hygiene.fields.company, and name it here"
        yield model_error((*path, "field"), f'"{company.field}" is not a number of the company', fix)
    if company.limits[0] > company.limits[1]:
        yield model_error((*path, "limits"), "the lowest is above the highest", "write [lowest, highest]")
    for place, condition in _read(company, path):
        for reference in condition.fields():
            if reference.object != "company":
                fix = "use fields of the company; those of its people are scored beside it"
                yield model_error(place, f'"{reference}" is not a field of the company', fix)


def _read(scored: Scoring | CompanyScore, path: Path) -> Iterator[tuple[Path, Condition]]:
    """The conditions of a score with their places."""
    for signal, fit in scored.fit.items():
        for index, band in enumerate(fit.bands):
            yield (*path, "fit", signal, "bands", index, "when"), band.when
    for name, negative in scored.negative.items():
        yield (*path, "negative", name, "when"), negative.when


def _person_fields(model: Model, key: str) -> Iterator[Diagnostic]:
    """A formula on the person cannot reach the company, so scoring names fields of the person only."""
    mirrors = {field.mirror_of: str(reference) for reference, field in model.fields() if field.mirror_of}
    for path, condition in _read(model.scoring[key], ("scoring", key)):
        for reference in condition.fields():
            if reference.object != "contact":
                mirror = mirrors.get(reference)
                fix = f"use {mirror}" if mirror else f"declare a contact field with mirror_of: {reference}"
                yield model_error(path, f'"{reference}" is not a field of the person', fix)


def _stages(model: Model) -> Iterator[Diagnostic]:
    """Stages with one label are one value in a CRM that shares stages among pipelines."""
    first: dict[str, tuple[str, str]] = {}
    for pipeline_key, pipeline in model.pipelines.items():
        own: dict[str, str] = {}
        for key, stage in pipeline.stages.items():
            if stage.label in own:
                message = f'label "{stage.label}" is used twice in this pipeline'
                other = _stage_path(pipeline_key, own[stage.label])
                yield model_error(_stage_path(pipeline_key, key), message, "give each stage its own label", (other,))
            own.setdefault(stage.label, key)
            other_pipeline, other_key = first.setdefault(stage.label, (pipeline_key, key))
            if other_pipeline != pipeline_key:
                yield from _stage_agrees(model, pipeline_key, key, other_pipeline, other_key)


def _stage_agrees(model: Model, pipeline: str, key: str, other_pipeline: str, other_key: str) -> Iterator[Diagnostic]:
    one, other = model.pipelines[pipeline].stages[key], model.pipelines[other_pipeline].stages[other_key]
    differing = [name for name in ("probability", "forecast", "closed") if getattr(one, name) != getattr(other, name)]
    if differing:
        message = (
            f'label "{one.label}" also names a stage of pipeline {other_pipeline}, and {", ".join(differing)} differ'
        )
        fix = "make them agree, or change one label"
        yield model_error(_stage_path(pipeline, key), message, fix, (_stage_path(other_pipeline, other_key),))


def _stage_path(pipeline: str, key: str) -> Path:
    return ("pipelines", pipeline, "stages", key)


def _stage_order(model: Model) -> Iterator[Diagnostic]:
    """A stage follows stages that are written before it, so that the order written is one that people can go."""
    written: list[str] = []
    for key, stage in (model.lifecycle.stages if model.lifecycle else {}).items():
        for index, earlier in enumerate(stage.follows or ()):
            if earlier not in written and model.lifecycle and earlier in model.lifecycle.stages:
                path: Path = ("lifecycle", "stages", key, "follows", index)
                message = "a stage cannot follow itself" if earlier == key else f"{earlier} is written after {key}"
                fix = "remove it" if earlier == key else f"move {earlier} up, before {key}"
                yield model_error(path, message, fix)
        written.append(key)


def _qualification(model: Model) -> Iterator[Diagnostic]:
    lifecycle = model.lifecycle
    if lifecycle is None or lifecycle.qualification is None:
        return
    qualification = lifecycle.qualification
    if qualification.minimum > len(qualification.confirmed_fields):
        message = f"{qualification.minimum} is more than there are confirmed_fields"
        yield model_error(
            ("lifecycle", "qualification", "minimum"), message, f"at most {len(qualification.confirmed_fields)}"
        )


def _lifecycle_options(model: Model) -> Iterator[Diagnostic]:
    """The fields that hold a stage, a status or a reason offer exactly what the lifecycle names."""
    lifecycle = model.lifecycle
    if lifecycle is None:
        return
    reason = lifecycle.recycle.reason_field if lifecycle.recycle else None
    for reference, named, place in (
        (lifecycle.field, list(lifecycle.stages), "stages"),
        (lifecycle.status_field, list(lifecycle.lead_statuses), "lead_statuses"),
        (reason, list(lifecycle.rejection_reasons), "rejection_reasons"),
    ):
        field = model.field(reference) if reference else None
        differing = sorted(set(field.options) ^ set(named)) if field and field.options and reference else []
        if differing and reference:
            message = f'"{differing[0]}" stands in only one of these options and lifecycle.{place}'
            fix = "make the two agree, or leave these options out: then the field takes those of the lifecycle"
            yield model_error(_field_path(reference, "options"), message, fix, (("lifecycle", place),))


def _handoffs(model: Model) -> Iterator[Diagnostic]:
    handoffs = model.lifecycle.handoffs if model.lifecycle else {}
    for key, handoff in handoffs.items():
        for what in handoff.met_by:
            if what not in handoff.sla:
                fix = suggest(what, handoff.sla, "add it to sla")
                yield model_error(("lifecycle", "handoffs", key, "met_by", what), f'"{what}" is not in the sla', fix)


def _deal_desks(model: Model) -> Iterator[Diagnostic]:
    for key, desk in model.deal_desk.items():
        reference = desk.fields.payment_terms
        field = model.field(reference) if reference else None
        for index, terms in enumerate(desk.review_when.payment_terms):
            if field and field.options and terms not in field.options:
                path = ("deal_desk", key, "review_when", "payment_terms", index)
                yield model_error(path, f'"{terms}" is not an option of {reference}', suggest(terms, field.options))
        for name, tier in desk.approvals.items():
            low, high = tier.discount_from, tier.discount_below
            if low is not None and high is not None and low >= high:
                at: Path = ("deal_desk", key, "approvals", name, "discount_below")
                yield model_error(at, f"{high:g} is not above discount_from {low:g}", "write the lower bound first")


def _calculations(model: Model) -> Iterator[Diagnostic]:
    """A calculation needs certain fields, in a certain order, of certain types."""
    for key, metric in (model.metrics.metrics if model.metrics else {}).items():
        if metric.calculation is None:
            continue
        parts = CALCULATION_FIELDS[metric.calculation]
        types = [(field.type if (field := model.field(FieldRef(one))) else None) for one in metric.fields]
        if len(types) >= len(parts) and all(
            found is None or found in allowed for found, (_, allowed) in zip(types, parts, strict=False)
        ):
            continue
        needed = ", ".join(f"{meaning} ({' or '.join(sorted(allowed))})" for meaning, allowed in parts)
        message = f'calculation "{metric.calculation}" needs first, in this order: {needed}'
        yield model_error(("metrics", "metrics", key, "fields"), message, "list these fields, or remove calculation")


MODEL_CHECKS: tuple[Callable[[Model], Iterator[Diagnostic]], ...] = (
    _manager_cycles,
    _absences,
    _mirrors,
    _options,
    _dimensions,
    _regions,
    _account_lists,
    _applies_to,
    _scores,
    _stages,
    _stage_order,
    _qualification,
    _lifecycle_options,
    _handoffs,
    _deal_desks,
    _calculations,
)
