"""Filter branches of lists and flows, evaluated on records.

A record without a value passes an operation when `includeObjectsWithNoValueSet` says so [S].
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vendor_facts import vocabulary

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.properties.values import moment_of
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES, Associations
from crm_simulators.hubspot.records.records import Records, Values

InList = Callable[[str, str], bool]
"""Whether a list (id) holds a record (id)."""
NEGATED = vocabulary("hubspot", "negated operators")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NEGATED_BRANCHES = {"NOT_ALL": "AND", "NOT_ANY": "OR"}
EVER = vocabulary("hubspot", "operators over the history")
OLDER = ("DATE", "DATETIME", "RANGED_DATE")
DAY_END = {"referenceType": "TODAY", "hour": 23, "minute": 59, "second": 59, "millisecond": 999}
MONTHS = tuple(name.upper() for name in calendar.month_name[1:])
WEEKDAYS = tuple(name.upper() for name in calendar.day_name)
MONTHS_PER_UNIT = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
FORM_SUBMITTED, PAGE_VISITED = "4-1639801", "4-96000"
PROPERTY_CHANGED, OBJECT_CREATED = "4-655002", "4-1463224"


@dataclass(frozen=True)
class Subject:
    """A record under evaluation."""

    object_type: str
    record: JsonObject
    values: Values


COUNTED = ("FORM_SUBMISSION", "PAGE_VIEW")
DECIDED = frozenset({"PROPERTY", "CONSTANT", "IN_LIST", "NUM_ASSOCIATIONS", *COUNTED})
"""The filter types that decide membership here; the others are kept as they are."""


class Filters:
    """Evaluates filter branches over the records of the portal."""

    def __init__(self, records: Records, associations: Associations, in_list: InList) -> None:
        self.records = records
        self.associations = associations
        self.in_list = in_list

    def select(self, object_type: str, branch: JsonObject) -> list[JsonObject]:
        """The records that a branch matches."""
        return [record for record in self.records.active(object_type) if self.matches(object_type, record, branch)]

    def matches(self, object_type: str, record: JsonObject, branch: JsonObject) -> bool:
        """Whether a record passes a whole branch."""
        return self._branch(Subject(object_type, record, self.records.lazy_values(object_type, record)), branch)

    def _branch(self, subject: Subject, branch: JsonObject) -> bool:
        kind = branch["filterBranchType"]
        if kind == "UNIFIED_EVENTS":
            return self._has_event(subject, branch) is (branch["operator"] == "HAS_COMPLETED")
        if kind == "ASSOCIATION":
            return self._has_associated(subject, branch) is (branch["operator"] == "IN_LIST")
        if kind == "PROPERTY_ASSOCIATION":
            return self._has_named(subject, branch) is (branch["operator"] == "IN_LIST")
        if kind in NEGATED_BRANCHES:
            return not self._branch(subject, {**branch, "filterBranchType": NEGATED_BRANCHES[kind]})
        desired = kind == "OR"
        for part in branch["filters"]:
            if self._filter(subject, part) is desired:
                return desired
        for child in branch["filterBranches"]:
            if self._branch(subject, child) is desired:
                return desired
        return not desired

    def _filter(self, subject: Subject, part: JsonObject) -> bool:
        kind, operator = part["filterType"], str(part.get("operator", ""))
        if kind == "PROPERTY":
            return self._property(subject, part["property"], part["operation"])
        if kind == "CONSTANT":
            return bool(part["shouldAccept"])
        if kind == "IN_LIST" and "listId" in part:
            return self.in_list(part["listId"], subject.record["id"]) is (operator == "IN_LIST")
        if kind in COUNTED:
            found = self._submitted(subject, part) if kind == "FORM_SUBMISSION" else self._viewed(subject, part)
            return _often(found, part.get("coalescingRefineBy")) is not operator.startswith("NOT_")
        if kind == "NUM_ASSOCIATIONS":
            return _often(self._links(subject, part), part["coalescingRefineBy"])
        return "NOT_" in operator  # e-mails, ads, calls to action and the like happen to no simulated record

    def _submitted(self, subject: Subject, part: JsonObject) -> int:
        desired = {"hs_form_id": part["formId"]} if "formId" in part else {}
        return sum(desired.items() <= event["properties"].items() for event in self._events(subject, FORM_SUBMITTED))

    def _viewed(self, subject: Subject, part: JsonObject) -> int:
        urls = [event["properties"].get("hs_url", "") for event in self._events(subject, PAGE_VISITED)]
        if part["operator"].endswith("_MATCHES_REGEX"):
            return sum(re.search(part["pageUrl"], url) is not None for url in urls)
        same = part["operator"].endswith("_EQ")
        return sum(part["pageUrl"] == url if same else part["pageUrl"] in url for url in urls)

    def _links(self, subject: Subject, part: JsonObject) -> int:
        start, type_id = (subject.object_type, subject.record["id"]), part["associationTypeId"]
        ends = {pair[1] for kinds in (DEFAULT_TYPES, PRIMARY_TYPES) for pair in kinds if pair[0] == subject.object_type}
        links = [link for end in ends for link in self.associations.of(start, end)]
        return sum(type_id in [kind["typeId"] for kind in link["associationTypes"]] for link in links)

    def _property(self, subject: Subject, name: str, operation: JsonObject) -> bool:
        definition = self.records.properties.active(subject.object_type).get(name)
        operator, value = operation["operator"], subject.values.get(name)
        if definition is None:
            raise validation_error(f"Invalid filter: property {name} does not exist")
        if operator in ("IS_KNOWN", "IS_UNKNOWN"):
            return (value is None) is (operator == "IS_UNKNOWN")
        if operator.startswith(("HAS_EVER", "HAS_NEVER")):
            return self._ever(subject, definition, operation)
        if operation["operationType"] == "ROLLING_PROPERTY_UPDATED":
            return self._updated(subject, name, operation)
        if value is None:
            return bool(operation["includeObjectsWithNoValueSet"])
        if operator in NEGATED:
            return not self._positive(subject, definition, {**operation, "operator": NEGATED[operator]}, value)
        return self._positive(subject, definition, operation, value)

    def _ever(self, subject: Subject, definition: JsonObject, operation: JsonObject) -> bool:
        operator = operation["operator"].replace("HAS_NEVER", "HAS_EVER")
        live = [text for _, text, *_ in subject.record["history"].get(definition["name"], []) if text]
        now = subject.values.get(definition["name"])
        live += [now] if now is not None else []
        positive = {**operation, "operator": EVER[operator]}
        found = any(self._positive(subject, definition, positive, text) for text in live)
        return found is (operator == operation["operator"])

    def _positive(self, subject: Subject, definition: JsonObject, operation: JsonObject, value: str) -> bool:
        """An operation that is not negated, on a value."""
        found = _plain(operation, value, self._folded)
        if found is not None:
            return found
        if operation["operationType"] == "NUMBER_RANGED":
            return float(operation["lowerBound"]) <= float(value) <= float(operation["upperBound"])
        return self._moment(subject, definition, operation, value)

    def _folded(self, text: str) -> str:
        """A text as it is compared, by the switch on case [?]."""
        return text.lower() if self.records.portal.switch("filter_text_ignores_case") else text

    def _moment(self, subject: Subject, definition: JsonObject, operation: JsonObject, value: str) -> bool:
        kind, operator = operation["operationType"], operation["operator"]
        moment = self._read(subject, definition["name"], operation.get("propertyParser", "VALUE")) or moment_of(value)
        if kind == "TIME_POINT":
            inclusive = operation.get("endpointBehavior") == "INCLUSIVE"
            point = self._point(subject, operation["timePoint"], (operator == "IS_BEFORE") is inclusive)
            if point is None:
                return bool(operation["includeObjectsWithNoValueSet"])
            return (inclusive and moment == point) or (moment < point if operator == "IS_BEFORE" else moment > point)
        if kind == "TIME_RANGED":
            low = self._point(subject, operation["lowerBoundTimePoint"])
            closed = operation.get("upperBoundEndpointBehavior") != "EXCLUSIVE"
            high = self._point(subject, operation["upperBoundTimePoint"], closed)
            return low is not None and high is not None and _within(moment, low, high, operation)
        if kind in OLDER:
            return _older(moment, operation)
        if kind == "ROLLING_DATE_RANGE":
            return self._rolling(operator, moment, operation["numberOfDays"])
        if kind == "CALENDAR_DATE":
            start, end = self._calendar(operation)
            return start <= moment < end
        parser = "UPDATED_AT" if kind == "COMPARATIVE_PROPERTY_UPDATED" else "VALUE"
        own = self._read(subject, definition["name"], parser)
        other = self._read(subject, operation["comparisonPropertyName"], parser)
        if own is None or other is None:
            return bool(operation["includeObjectsWithNoValueSet"])
        return own < other if operator == "IS_BEFORE" else own > other

    def _rolling(self, operator: str, moment: datetime, days: int) -> bool:
        now = self.records.portal.moment()
        away = timedelta(days=days)
        return {
            "IS_LESS_THAN_X_DAYS_AGO": now - away < moment <= now,
            "IS_MORE_THAN_X_DAYS_AGO": moment < now - away,
            "IS_LESS_THAN_X_DAYS_FROM_NOW": now <= moment < now + away,
            "IS_MORE_THAN_X_DAYS_FROM_NOW": moment > now + away,
        }[operator]

    def _updated(self, subject: Subject, name: str, operation: JsonObject) -> bool:
        updated = self._read(subject, name, "UPDATED_AT")
        since = self.records.portal.moment() - timedelta(days=operation["numberOfDays"])
        recently = updated is not None and updated >= since
        if updated is None:
            return bool(operation["includeObjectsWithNoValueSet"])
        return recently is (operation["operator"] == "UPDATED_IN_LAST_X_DAYS")

    def _read(self, subject: Subject, name: str, parser: str) -> datetime | None:
        return read_moment_of(subject.record, subject.values.get, name, parser)

    def _point(self, subject: Subject, point: JsonObject, ends: bool = False) -> datetime | None:
        """A point in time; None where a property has no value, or the calendar no such day.

        A day counted from today is meant whole: at its end where `ends` [?].
        """
        if point["timeType"] == "PROPERTY_REFERENCED":
            return self._read(subject, point["property"], point["referenceType"])
        is_today = point.get("indexReference") == {"referenceType": "TODAY"}
        try:
            return self._fixed({**point, "indexReference": DAY_END} if ends and is_today else point)
        except (ValueError, OverflowError):
            return None

    def _fixed(self, point: JsonObject) -> datetime:
        zone = zone_of(point["zoneId"])
        if point["timeType"] == "DATE":
            midnight = datetime(point["year"], point["month"], point["day"], tzinfo=zone)
            return midnight.replace(
                hour=point.get("hour", 0),
                minute=point.get("minute", 0),
                second=point.get("second", 0),
                microsecond=point.get("millisecond", 0) * 1000,
            )
        moment = _referenced(self.records.portal.moment().astimezone(zone), point["indexReference"])
        offset = point.get("offset", {})
        known = {key: offset.get(key, 0) for key in ("weeks", "days", "hours", "minutes", "seconds", "milliseconds")}
        moment += timedelta(**known)
        months = offset.get("months", 0) + 3 * offset.get("quarters", 0) + 12 * offset.get("years", 0)
        return _add_months(moment, months) if months else moment

    def _calendar(self, operation: JsonObject) -> tuple[datetime, datetime]:
        now = self.records.portal.moment()
        zone = zone_of(self.records.portal.state["account"]["timeZone"])
        unit, count = operation["timeUnit"], operation.get("timeUnitCount", 1)
        first = MONTHS.index(operation.get("fiscalYearStart") or MONTHS[0]) if operation.get("useFiscalYear") else 0
        start = _start_of(now.astimezone(zone), unit, first)
        here, following = start, _add_unit(start, unit, 1)
        return {
            "IN_THIS_TIME_UNIT": (here, following),
            "IN_THIS_TIME_UNIT_SO_FAR": (here, now),
            "IN_NEXT_TIME_UNIT": (following, _add_unit(start, unit, 1 + count)),
            "IN_LAST_TIME_UNIT": (_add_unit(start, unit, -count), here),
        }[operation["operator"]]

    def _has_associated(self, subject: Subject, branch: JsonObject) -> bool:
        """Whether any record associated by this type passes all filters."""
        start, other_type = (subject.object_type, subject.record["id"]), branch["objectTypeId"]
        for link in self.associations.of(start, other_type):
            if branch["associationTypeId"] not in [kind["typeId"] for kind in link["associationTypes"]]:
                continue
            record = self.records.of(other_type)[str(link["toObjectId"])]
            other = Subject(other_type, record, self.records.lazy_values(other_type, record))
            if not record["archived"] and all(self._filter(other, part) for part in branch["filters"]):
                return True
        return False

    def _has_named(self, subject: Subject, branch: JsonObject) -> bool:
        """Whether the record whose id a property holds passes all filters."""
        other_type = self.records.portal.object_type(branch["objectTypeId"]).id
        record = self.records.of(other_type).get(str(subject.values.get(branch["propertyWithObjectId"])))
        if record is None or record["archived"]:
            return False
        other = Subject(other_type, record, self.records.lazy_values(other_type, record))
        return self._branch(other, {**branch, "filterBranchType": "AND"})

    def _has_event(self, subject: Subject, branch: JsonObject) -> bool:
        found = [
            all(event_passes(event["properties"], part) for part in branch["filters"])
            for event in self._events(subject, branch["eventTypeId"])
        ]
        return _often(sum(found), branch.get("coalescingRefineBy"))

    def _events(self, subject: Subject, event_type: str) -> list[JsonObject]:
        """The events of a record: seeded ones, and those that its history implies."""
        if event_type == OBJECT_CREATED:
            return [{"properties": {}}]
        if event_type == PROPERTY_CHANGED:
            return [
                {"properties": {"hs_name": name, "hs_value": text}}
                for name, changes in subject.record["history"].items()
                for _, text, *_ in changes
            ]
        seeded = self.records.portal.area("events", subject.object_type).get(subject.record["id"], [])
        return [event for event in seeded if event["eventTypeId"] == event_type]


def read_moment_of(record: JsonObject, get: Callable[[str], str | None], name: str, parser: str) -> datetime | None:
    """A property's moment, or with UPDATED_AT when it was last written."""
    if parser == "UPDATED_AT":
        history = record["history"].get(name)
        return moment_of(history[-1][0]) if history else None
    value = get(name)
    return moment_of(value) if value else None


