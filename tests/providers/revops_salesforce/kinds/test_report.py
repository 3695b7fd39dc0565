"""Reports beside what people add to them, and what reports and report types refer to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.deploy.package import Component, pack
from revops_salesforce.kinds.report import Report
from revops_salesforce.kinds.report_folder import ReportFolder
from revops_salesforce.kinds.report_type import ReportType

from revops_iac.errors import AccountError, AuthorError
from tests.providers.contract import example
from tests.providers.revops_salesforce.analytics import changed, declared, differences, lines, read, stored
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

REPORT, TYPE, FOLDER = Report(), ReportType(), ReportFolder()
OURS = example(REPORT)
NAME = "Revenue/Leads_By_Status"


def names(references: object) -> list[str]:
    return [f"{one.kind} {one.name}" for one in references]  # type: ignore[attr-defined]


def made(open_session: OpenSession) -> None:
    session = open_session()
    TYPE.create(session, TYPE.parse(example(TYPE)))
    FOLDER.create(session, FOLDER.parse(example(FOLDER)))
    REPORT.create(session, REPORT.parse(OURS))


def test_what_people_add_to_a_report_stays(open_session: OpenSession) -> None:
    made(open_session)
    client = open_session().client
    body = client.read_components("Report", [NAME])[NAME]
    client.update_component(
        "Report", {**body, "sortColumn": "Lead$LastName", "sortOrder": "Asc", "showGrandTotal": False}
    )
    session = open_session()
    live = session.find(REPORT, NAME)
    assert live is not None
    assert REPORT.differences(OURS, REPORT.managed_view(OURS, live)) == []

    REPORT.update(session, live, REPORT.parse({**OURS, "label": "Other"}))

    after = open_session().client.read_components("Report", [NAME])[NAME]
    assert (after["name"], after["sortColumn"], after["showGrandTotal"]) == ("Other", "Lead$LastName", False)


def test_a_report_refers_to_its_folder_its_type_and_the_fields_it_names() -> None:
    desired = {
        **OURS,
        "filters": [{"field": "Lead$Fit__c", "operator": "greaterThan", "value": "50"}],
        "formulas": [{"name": "FORMULA1", "label": "Share", "formula": "Lead$Reached__c:SUM / RowCount"}],
    }
    assert names(REPORT.references(REPORT.parse(desired))) == [
        "ReportFolder Revenue",
        "ReportType Lead_Funnel",
        "CustomField Lead.Fit__c",
        "CustomField Lead.Reached__c",
    ]
    standard = {**OURS, "folder": "unfiled$public", "report_type": "LeadList", "filters": [], "formulas": []}
    assert names(REPORT.references(REPORT.parse(standard))) == []


def test_a_folder_with_reports_of_others_is_not_deleted(open_session: OpenSession) -> None:
    made(open_session)
    session = open_session()
    live = session.find(FOLDER, "Revenue")
    assert live is not None
    with pytest.raises(AccountError, match="The folder Revenue is not empty"):
        FOLDER.delete(session, live, FOLDER.state({}))


def test_a_type_stays_while_reports_of_others_stand_on_it(open_session: OpenSession) -> None:
    made(open_session)
    session = open_session()
    live = session.find(TYPE, "Lead_Funnel")
    assert live is not None
    with pytest.raises(AuthorError) as caught:
        TYPE.delete(session, live, TYPE.state({}))
    message = f'Salesforce ReportType "Lead_Funnel" was not deleted, because this deletes unmanaged reports: {NAME}\n'
    assert str(caught.value).startswith(message)
    assert 'or allow their deletion: add "Lead_Funnel" to revops:allowDelete in stack config' in str(caught.value)
    assert open_session().find(REPORT, NAME) is not None

    session.settings = replace(session.settings, allow_delete=frozenset({"Lead_Funnel"}))
    TYPE.delete(session, live, TYPE.state({}))
    assert open_session().find(REPORT, NAME) is None


def test_a_package_has_a_folder_beside_its_reports() -> None:
    folder = Component("ReportFolder", {"fullName": "Revenue", "name": "Revenue"})
    package = pack([folder, Component("Report", {"fullName": NAME, "name": "Leads"})], "63.0")
    assert set(package.files) == {"package.xml", "reports/Revenue-meta.xml", f"reports/{NAME}.report"}
    members = (
        "<members>Revenue</members>\n        <members>Revenue/Leads_By_Status</members>\n        <name>Report</name>"
    )
    assert members in package.files["package.xml"].decode()


FILTERS = """
    <filter><booleanFilter>1 AND (2 OR 3)</booleanFilter>
        <criteriaItems><column>STAGE_NAME</column><columnToColumn>false</columnToColumn><isUnlocked>true</isUnlocked>
            <operator>equals</operator><value>Proposal,Closing</value></criteriaItems>
        <criteriaItems><column>CLOSE_DATE</column><columnToColumn>true</columnToColumn><isUnlocked>true</isUnlocked>
            <operator>lessThan</operator><value>Opportunity.Signed__c</value></criteriaItems>
        <criteriaItems><column>CAMPAIGN</column><columnToColumn>false</columnToColumn><isUnlocked>false</isUnlocked>
            <operator>equals</operator><value></value></criteriaItems>
        <language>en_US</language></filter>
