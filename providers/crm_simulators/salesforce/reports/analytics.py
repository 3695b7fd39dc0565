"""The Reports and Dashboards REST API: lists, descriptions and runs of what the org holds [D: api_analytics].

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_intro.htm
"""

from __future__ import annotations

from typing import Any

from crm_simulators.salesforce.errors import MetadataError, RestError, not_found
from crm_simulators.salesforce.http.calls import Call, Reply, allow
from crm_simulators.salesforce.metadata_types.analytics.columns import SUFFIX
from crm_simulators.salesforce.metadata_types.analytics.report_type import components_of
from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.reports.rows import ReportRows
from crm_simulators.salesforce.reports.run import ReportRun
from crm_simulators.salesforce.xml.component_xml import Body

MAX_LISTED = 200


def answer(org: Org, call: Call, path: list[str]) -> Reply:
    """`reports`, `reports/ID`, `reports/ID/describe`, `dashboards` and `dashboards/ID/describe`; raises RestError."""
    if path[:1] == ["reports"]:
        return _reports(org, call, path[1:])
    if path[:1] == ["dashboards"]:
        return _dashboards(org, call, path[1:])
    raise not_found()


def _reports(org: Org, call: Call, path: list[str]) -> Reply:
    if not path:
        allow(call, "GET")
        return Reply(200, [_report_entry(call, name, one) for name, one in _listed(org, "Report")])
    name, component = _found(org, "Report", path[0])
    if len(path) == 1:
        allow(call, "GET", "POST")
        if call.method == "POST" and call.content:
            raise RestError(501, "NOT_IMPLEMENTED", "Running a report with other metadata is not enabled")
        return Reply(200, _run(org, call, name, component))
    if path[1:] == ["describe"]:
        allow(call, "GET")
        return Reply(200, _described(org, call, name, component))
    raise not_found()


def _dashboards(org: Org, call: Call, path: list[str]) -> Reply:
    allow(call, "GET")
    if not path:
        return Reply(200, [_dashboard_entry(call, name, one) for name, one in _listed(org, "Dashboard")])
    name, component = _found(org, "Dashboard", path[0])
    if path[1:] != ["describe"]:
        raise not_found()
    body = component["body"]
    grid = body.get("dashboardGridLayout") or {}
    shown = {
        "id": component["id"],
        "name": body["title"],
        "developerName": name.rpartition("/")[2],
        "dashboardType": body["dashboardType"],
        "components": [_component(org, number, one) for number, one in enumerate(components_of(body))],
        "layout": {
            "gridLayout": bool(grid),
            "numColumns": grid.get("numberOfColumns"),
            "rowHeight": grid.get("rowHeight"),
        },
    }
    return Reply(200, shown)


def _component(org: Org, number: int, body: Body) -> dict[str, Any]:
    report = org.of_type("Report").get(body.get("report", ""), {})
    properties = {"visualizationType": body["componentType"], "groupings": body.get("groupingColumn")}
    return {
        "componentData": number,
        "header": body.get("header"),
        "footer": body.get("footer"),
        "reportId": report.get("id"),
        "type": "Report",
        "properties": properties,
    }


def _listed(org: Org, type_name: str) -> list[tuple[str, dict[str, Any]]]:
    """The newest first: recently viewed ones in the product, all of them here [K]."""
    found = sorted(org.of_type(type_name).items(), key=lambda pair: pair[1]["lastModifiedDate"], reverse=True)
    return found[:MAX_LISTED]


def _found(org: Org, type_name: str, identifier: str) -> tuple[str, dict[str, Any]]:
    for name, component in org.of_type(type_name).items():
        if component["id"] == to18(identifier):
            return name, component
    raise RestError(404, "NOT_FOUND", "The data you're trying to access is unavailable.")  # [K: text]


def _report_entry(call: Call, name: str, component: dict[str, Any]) -> dict[str, Any]:
    url = call.url(f"analytics/reports/{component['id']}")
    return {
        "name": component["body"]["name"],
        "id": component["id"],
        "url": url,
        "describeUrl": f"{url}/describe",
        "instancesUrl": f"{url}/instances",
    }