def _often(times: int, refined: JsonObject | None) -> bool:
    """Whether something happened so often: at least once, unless NUM_OCCURRENCES says how often [D]."""
    asked = refined if refined and refined.get("type") == "NUM_OCCURRENCES" else {"minOccurrences": 1}
    return asked.get("minOccurrences", 0) <= times <= asked.get("maxOccurrences", times)


def _older(moment: datetime, operation: JsonObject) -> bool:
    """DATE, DATETIME and RANGED_DATE, by what the name of the operator says [?]."""
    kind, operator = operation["operationType"], operation["operator"]
    names = ("timestamp", "timestamp") if kind == "DATETIME" else ("lowerBound", "upperBound")
    if kind == "DATE":
        low, high = _whole_day(operation)
    else:
        low, high = (datetime.fromtimestamp(operation[name] / 1000, UTC) for name in names)
    if "BEFORE" in operator or "AFTER" in operator:
        return moment < low if "BEFORE" in operator else moment > high
    return (low <= moment <= high) is not ("NOT" in operator)


def _whole_day(operation: JsonObject) -> tuple[datetime, datetime]:
    month = MONTHS.index(operation["month"].upper()) + 1
    day = datetime(operation["year"], month, operation["day"], tzinfo=UTC)
    return day, day + timedelta(days=1, milliseconds=-1)