"""
SUMMARY = f"""
    <aggregates><calculatedFormula>AMOUNT:SUM / RowCount</calculatedFormula><datatype>currency</datatype>
        <description>What a deal brings.</description><developerName>FORMULA1</developerName>
        <downGroupingContext>STAGE_NAME</downGroupingContext><isActive>false</isActive>
        <isCrossBlock>false</isCrossBlock><masterLabel>Average deal</masterLabel><scale>0</scale></aggregates>
    <buckets><bucketType>picklist</bucketType><developerName>BucketField_12345678</developerName>
        <masterLabel>Size</masterLabel><nullTreatment>n</nullTreatment><otherBucketLabel>Others</otherBucketLabel>
        <sourceColumnName>TYPE</sourceColumnName><useOther>true</useOther>
        <values><sourceValues><sourceValue>New Customer</sourceValue></sourceValues><value>New</value></values>
    </buckets>
    <chart><backgroundColor1>#FFFFFF</backgroundColor1><chartSummaries><aggregate>Sum</aggregate>
        <axisBinding>y</axisBinding><column>AMOUNT</column></chartSummaries><chartType>HorizontalBarStacked</chartType>
        <enableHoverLabels>false</enableHoverLabels><expandOthers>true</expandOthers>
        <groupingColumn>STAGE_NAME</groupingColumn><legendPosition>Right</legendPosition>
        <secondaryGroupingColumn>BucketField_12345678</secondaryGroupingColumn></chart>
    <colorRanges><columnName>FORMULA1</columnName><highBreakpoint>100.0</highBreakpoint><highColor>#54C254</highColor>
        <lowBreakpoint>0.0</lowBreakpoint><lowColor>#C25454</lowColor><midColor>#C2C254</midColor></colorRanges>
    <columns><field>OPPORTUNITY_NAME</field></columns>
    <columns><aggregateTypes>Sum</aggregateTypes><aggregateTypes>Average</aggregateTypes><field>AMOUNT</field>
        <reverseColors>false</reverseColors></columns>
    <columns><aggregateTypes>Unique</aggregateTypes><field>CDF1</field></columns>
    <crossFilters><criteriaItems><column>Status</column><isUnlocked>false</isUnlocked><operator>equals</operator>
        <value>Open</value></criteriaItems><operation>with</operation>
        <primaryTableColumn>OPPORTUNITY_ID</primaryTableColumn><relatedTable>Activity</relatedTable>
        <relatedTableJoinColumn>What</relatedTableJoinColumn></crossFilters>
    <currency>EUR</currency>
    <customDetailFormulas><calculatedFormula>TODAY() - CLOSE_DATE</calculatedFormula><dataType>Double</dataType>
        <developerName>CDF1</developerName><label>Days</label><scale>0</scale></customDetailFormulas>
    <description>Deals by stage.</description>{FILTERS}<format>Summary</format>
    <groupingsDown><aggregateType>Sum</aggregateType><dateGranularity>Day</dateGranularity><field>STAGE_NAME</field>
        <sortByName>AMOUNT</sortByName><sortOrder>Desc</sortOrder><sortType>Aggregate</sortType></groupingsDown>
    <groupingsDown><field>BucketField_12345678</field><sortOrder>Asc</sortOrder></groupingsDown>
    <name>Deals</name><params><name>open</name><value>all</value></params>
    <params><name>probability</name><value>&gt;0</value></params><reportType>Opportunity</reportType>
    <roleHierarchyFilter>Sales_Director</roleHierarchyFilter><rowLimit>99</rowLimit><scope>team</scope>
    <showDetails>false</showDetails><showGrandTotal>true</showGrandTotal><showSubTotals>false</showSubTotals>
    <sortColumn>AMOUNT</sortColumn><sortOrder>Desc</sortOrder>
    <timeFrameFilter><dateColumn>CLOSE_DATE</dateColumn><endDate>2026-03-31</endDate>
        <interval>INTERVAL_CUSTOM</interval><startDate>2026-01-01</startDate></timeFrameFilter>
