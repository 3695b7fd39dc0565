"""Standard objects of Sales and Service Cloud, packages and features, in deployments of whole projects."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.salesforce.conftest import Client
from tests.providers.crm_simulators.salesforce.metadata.test_deploy import NS, Rest, failures, manifest, package
from tests.providers.crm_simulators.salesforce.metadata_types.test_verbatim import unmodeled

RULE = (
    "<validationRules><fullName>{name}</fullName><active>true</active>"
    "<errorConditionFormula>{formula}</errorConditionFormula><errorMessage>No</errorMessage></validationRules>"
)
LOOKUP = (
    "<fields><fullName>{name}</fullName><label>L</label><referenceTo>{target}</referenceTo>"
    "<relationshipName>{relationship}</relationshipName><type>{type}</type></fields>"
)


@pytest.fixture
def rest(client: Client, simulators: RunningSimulators) -> Rest:
    return Rest(simulators)


def deployed(rest: Rest, members: dict[str, str], **objects: str) -> list[tuple[str, str]]:
    """The failures of a deployment of files of objects, with the members of other types in the manifest."""
    files = {f"objects/{name}.object": f"<CustomObject {NS}>{parts}</CustomObject>" for name, parts in objects.items()}
    listed = manifest(CustomObject=" ".join(objects), **members)
    return failures(rest.run(package({"package.xml": listed, **files})))


@pytest.mark.parametrize(
    ("sobject", "formula"),
    [
        ("Case", "ISPICKVAL(Status, &quot;New&quot;) &amp;&amp; ISBLANK(Account.Name)"),
        ("Quote", "ISBLANK(Opportunity.Account.Name) &amp;&amp; ExpirationDate &lt; TODAY()"),
        ("QuoteLineItem", "Quantity &gt; 5 &amp;&amp; ISBLANK(Quote.Name)"),
        ("Asset", "ISBLANK(SerialNumber) &amp;&amp; ISBLANK(Product2.Name)"),
        ("Order", "ISBLANK(Contract.ContractNumber)"),
        ("OrderItem", "UnitPrice &lt; 0"),
        ("Product2", "IsActive &amp;&amp; ISBLANK(ProductCode)"),
        ("Entitlement", "ISBLANK(Account.Name)"),
        ("WorkOrder", "ISBLANK(Case.Subject)"),
        ("Individual", "ISBLANK(FirstName)"),
        ("ContentVersion", "ISBLANK(Title)"),
        ("Solution", "ISBLANK(SolutionName)"),
        ("Knowledge__kav", "ISBLANK(Summary)"),
    ],
)
def test_fields_of_standard_objects_are_known(rest: Rest, sobject: str, formula: str) -> None:
    rule = RULE.format(name="R", formula=formula)
    assert deployed(rest, {}, **{sobject: rule}) == []
    wrong = RULE.format(name="W", formula="ISBLANK(Sumary)")
    assert deployed(rest, {}, **{sobject: wrong}) == [(f"{sobject}.W", "Field Sumary does not exist. Check spelling.")]


def test_components_of_one_package_refer_to_each_other_in_any_order(rest: Rest) -> None:
    detail = (
        "<label>Part</label><pluralLabel>Parts</pluralLabel><deploymentStatus>Deployed</deploymentStatus>"
        "<nameField><label>Name</label><type>Text</type></nameField><sharingModel>ControlledByParent</sharingModel>"
    )
    master = LOOKUP.format(name="Claim__c", target="Claim__c", relationship="Parts", type="MasterDetail")
    claim = detail.replace("Part", "Claim").replace("ControlledByParent", "ReadWrite")
    rule = RULE.format(name="Open_Case", formula="ISBLANK(Claim__r.Case__r.CaseNumber)")
    lookup = LOOKUP.format(name="Case__c", target="Case", relationship="Claims", type="Lookup")
    assert deployed(rest, {}, A_Part__c=detail + master + rule, Claim__c=claim + lookup) == []


def test_object_whose_fields_no_table_has_takes_any_standard_field(rest: Rest) -> None:
    assert deployed(rest, {}, LiveChatTranscript=RULE.format(name="R", formula="ISBLANK(Anything)")) == []
    wrong = deployed(rest, {}, LiveChatTranscript=RULE.format(name="R", formula="ISBLANK(Gone__c)"))
    assert wrong == [("LiveChatTranscript.R", "Field Gone__c does not exist. Check spelling.")]
    assert deployed(rest, {}, LiveChatTranskript=RULE.format(name="R", formula="true")) == [
        ("LiveChatTranskript.R", "no CustomObject named LiveChatTranskript found")
    ]


def test_names_of_packages_are_taken_until_the_switch_refuses_them(rest: Rest, simulators: RunningSimulators) -> None:
    rule = RULE.format(name="R", formula="ISBLANK(acme__Plan__r.acme__Code__c)")
    assert deployed(rest, {}, Case=rule) == []
    simulators.control.switches.set("salesforce.packages_installed", False)
    assert deployed(rest, {}, Case=rule) == [
        ("Case.R", "Field acme__Plan__r.acme__Code__c does not exist. Check spelling.")
    ]


def test_what_is_set_of_a_standard_object_and_its_fields_is_kept(
    client: Client, rest: Rest, simulators: RunningSimulators
) -> None:
    override = "<actionOverrides><actionName>View</actionName><type>Default</type></actionOverrides>"
    field = "<fields><fullName>Reason</fullName><trackHistory>true</trackHistory><type>Picklist</type></fields>"
    assert deployed(rest, {}, Case=f"{override}<enableHistory>true</enableHistory>{field}") == []
    read = client.read("CustomObject", "Case")
    assert (read.actionOverrides[0].actionName, read.enableHistory) == ("View", True)
    assert client.read("CustomField", "Case.Reason").trackHistory is True
    assert unmodeled(simulators) == [("CustomObject", "Case", ["actionOverrides", "enableHistory"])]


def test_fields_of_activities_are_fields_of_tasks_and_events(rest: Rest) -> None:
    field = "<fields><fullName>Tone__c</fullName><label>Tone</label><length>20</length><type>Text</type></fields>"
    rule = RULE.format(name="R", formula="ISBLANK(Tone__c)")
    assert deployed(rest, {}, Activity=field, Task=rule, Event=rule) == []


def test_value_set_without_factory_values_takes_what_is_written(client: Client) -> None:
    value = client.md.StandardValue(fullName="Escalated", label="Escalated", default=False, closed=False)
    desired = client.md.StandardValueSet(fullName="CaseStatus", sorted=False, standardValue=[value])
    assert client.update(desired) == ["ok"]
    assert [each.fullName for each in client.read("StandardValueSet", "CaseStatus").standardValue] == ["Escalated"]
    unknown = client.md.StandardValueSet(fullName="CaseStatuses", sorted=False, standardValue=[value])
    assert client.update(unknown)[0].startswith("INVALID_CROSS_REFERENCE_KEY: no StandardValueSet named CaseStatuses")


def test_element_of_another_version_is_kept_and_a_misspelled_one_refused(rest: Rest) -> None:
    tab = f"<CustomTab {NS}><customObject>true</customObject><mobileReady>true</mobileReady></CustomTab>"
    files = {"package.xml": manifest(CustomTab="Plan__c"), "tabs/Plan__c.tab": tab}
    assert failures(rest.run(package(files))) == []
    files["tabs/Plan__c.tab"] = tab.replace("mobileReady", "mobileRedy")
    text = "Element {http://soap.sforce.com/2006/04/metadata}mobileRedy invalid at this location in type CustomTab"
    assert failures(rest.run(package(files))) == [("Plan__c", f"Error parsing file: {text}")]
    files["package.xml"] = manifest(CustomTab="Plan__c").replace("63.0", "66.0")
    assert failures(rest.run(package(files))) == []


def test_field_with_values_as_early_versions_wrote_them_is_a_picklist_of_today(client: Client, rest: Rest) -> None:
    values = "".join(
        f"<picklistValues><fullName>{name}</fullName><default>{default}</default></picklistValues>"
        for name, default in (("Gold", "false"), ("Silver", "true"))
    )
    field = (
        "<fields><fullName>Tier__c</fullName><label>Tier</label>"
        f"<picklist>{values}<sorted>false</sorted></picklist><type>Picklist</type></fields>"
    )
    assert deployed(rest, {}, Case=f"<enableChangeDataCapture>false</enableChangeDataCapture>{field}") == []
    read = client.read("CustomField", "Case.Tier__c").valueSet.valueSetDefinition.value
    assert [(each.fullName, each.default) for each in read] == [("Gold", False), ("Silver", True)]


def test_fields_of_further_kinds_that_orgs_hold_are_taken(client: Client, rest: Rest) -> None:
    values = f"<GlobalValueSet {NS}><customValue><fullName>Mon</fullName><default>false</default></customValue>"
    days = "<fields><fullName>Days__c</fullName><globalPicklist>Days</globalPicklist><label>Days</label><type>Picklist"
    kind = (
        "<fields><fullName>Kind__c</fullName><label>Kind</label><referenceTo>EntityDefinition</referenceTo><relationshipName>"
        "Kinds</relationshipName><type>MetadataRelationship</type><unique>true</unique></fields>"
    )
    rule = f"<CustomObject {NS}>{kind}<label>R</label><pluralLabel>Rs</pluralLabel></CustomObject>"
    files = {
        "package.xml": manifest(GlobalValueSet="Days", CustomObject="*"),
        "globalValueSets/Days.globalValueSet": f"{values}<masterLabel>D</masterLabel></GlobalValueSet>",
        "objects/Case.object": f"<CustomObject {NS}>{days}</type></fields></CustomObject>",
        "objects/Rule__mdt.object": rule,
    }
    assert failures(rest.run(package(files))) == []
    assert client.read("CustomField", "Case.Days__c").valueSet.valueSetName == "Days"


def test_flow_file_called_after_its_version_is_that_version(client: Client, rest: Rest) -> None:
    flow = (
        f"<Flow {NS}><label>F</label><processType>AutoLaunchedFlow</processType>"
        "<start><locationX>0</locationX><locationY>0</locationY></start><status>Draft</status></Flow>"
    )
    definition = f"<FlowDefinition {NS}><activeVersionNumber>7</activeVersionNumber></FlowDefinition>"
    files = {
        "package.xml": manifest(Flow="Greet-7", FlowDefinition="Greet"),
        "flows/Greet-7.flow": flow,
        "flowDefinitions/Greet.flowDefinition": definition,
    }
    assert failures(rest.run(package(files))) == []
    assert client.read("Flow", "Greet-7").status == "Active"


def test_case_has_assignment_rules_with_criteria_of_related_records(client: Client, rest: Rest) -> None:
    role = f"<Role {NS}><name>Support</name><caseAccessLevel>Edit</caseAccessLevel></Role>"
    queue = (
        f"<Queue {NS}><doesSendEmailToMembers>false</doesSendEmailToMembers><name>Desk</name>"
        "<queueMembers><roles><role>Support</role></roles></queueMembers>"
        "<queueSobject><sobjectType>Case</sobjectType></queueSobject></Queue>"
    )
    rule = (
        f"<AssignmentRules {NS}><assignmentRule><fullName>Desk</fullName><active>true</active><ruleEntry>"
        "<assignedTo>Desk</assignedTo><assignedToType>Queue</assignedToType><criteriaItems><field>Account.Type</field>"
        "<operation>equals</operation><value>Other</value></criteriaItems><team>Helpers</team></ruleEntry>"
        "</assignmentRule></AssignmentRules>"
    )
    files = {
        "package.xml": manifest(AssignmentRules="Case", Queue="Desk", Role="Support"),
        "assignmentRules/Case.assignmentRules": rule,
        "queues/Desk.queue": queue,
        "roles/Support.role": role,
    }
    assert failures(rest.run(package(files))) == []
    assert client.read("AssignmentRules", "Case").assignmentRule[0].ruleEntry[0].team == ["Helpers"]
    assert client.read("Queue", "Desk").queueMembers.roles.role == ["Support"]
    assert client.sf.query("SELECT Name FROM UserRole WHERE DeveloperName = 'Support'")["totalSize"] == 1
    files["assignmentRules/Case.assignmentRules"] = rule.replace("Account.Type", "Account.Tipe")
    assert failures(rest.run(package(files))) == [("Case", "In field: field - no CustomField named Account.Tipe found")]


def test_report_types_join_what_no_table_here_has(rest: Rest) -> None:
    text = (
        f"<ReportType {NS}><baseObject>Account</baseObject><category>accounts</category><deployed>true</deployed>"
        "<join><outerJoin>true</outerJoin><relationship>{relationship}</relationship></join><label>T</label>"
        "<sections><columns><checkedByDefault>true</checkedByDefault><field>Anything</field>"
        "<table>Account.{relationship}</table></columns><masterLabel>S</masterLabel></sections></ReportType>"
    )
    for relationship, problems in (
        ("ActivityHistories", []),
        ("acme__Plans__r", []),
        ("Leads", [("T", "In field: relationship - no ObjectRelationship named Account.Leads found")]),
        ("Plans__r", [("T", "In field: relationship - no ObjectRelationship named Account.Plans__r found")]),
    ):
        written = text.replace("{relationship}", relationship)
        files = {"package.xml": manifest(ReportType="T"), "reportTypes/T.reportType": written}
        assert failures(rest.run(package(files))) == problems


def test_records_of_service_objects_are_kept_and_found(client: Client) -> None:
    account = client.sf.Account.create({"Name": "Acme"})["id"]
    case = client.sf.Case.create({"Subject": "Broken", "AccountId": account, "Origin": "Phone"})["id"]
    assert case.startswith("500")
    (row,) = client.sf.query("SELECT Subject, Account.Name FROM Case WHERE Origin = 'Phone'")["records"]
    assert (row["Subject"], row["Account"]["Name"]) == ("Broken", "Acme")
    described = client.sf.Case.describe()
    assert described["labelPlural"] == "Cases"
    assert "Subject" in [field["name"] for field in described["fields"]]


def test_field_that_the_platform_made_keeps_what_is_set_of_it_also_where_no_table_has_it(
    client: Client, rest: Rest
) -> None:
    tracked = "<fields><fullName>{name}</fullName><trackHistory>true</trackHistory>{more}</fields>"
    for name in ("AccountNumber", "NoTableHasThis"):
        assert deployed(rest, {}, Account=tracked.format(name=name, more="")) == []
        assert client.read("CustomField", f"Account.{name}").trackHistory is True
    of_ours = tracked.format(name="Rung", more="<label>Rung</label><length>9</length><type>Text</type>")
    assert deployed(rest, {}, Account=of_ours) == [("Account.Rung", "Invalid fullName, must end in __c")]


def test_values_in_the_file_of_a_standard_field_are_those_of_its_set(client: Client, rest: Rest) -> None:
    values = "<picklistValues><fullName>Word of mouth</fullName><default>false</default></picklistValues>"
    field = f"<fields><fullName>Industry</fullName><picklist>{values}<sorted>false</sorted></picklist></fields>"
    record_type = (
        "<recordTypes><fullName>Small</fullName><active>true</active><label>Small</label><picklistValues>"
        "<picklist>Industry</picklist><values><fullName>Word of mouth</fullName><default>false</default></values>"
        "</picklistValues></recordTypes>"
    )
    assert deployed(rest, {}, Account=field + record_type) == []
    shown = [each.fullName for each in client.read("StandardValueSet", "Industry").standardValue]
    assert shown[-1] == "Word of mouth"
    assert len(shown) > 1


def test_totals_of_products_need_no_master_detail_field(rest: Rest) -> None:
    total = (
        "<fields><fullName>Items__c</fullName><label>Items</label><summaryForeignKey>OpportunityLineItem.OpportunityId"
        "</summaryForeignKey><summaryOperation>count</summaryOperation><type>Summary</type></fields>"
    )
    service = total.replace("OpportunityLineItem.OpportunityId", "ContractLineItem.ServiceContractId")
    assert deployed(rest, {}, Opportunity=total, ServiceContract=service) == []
    assert deployed(rest, {}, Opportunity=total.replace("OpportunityLineItem", "Quote")) == []
    assert deployed(rest, {}, Contact=total) == [
        ("Contact.Items__c", "OpportunityLineItem.OpportunityId is not a master-detail relationship to Contact")
    ]


def test_folder_of_reports_may_lie_in_another_one(client: Client) -> None:
    folder = client.md.ReportFolder
    inner = folder(fullName="Sales/Europe", name="Europe")
    assert client.create(inner) == ["INVALID_CROSS_REFERENCE_KEY: Cannot find folder:Sales"]
    assert client.create(folder(fullName="Sales", name="Sales")) == ["ok"]
    assert client.create(inner) == ["ok"]


def test_hierarchy_of_users_leads_to_users_without_saying_so(rest: Rest) -> None:
    mentor = (
        "<fields><fullName>Mentor__c</fullName><label>Mentor</label><relationshipName>Mentees</relationshipName>"
        "<type>Hierarchy</type></fields>"
    )
    rule = RULE.format(name="R", formula="ISBLANK(Owner:User.Mentor__r.FirstName)")
    assert deployed(rest, {}, User=mentor, Case=rule) == []


def test_flow_may_start_on_any_object_on_a_schedule_and_read_what_lies_beside_one(rest: Rest) -> None:
    flow = (
        f"<Flow {NS}><label>F</label><processType>AutoLaunchedFlow</processType><recordLookups><name>Shares</name>"
        "<label>Shares</label><locationX>0</locationX><locationY>0</locationY><object>AccountShare</object>"
        "</recordLookups><start><locationX>0</locationX><locationY>0</locationY><connector><targetReference>Shares"
        "</targetReference></connector><object>GroupMember</object>{more}</start><status>Draft</status></Flow>"
    )
    daily = (
        "<schedule><frequency>Daily</frequency><startDate>2026-01-01</startDate><startTime>01:00:00.000Z</startTime>"
        "</schedule><triggerType>Scheduled</triggerType>"
    )
    saved = "<recordTriggerType>Create</recordTriggerType><triggerType>RecordAfterSave</triggerType>"
    for more, problems in ((daily, []), (saved, [("F", 'The object "GroupMember" can\'t be found.')])):
        files = {"package.xml": manifest(Flow="F"), "flows/F.flow": flow.replace("{more}", more)}
        assert failures(rest.run(package(files))) == problems


def test_components_as_orgs_hold_them_are_taken(client: Client, rest: Rest) -> None:
    start = "<start><locationX>0</locationX><locationY>0</locationY>{more}</start>"
    flow = f"<Flow {NS}><label>F</label><processType>AutoLaunchedFlow</processType>{start}{{rest}}</Flow>"
    scheduled = "<schedule><frequency>Once</frequency></schedule><triggerType>Scheduled</triggerType>"
    template = (
        "<textTemplates><name>T</name><text>{!&lt;b&gt;$Record&lt;/b&gt;.Name}</text></textTemplates>"
        "<status>Active</status>"
    )
    draft = flow.format(more=scheduled, rest="<status>{}</status>")
    right = "<fieldPermissions><editable>true</editable><field>{}</field><readable>true</readable></fieldPermissions>"
    rights = "".join(right.format(one) for one in ("Opportunity.ExpectedRevenue", "Campaign.HierarchyNumberSent"))
    channel = (
        "<fields><fullName>Channel__c</fullName><formula>SalesChannel.SalesChannelName</formula>"
        "<label>Channel</label><type>Text</type></fields>"
    )
    version = flow.format(more="", rest="<description>{}</description><status>Draft</status>")
    files = {
        "package.xml": manifest(Flow="*", PermissionSet="Sums", CustomObject="OrderSummary", Settings="*", Report="*"),
        "flows/Cut.flow": flow.format(more="", rest=template),
        "flows/Unfinished.flow": draft.format("InvalidDraft"),
        **{f"flows/Old-{one}.flow": version.format(one) for one in (1, 2, 10, 11)},
        "permissionsets/Sums.permissionset": f"<PermissionSet {NS}>{rights}<label>S</label></PermissionSet>",
        "objects/OrderSummary.object": f"<CustomObject {NS}>{channel}</CustomObject>",
        "settings/SocialCustomerServiceSettings.settings": f"<SocialCustomerServiceSettings {NS}/>",
        "reports/acme__Sales/Won.report": f"<Report {NS}><format>Tabular</format><name>Won</name>"
        "<columns><field>ACCOUNT.NAME</field></columns><reportType>AccountList</reportType></Report>",
    }
    assert failures(rest.run(package(files))) == []
    assert client.read("Flow", "Old-10").description == "10"
    files = {"package.xml": manifest(Flow="*"), "flows/Unfinished.flow": draft.format("Draft")}
    problem = "A scheduled flow must have a frequency, a start date and a start time."
    assert failures(rest.run(package(files))) == [("Unfinished", problem)]


def test_report_type_may_lack_a_base_object_or_show_what_reports_alone_show(rest: Rest) -> None:
    text = (
        f"<ReportType {NS}><baseObject>{{base}}</baseObject><category>other</category><deployed>true</deployed>"
        "<label>T</label><sections>{columns}<masterLabel>S</masterLabel></sections></ReportType>"
    )
    column = "<columns><checkedByDefault>true</checkedByDefault><field>{field}</field><table>{base}</table></columns>"
    for base, field, problems in (
        ("", "", []),
        ("Network", "LogoutUrl", []),
        ("User", "SuAccessExpirationDate", []),
        ("WorkProcedure", "Name", []),
        ("Lead", "LogoutUrl", [("TLead", "In field: field - no CustomField named Lead.LogoutUrl found")]),
    ):
        columns = column.format(field=field, base=base) if field else ""
        files = {
            "package.xml": manifest(ReportType=f"T{base}"),
            f"reportTypes/T{base}.reportType": text.format(base=base, columns=columns),
        }
        assert failures(rest.run(package(files))) == problems


def test_record_type_lists_values_of_a_packaged_field_as_far_as_files_show_them(rest: Rest) -> None:
    shown = (
        "<fields><fullName>acme__Exempt__c</fullName><picklist><picklistValues><fullName>Approved</fullName>"
        "<default>false</default></picklistValues><sorted>false</sorted></picklist><type>Picklist</type></fields>"
    )
    tracked = "<fields><fullName>acme__Hidden__c</fullName><trackHistory>true</trackHistory></fields>"
    record_type = (
        "<recordTypes><fullName>Small</fullName><active>true</active><label>Small</label><picklistValues>"
        "<picklist>{field}</picklist><values><fullName>{value}</fullName><default>false</default></values>"
        "</picklistValues></recordTypes>"
    )
    for field, value, problems in (
        ("acme__Exempt__c", "Approved", []),
        ("acme__Hidden__c", "Anything", []),
        (
            "acme__Exempt__c",
            "Aproved",
            [("Account.Small", "Picklist value: Aproved in picklist: acme__Exempt__c not found")],
        ),
    ):
        parts = shown + tracked + record_type.format(field=field, value=value)
        assert deployed(rest, {}, Account=parts) == problems


def test_record_types_of_people_and_activities_list_what_their_files_list(client: Client, rest: Rest) -> None:
    record_type = (
        "<recordTypes><fullName>Own</fullName><active>true</active><label>Own</label><picklistValues><picklist>{field}"
        "</picklist><values><fullName>Call</fullName><default>false</default></values></picklistValues></recordTypes>"
    )
    field = (
        "<fields><fullName>Tone__c</fullName><label>Tone</label><type>Picklist</type><valueSet><valueSetDefinition>"
        "<sorted>false</sorted><value><fullName>Call</fullName><default>false</default><label>Call</label></value>"
        "</valueSetDefinition></valueSet></fields>"
    )
    field, record_type = (text.replace("Call", "Ligação/Térreo") for text in (field, record_type))
    person, subject = record_type.format(field="Tone__c"), record_type.format(field="Subject")
    assert deployed(rest, {}, Account=field, PersonAccount=person, Event=subject) == []
    (shown,) = client.read("RecordType", "PersonAccount.Own").picklistValues
    assert shown["values"][0].fullName == "Ligação%2FTérreo"
    assert deployed(rest, {}, PersonAccount=record_type.format(field="Tune__c").replace("Own", "Other")) == [
        ("PersonAccount.Other", "In field: picklist - no Picklist named Tune__c found")
    ]


def test_object_holds_as_many_fields_as_the_edition_allows_beside_those_of_packages(
    client: Client, rest: Rest, simulators: RunningSimulators
) -> None:
    field = "<fields><fullName>{name}</fullName><label>F</label><length>9</length><type>Text</type></fields>"
    simulator: Any = simulators.simulators["salesforce"]
    org = simulator.org
    for number in range(499):
        org.store("CustomField", f"Lead.F{number}__c", {"type": "Text", "label": "F"})
        org.store("CustomField", f"Lead.acme__F{number}__c", {})
    assert deployed(rest, {}, Lead=field.format(name="Last__c")) == []
    too_many = [("Lead.More__c", "Lead: maximum number of custom fields reached")]
    assert deployed(rest, {}, Lead=field.format(name="More__c")) == too_many
    org.organization["OrganizationType"] = "Unlimited Edition"
    assert deployed(rest, {}, Lead=field.format(name="More__c")) == []


def test_set_without_values_may_be_written_until_it_has_some(client: Client) -> None:
    md = client.md
    empty = md.StandardValueSet(fullName="OrderType", sorted=False)
    assert client.update(empty) == ["ok"]
    filled = md.StandardValueSet(
        fullName="OrderType", sorted=False, standardValue=[md.StandardValue(fullName="New", label="New", default=False)]
    )
    assert client.update(filled) == ["ok"]
    assert client.update(empty) == ["REQUIRED_FIELD_MISSING: Required field is missing: standardValue"]