def _referenced(now: datetime, reference: JsonObject) -> datetime:
    """What an index reference names: this moment, or a day of today's week, month, quarter or year [S]."""
    kind = str(reference["referenceType"])
    if kind == "NOW":
        return now
    unit = {"TODAY": "DAY", "FISCAL_QUARTER": "QUARTER", "FISCAL_YEAR": "YEAR"}.get(kind, kind)
    start = _start_of(now, unit, 0)
    if kind == "WEEK":
        start += timedelta(days=WEEKDAYS.index(reference["dayOfWeek"]))
    if "month" in reference:
        start = _add_months(start, reference["month"] - 1)
    clock = [reference.get(part, 0) for part in ("hour", "minute", "second", "millisecond")]
    moment = start.replace(hour=clock[0], minute=clock[1], second=clock[2], microsecond=clock[3] * 1000)
    return moment + timedelta(days=reference.get("day", 1) - 1)


def _start_of(moment: datetime, unit: str, first_month: int) -> datetime:
    """The first midnight of the unit around a moment; years begin in that month, counted from 0."""
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "WEEK":
        return start - timedelta(days=start.weekday())
    if unit not in MONTHS_PER_UNIT:
        return start
    into = (start.month - 1 - first_month) % MONTHS_PER_UNIT[unit]
    return _add_months(start.replace(day=1), -into)