"""


def block(number: int, report_type: str) -> str:
    return f"""<block><blockInfo><blockId>B{number}</blockId><joinTable>Account</joinTable></blockInfo>
        <columns><aggregateTypes>Sum</aggregateTypes><field>AMOUNT</field></columns>{FILTERS}<format>Summary</format>
        <name>Block {number}</name><params><name>co</name><value>1</value></params>
        <reportType>{report_type}</reportType><scope>organization</scope></block>"""


JOINED = f"""
    <aggregates><calculatedFormula>B1#AMOUNT:SUM - B2#AMOUNT:SUM</calculatedFormula><datatype>number</datatype>
        <developerName>FORMULA1</developerName><isActive>true</isActive><isCrossBlock>true</isCrossBlock>
        <masterLabel>Gap</masterLabel><reportType>Opportunity</reportType><scale>2</scale></aggregates>
    {block(1, "Opportunity")}{block(2, "AccountList")}
    <blockInfo><joinTable>Account</joinTable></blockInfo><format>MultiBlock</format>
    <groupingsDown><dateGranularity>FiscalQuarter</dateGranularity><field>CLOSE_DATE</field><sortOrder>Asc</sortOrder>
    </groupingsDown><name>Deals</name><reportType>Opportunity</reportType><showDetails>true</showDetails>