def _dashboard_entry(call: Call, name: str, component: dict[str, Any]) -> dict[str, Any]:
    url = call.url(f"analytics/dashboards/{component['id']}")
    return {
        "name": component["body"]["title"],
        "id": component["id"],
        "url": url,
        "componentsUrl": url,
        "statusUrl": f"{url}/status",
    }


def _prepared(org: Org, call: Call, component: dict[str, Any]) -> ReportRun:
    try:
        return ReportRun(ReportRows(org, call.user, component["body"]))
    except MetadataError as error:
        raise RestError(400, "BAD_REQUEST", error.message) from None


def _run(org: Org, call: Call, name: str, component: dict[str, Any]) -> dict[str, Any]:
    run, body = _prepared(org, call, component), component["body"]
    details = call.arguments.get("includeDetails") == "true"
    fact_map, groupings = run.facts(details=details)
    return {
        "attributes": {**_report_entry(call, name, component), "reportId": component["id"], "type": "Report"},
        "allData": True,
        "factMap": fact_map,
        "groupingsDown": {"groupings": groupings},
        "groupingsAcross": {"groupings": []},
        "hasDetailRows": details,
        "reportExtendedMetadata": _extended(run, body),
        "reportMetadata": _metadata(run, name, component),
    }


def _described(org: Org, call: Call, name: str, component: dict[str, Any]) -> dict[str, Any]:
    run = _prepared(org, call, component)
    columns = {
        key: {"label": column.field.label, "dataType": column.field.type, "filterable": True, "filterValues": []}
        for key, column in run.found.columns.items()
    }
    return {
        "reportExtendedMetadata": _extended(run, component["body"]),
        "reportMetadata": _metadata(run, name, component),
        "reportTypeMetadata": {"categories": [{"label": run.found.sobject, "columns": columns}]},
    }


def _metadata(run: ReportRun, name: str, component: dict[str, Any]) -> dict[str, Any]:
    body: Body = component["body"]
    chosen = body.get("filter") or {}
    period = body.get("timeFrameFilter") or {}
    return {
        "id": component["id"],
        "name": body["name"],
        "developerName": name.rpartition("/")[2],
        "reportFormat": body["format"].upper(),
        "reportType": {"type": body["reportType"], "label": str(body["reportType"]).removesuffix(SUFFIX)},
        "aggregates": run.aggregates,
        "detailColumns": [one["field"] for one in body.get("columns", [])],
        "groupingsDown": [
            {"name": one["field"], "sortOrder": one["sortOrder"], "dateGranularity": one["dateGranularity"]}
            for one in body.get("groupingsDown", [])
        ],
        "groupingsAcross": [],
        "reportBooleanFilter": chosen.get("booleanFilter"),
        "reportFilters": [
            {"column": one["column"], "operator": one["operator"], "value": one.get("value") or ""}
            for one in chosen.get("criteriaItems", [])
        ],
        "standardDateFilter": {
            "column": period.get("dateColumn"),
            "durationValue": period.get("interval", "INTERVAL_CUSTOM").removeprefix("INTERVAL_"),
            "startDate": period.get("startDate"),
            "endDate": period.get("endDate"),
        },
        "hasDetailRows": body.get("showDetails", True),
        "hasRecordCount": True,
    }


def _extended(run: ReportRun, body: Body) -> dict[str, Any]:
    names = [one["field"] for one in body.get("columns", [])]
    columns = {name: run.found.columns[name].field for name in names if name in run.found.columns}
    labels = {one["developerName"]: one for one in body.get("aggregates", [])}
    return {
        "detailColumnInfo": {name: {"label": field.label, "dataType": field.type} for name, field in columns.items()},
        "aggregateColumnInfo": {
            name: {
                "label": labels[name]["masterLabel"] if name in labels else name,
                "dataType": labels[name]["datatype"] if name in labels else "int",
            }
            for name in run.aggregates
        },
    }