def event_passes(properties: Mapping[str, str], part: JsonObject) -> bool:
    """A filter on a property of an event."""
    operation, value = part["operation"], properties.get(part["property"])
    kind, operator = operation["operationType"], operation["operator"]
    if operator in ("IS_KNOWN", "IS_UNKNOWN"):
        return (not value) is (operator == "IS_UNKNOWN")  # a cleared property changed to an empty text
    if value is None:
        return bool(operation["includeObjectsWithNoValueSet"])
    if kind == "NUMBER" and not NUMBER.fullmatch(value):
        return operator in NEGATED
    found = _plain({**operation, "operator": NEGATED.get(operator, operator)}, value, str.lower)
    if found is None:
        raise validation_error(f"Invalid filter: operationType {kind} is not supported on event properties")
    return found is not (operator in NEGATED)


def _plain(operation: JsonObject, value: str, folded: Callable[[str], str]) -> bool | None:
    """An operation that is not negated, on a value; None for one on moments or ranges."""
    kind, operator = operation["operationType"], operation["operator"]
    if kind == "BOOL":
        return (value == "true") is operation["value"]
    if kind == "ENUMERATION":
        return _options(operator, set(value.split(";")), {str(one) for one in operation["values"]})
    if kind in ("MULTISTRING", "STRING"):
        desired = operation["values"] if kind == "MULTISTRING" else [operation["value"]]
        return any(_text(operator, folded(value), folded(str(one))) for one in desired)
    return _number(operator, float(value), float(operation["value"])) if kind == "NUMBER" else None