"""
DEALS = {"folder": "Sales", "name": "Deals", "report_type": "Opportunity"}


def with_folder(client: SalesforceClient) -> None:
    client.create_component("ReportFolder", {"fullName": "Sales", "name": "Sales"})


@pytest.mark.parametrize("xml", [SUMMARY, JOINED], ids=["summary", "joined"])
def test_a_changed_label_changes_nothing_else_of_a_report(
    client: SalesforceClient, open_session: OpenSession, xml: str
) -> None:
    with_folder(client)
    before = stored(client, "Report", "Sales/Deals", xml)
    everything = declared(REPORT, "Sales/Deals", before)
    for inputs, old, new in ((everything, "Deals", "All deals"), (DEALS, "All deals", "More deals")):
        assert differences(open_session, REPORT, {**inputs, "label": old}, "Sales/Deals") == []
        after = changed(open_session, REPORT, {**inputs, "label": new}, "Sales/Deals")
        assert lines(after) == lines(before, name=new)


def test_what_a_report_has_reads_as_inputs(client: SalesforceClient) -> None:
    with_folder(client)
    found = REPORT.observe("Sales/Deals", stored(client, "Report", "Sales/Deals", SUMMARY))
    report = found.definition
    assert found.facts == {}
    assert report["filters"][1] == {
        "field": "CLOSE_DATE",
        "operator": "lessThan",
        "value": "Opportunity.Signed__c",
        "unlocked": True,
        "column_to_column": True,
    }
    assert report["groupings"][0] == {
        "field": "STAGE_NAME",
        "by": "Day",
        "order": "Desc",
        "sort_type": "Aggregate",
        "sort_by": "AMOUNT",
        "aggregate": "Sum",
    }
    assert (report["formulas"][0]["active"], report["formulas"][0]["down_context"]) == (False, "STAGE_NAME")
    assert report["buckets"][0]["values"] == [{"label": "New", "sources": [{"value": "New Customer"}]}]
    assert (report["chart"]["type"], report["chart"]["second_grouping"]) == (
        "HorizontalBarStacked",
        "BucketField_12345678",
    )
    assert report["cross_filters"][0]["related"] == "Activity"
    assert (report["sort_column"], report["sort_order"], report["row_limit"]) == ("AMOUNT", "Desc", 99)


def test_a_declared_filter_leaves_the_rest_of_its_item_as_people_set_it(
    client: SalesforceClient, open_session: OpenSession
) -> None:
    with_folder(client)
    before = stored(client, "Report", "Sales/Deals", SUMMARY)
    filters = [
        {"field": "STAGE_NAME", "operator": "equals", "value": "Proposal"},
        {"field": "CLOSE_DATE", "operator": "greaterThan", "value": "Opportunity.Signed__c"},
        {"field": "CAMPAIGN", "operator": "equals"},
    ]
    after = changed(open_session, REPORT, {**DEALS, "label": "Deals", "filters": filters}, "Sales/Deals")
    first, second, third = before["filter"]["criteriaItems"]
    assert after["filter"] == {
        **before["filter"],
        "criteriaItems": [{**first, "value": "Proposal"}, {**second, "operator": "greaterThan"}, third],
    }


def test_logic_goes_with_the_filters_that_it_joined(client: SalesforceClient, open_session: OpenSession) -> None:
    with_folder(client)
    stored(client, "Report", "Sales/Deals", SUMMARY)
    one = [{"field": "STAGE_NAME", "operator": "equals", "value": "Proposal"}]
    after = changed(open_session, REPORT, {**DEALS, "label": "Deals", "filters": one}, "Sales/Deals")
    assert after["filter"].keys() == {"criteriaItems", "language"}
    after = changed(open_session, REPORT, {**DEALS, "label": "Deals", "filters": []}, "Sales/Deals")
    assert "filter" not in after


def test_a_filter_without_a_value_is_a_filter_for_blank(client: SalesforceClient, open_session: OpenSession) -> None:
    with_folder(client)
    stored(client, "Report", "Sales/Deals", SUMMARY)
    inputs = declared(REPORT, "Sales/Deals", read(client, "Report", "Sales/Deals"))
    first = {key: value for key, value in inputs["filters"][0].items() if key != "value"}
    blank = {**inputs, "filters": [first, *inputs["filters"][1:]]}
    assert differences(open_session, REPORT, blank, "Sales/Deals") == ["filters"]
    after = changed(open_session, REPORT, blank, "Sales/Deals")
    assert after["filter"]["criteriaItems"][0]["value"] == ""


def test_a_change_of_what_a_grouping_declares_shows_alone(client: SalesforceClient, open_session: OpenSession) -> None:
    with_folder(client)
    stored(client, "Report", "Sales/Deals", SUMMARY)
    inputs = {**DEALS, "label": "Deals", "groupings": [{"field": "STAGE_NAME"}, {"field": "BucketField_12345678"}]}
    assert differences(open_session, REPORT, inputs, "Sales/Deals") == []
    live = open_session().find(REPORT, "Sales/Deals")
    assert live is not None
    ascending = {**inputs, "groupings": [{"field": "STAGE_NAME", "order": "Asc"}, {"field": "BucketField_12345678"}]}
    assert REPORT.managed_view(ascending, live)["groupings"] == [
        {"field": "STAGE_NAME", "order": "Desc"},
        {"field": "BucketField_12345678"},
    ]


def test_what_people_removed_shows_as_a_change(client: SalesforceClient, open_session: OpenSession) -> None:
    with_folder(client)
    body = stored(client, "Report", "Sales/Deals", SUMMARY)
    inputs = declared(REPORT, "Sales/Deals", body)
    gone = {"description", "chart", "aggregates", "timeFrameFilter"}
    client.update_component("Report", {key: value for key, value in body.items() if key not in gone})
    shown = differences(open_session, REPORT, inputs, "Sales/Deals")
    assert shown == ["description", "period", "formulas", "chart"]


def test_a_joined_report_is_created_with_its_blocks(client: SalesforceClient, open_session: OpenSession) -> None:
    with_folder(client)
    blocks = [
        {"label": "Won", "block": "B1", "report_type": "Opportunity", "join_table": "Account", "format": "Summary"},
        {"label": "Accounts", "block": "B2", "report_type": "AccountList", "join_table": "Account"},
    ]
    inputs = {**DEALS, "label": "Deals", "format": "MultiBlock", "join_table": "Account", "blocks": blocks}
    REPORT.create(open_session(), REPORT.parse(inputs))
    body = read(client, "Report", "Sales/Deals")
    assert [(one["name"], one["format"]) for one in body["block"]] == [("Won", "Summary"), ("Accounts", "Tabular")]
    assert differences(open_session, REPORT, inputs, "Sales/Deals") == []


def test_a_part_that_no_input_says_stays_and_is_never_removed_in_silence(
    client: SalesforceClient, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_folder(client)
    session = open_session()
    newer: Body = {**stored(client, "Report", "Sales/Deals", SUMMARY)}
    newer["columns"] = [*newer["columns"][:2], {**newer["columns"][2], "novelty": "on"}]
    monkeypatch.setattr(REPORT, "read_body", lambda client, name: newer)
    live = REPORT.observe("Sales/Deals", newer)
    assert live.facts == {"unmanaged_parts": ["columns 3.novelty"]}
    inputs = declared(REPORT, "Sales/Deals", newer)
    for columns, messages in (
        (inputs["columns"], []),
        (inputs["columns"][:2], ["the change would remove columns.novelty, which has no input here"]),
    ):
        desired = desired_resource(REPORT, {**inputs, "columns": columns})
        assert [one.message for one in REPORT.preflight_errors(session, desired, live)] == messages


def test_a_report_of_an_earlier_version_previews_without_a_change() -> None:
    """Its inputs spelled out what they meant by default, and its body was written from them."""
    inputs = {
        **OURS,
        "columns": [{"field": "Lead$LastName", "summaries": []}],
        "groupings": [{"field": "Lead$Status", "by": "Day", "order": "Asc"}],
        "formulas": [{"name": "FORMULA1", "label": "Twice", "formula": "RowCount * 2", "type": "number", "scale": 2}],
        "period": {"field": "Lead$CreatedDate", "interval": "INTERVAL_CUSTOM"},
        "details": True,
    }
    body = {
        "name": OURS["label"],
        "reportType": "Lead_Funnel__c",
        "format": "Summary",
        "description": OURS["description"],
        "columns": [{"field": "Lead$LastName"}],
        "groupingsDown": [{"field": "Lead$Status", "dateGranularity": "Day", "sortOrder": "Asc"}],
        "filter": {"criteriaItems": [{"column": "Lead$LastName", "operator": "notEqual", "value": ""}]},
        "aggregates": [
            {
                "developerName": "FORMULA1",
                "masterLabel": "Twice",
                "calculatedFormula": "RowCount * 2",
                "datatype": "number",
                "scale": 2,
                "isActive": True,
                "isCrossBlock": False,
            }
        ],
        "timeFrameFilter": {"dateColumn": "Lead$CreatedDate", "interval": "INTERVAL_CUSTOM"},
    }
    del inputs["chart"]
    assert REPORT.differences(inputs, REPORT.managed_view(inputs, REPORT.observe(NAME, body))) == []