def _options(operator: str, live: set[str], desired: set[str]) -> bool:
    if operator == "IS_ANY_OF":
        return bool(live & desired)
    return live == desired if operator == "IS_EXACTLY" else desired <= live


def _text(operator: str, value: str, desired: str) -> bool:
    if operator == "STARTS_WITH":
        return value.startswith(desired)
    if operator == "ENDS_WITH":
        return value.endswith(desired)
    return value == desired if operator == "IS_EQUAL_TO" else desired in value


def _number(operator: str, value: float, desired: float) -> bool:
    return {
        "IS_EQUAL_TO": value == desired,
        "IS_GREATER_THAN": value > desired,
        "IS_GREATER_THAN_OR_EQUAL_TO": value >= desired,
        "IS_LESS_THAN": value < desired,
        "IS_LESS_THAN_OR_EQUAL_TO": value <= desired,
    }[operator]


def _within(moment: datetime, low: datetime, high: datetime, operation: JsonObject) -> bool:
    """Whether a moment is in a range; its ends belong to it unless they are EXCLUSIVE [?]."""
    after = moment > low or (moment == low and operation.get("lowerBoundEndpointBehavior") != "EXCLUSIVE")
    return after and (moment < high or (moment == high and operation.get("upperBoundEndpointBehavior") != "EXCLUSIVE"))


def zone_of(name: str) -> tzinfo:
    """A time zone by its name."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise validation_error(f"Invalid filter: zoneId {name} is not known") from problem


def _add_unit(start: datetime, unit: str, count: int) -> datetime:
    if unit in MONTHS_PER_UNIT:
        return _add_months(start, count * MONTHS_PER_UNIT[unit])
    return start + timedelta(days=count * (7 if unit == "WEEK" else 1))


def _add_months(moment: datetime, months: int) -> datetime:
    whole = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(whole, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))
