"""Inputs of Salesforce's kinds as documents. Written by script/docs; edits here are lost."""

# ruff: noqa: I001
from typing import Any, Literal, NotRequired, TypedDict

from revops_salesforce import (
    Criterion as Criterion,
    Criteria as Criteria,
    Submitter as Submitter,
    Approver as Approver,
    Action as Action,
    ApprovalStep as ApprovalStep,
    NextApprover as NextApprover,
    Entry as Entry,
    Value as Value,
    ValueSetting as ValueSetting,
    ValueSet as ValueSet,
    NameField as NameField,
    ChartValue as ChartValue,
    TableColumn as TableColumn,
    FlexTableColumn as FlexTableColumn,
    FlexTable as FlexTable,
    GroupingSort as GroupingSort,
    TileText as TileText,
    DynamicValue as DynamicValue,
    TilePlace as TilePlace,
    Tile as Tile,
    SectionTile as SectionTile,
    DashboardSection as DashboardSection,
    DashboardFilterOption as DashboardFilterOption,
    DashboardFilter as DashboardFilter,
    FolderShare as FolderShare,
    SharedTo as SharedTo,
    Pair as Pair,
    MatchingRuleUse as MatchingRuleUse,
    FilterItem as FilterItem,
    DuplicateFilter as DuplicateFilter,
    Recurrence as Recurrence,
    LayoutField as LayoutField,
    FieldMapping as FieldMapping,
    MatchingRuleItem as MatchingRuleItem,
    PathStep as PathStep,
    FieldPermission as FieldPermission,
    ObjectPermission as ObjectPermission,
    TabSetting as TabSetting,
    Choice as Choice,
    Column as Column,
    Grouping as Grouping,
    ReportFilter as ReportFilter,
    CrossFilter as CrossFilter,
    AggregateFilter as AggregateFilter,
    DataCategoryFilter as DataCategoryFilter,
    ReportPeriod as ReportPeriod,
    SummaryFormula as SummaryFormula,
    RowFormula as RowFormula,
    BucketSource as BucketSource,
    BucketValue as BucketValue,
    Bucket as Bucket,
    ReportChart as ReportChart,
    ColorRange as ColorRange,
    FormatRange as FormatRange,
    FormattingRule as FormattingRule,
    ReportParam as ReportParam,
    ReportBlock as ReportBlock,
    JoinedObject as JoinedObject,
    ReportTypeColumn as ReportTypeColumn,
    Section as Section,
    StandardValue as StandardValue,
    Recipient as Recipient,
)

class ApprovalProcessInputs(TypedDict):
    """Who must agree before a record goes on, and what happens when they do or do not."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    """The developer name of the first version; later ones bear `_v2`, `_v3` and so on, as far as these are free."""
    label: str
    active: NotRequired[bool]
    description: NotRequired[str | None]
    entry_criteria: NotRequired[Criteria | None]
    """Default: every record of the object can be submitted."""
    allowed_submitters: list[Submitter]
    record_editability: Literal["AdminOnly", "AdminOrCurrentApprover"]
    """Who may edit a record while its request is pending."""
    steps: NotRequired[list[ApprovalStep]]
    initial_submission_actions: NotRequired[list[Action] | None]
    final_approval_actions: NotRequired[list[Action] | None]
    final_rejection_actions: NotRequired[list[Action] | None]
    recall_actions: NotRequired[list[Action] | None]
    final_approval_record_lock: NotRequired[bool | None]
    final_rejection_record_lock: NotRequired[bool | None]
    allow_recall: NotRequired[bool | None]
    show_approval_history: NotRequired[bool | None]
    page_fields: NotRequired[list[str] | None]
    """The fields of the record that an approver sees."""
    email_template: NotRequired[str | None]
    """Folder and developer name of the e-mail template for approvers; default: Salesforce's own."""
    post_template: NotRequired[str | None]
    """The developer name of the template of posts in Chatter; default: Salesforce's own."""
    process_order: NotRequired[int | None]
    """Its place among the processes of the object, which a record tries in order; default: not managed."""
    enable_mobile_device_access: NotRequired[bool | None]
    next_automated_approver: NotRequired[NextApprover | None]

class AssignmentRulesInputs(TypedDict):
    """The rule that gives records of an object their owner; entries are tried in order, the first that fits
    decides.
    """

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: Literal["Lead", "Case"]
    name: str
    active: NotRequired[bool]
    entries: list[Entry]
    replaces_active: NotRequired[str | None]
    """The active unmanaged rule that this one replaces; deleting this resource reactivates it."""

class BusinessHoursInputs(TypedDict):
    """When a team works."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    time_zone: str
    """`America/New_York`."""
    days: dict[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], str]
    """`09:00-17:00`; a day that is left out is closed, `00:00-24:00` is the whole day."""
    active: NotRequired[bool]
    default: NotRequired[bool | None]
    """True makes these the org's default hours; absent: not managed."""

class BusinessProcessInputs(TypedDict):
    """The values of an object's standard list (stages, statuses) that records of one process go through."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: Literal["Lead", "Opportunity", "Case"]
    name: str
    values: list[str]
    """Values of the object's standard value set; their order is that of the set."""
    default: NotRequired[str | None]
    """The default value of a new record; absent: not managed."""
    is_active: NotRequired[bool]
    description: NotRequired[str | None]

class CustomFieldInputs(TypedDict):
    """A field that an organization adds to an object."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`Lead`, `Contact`, `Account`, `Opportunity` or another object's API name."""
    name: str
    """The API name, ending in `__c`."""
    label: str
    type: Literal[
        "Address",
        "AutoNumber",
        "Checkbox",
        "Currency",
        "Date",
        "DateTime",
        "Email",
        "EncryptedText",
        "ExternalLookup",
        "Hierarchy",
        "Html",
        "IndirectLookup",
        "Location",
        "LongTextArea",
        "Lookup",
        "MasterDetail",
        "MetadataRelationship",
        "MultiselectPicklist",
        "Number",
        "Percent",
        "Phone",
        "Picklist",
        "Summary",
        "Text",
        "TextArea",
        "Time",
        "Url",
    ]
    """For a formula field, the type of its result."""
    length: NotRequired[int | None]
    precision: NotRequired[int | None]
    """Total digits of a number."""
    scale: NotRequired[int | None]
    """Digits after the decimal point."""
    formula: NotRequired[str | None]
    formula_treat_blanks_as: NotRequired[Literal["BlankAsBlank", "BlankAsZero"] | None]
    value_set: NotRequired[ValueSet | None]
    required: NotRequired[bool | None]
    unique: NotRequired[bool | None]
    external_id: NotRequired[bool | None]
    default_value: NotRequired[str | None]
    """A formula: `false` for a checkbox, `"text"` in quotes for a text."""
    description: NotRequired[str | None]
    inline_help_text: NotRequired[str | None]
    visible_lines: NotRequired[int | None]
    track_history: NotRequired[bool | None]
    track_feed_history: NotRequired[bool | None]
    track_trending: NotRequired[bool | None]
    reference_to: NotRequired[str | None]
    relationship_name: NotRequired[str | None]
    relationship_label: NotRequired[str | None]
    delete_constraint: NotRequired[Literal["Cascade", "Restrict", "SetNull"] | None]
    relationship_order: NotRequired[Literal[0, 1] | None]
    """For master-detail: 0 for the first relationship of the object, 1 for the second."""
    reparentable_master_detail: NotRequired[bool | None]
    write_requires_master_read: NotRequired[bool | None]
    display_format: NotRequired[str | None]
    starting_number: NotRequired[int | None]
    case_sensitive: NotRequired[bool | None]
    mask_char: NotRequired[Literal["asterisk", "X"] | None]
    mask_type: NotRequired[Literal["all", "creditCard", "ssn", "lastFour", "sin", "nino"] | None]
    summary_foreign_key: NotRequired[str | None]
    """The field of the child records that refers to this object: `Opportunity.AccountId`, `Visit__c.Customer__c`."""
    summary_operation: NotRequired[Literal["count", "sum", "min", "max"] | None]
    summarized_field: NotRequired[str | None]
    """`Opportunity.Amount`; absent for a count."""
    summary_filter_items: NotRequired[list[Criterion] | None]
    """Which child records are summarized; default: all."""
    elements: NotRequired[dict[str, Any] | None]
    """Elements without an input, under the vendor's names: `lookupFilter`. Others stay as they are."""

class CustomObjectInputs(TypedDict):
    """An object that an organization adds. Its fields are `CustomField` resources of their own."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    """The API name, ending in `__c`; in `__mdt` for a custom metadata type, in `__e` for a platform event."""
    label: str
    plural_label: NotRequired[str | None]
    """Needed, as the name field is, by objects with records of their own."""
    name_field: NotRequired[NameField | None]
    custom_settings_type: NotRequired[Literal["Hierarchy", "List"] | None]
    """Makes it a custom setting, whose records hold settings of users or of the whole org."""
    sharing_model: NotRequired[Literal["Private", "Read", "ReadWrite", "ControlledByParent"] | None]
    """Access to other users' records; default: all users may edit them, until a master-detail field changes it
    [K].
    """
    deployment_status: NotRequired[Literal["InDevelopment", "Deployed"]]
    description: NotRequired[str | None]
    enable_activities: NotRequired[bool | None]
    enable_bulk_api: NotRequired[bool | None]
    enable_feeds: NotRequired[bool | None]
    enable_history: NotRequired[bool | None]
    enable_reports: NotRequired[bool | None]
    enable_search: NotRequired[bool | None]
    enable_sharing: NotRequired[bool | None]
    enable_streaming_api: NotRequired[bool | None]
    elements: NotRequired[dict[str, Any] | None]
    """Elements without an input, under the vendor's names: `searchLayouts`. Others stay as they are."""

class CustomPermissionInputs(TypedDict):
    """A permission that formulas ask for (`$Permission.NAME`); validation rules let its holders pass."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    label: str
    description: NotRequired[str | None]
    is_licensed: NotRequired[bool]

class DashboardInputs(TypedDict):
    """A dashboard in a folder. What is left out, in the dashboard or in one of its tiles, stays as people arrange
    it.
    """

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    folder: str
    name: str
    """Developer name."""
    label: str
    description: NotRequired[str | None]
    running_user: NotRequired[str | None]
    """The username whose access decides what viewers see."""
    dashboard_type: NotRequired[Literal["SpecifiedUser", "LoggedInUser", "MyTeamUser"] | None]
    """Whose data a viewer sees: the running user's, the viewer's own, or that of one of the viewer's team. Default
    for a new one: `SpecifiedUser` with a running user, else `LoggedInUser`.
    """
    owner: NotRequired[str | None]
    """The username of the owner."""
    tiles: NotRequired[list[Tile] | None]
    grid_columns: NotRequired[int | None]
    """Default for a new one: 12."""
    row_height_px: NotRequired[int | None]
    """Default for a new one: 36."""
    left: NotRequired[DashboardSection | None]
    """The left column of a classic dashboard, which has no `tiles`."""
    middle: NotRequired[DashboardSection | None]
    right: NotRequired[DashboardSection | None]
    filters: NotRequired[list[DashboardFilter] | None]
    chart_theme: NotRequired[Literal["dark", "light"] | None]
    color_palette: NotRequired[
        Literal[
            "Default",
            "accessible",
            "bluegrass",
            "colorSafe",
            "dusk",
            "earth",
            "fire",
            "gray",
            "heat",
            "justice",
            "nightfall",
            "pond",
            "sunrise",
            "tropic",
            "unity",
            "water",
            "watermelon",
        ]
        | None
    ]
    dashboard_chart_theme: NotRequired[Literal["dark", "light"] | None]
    dashboard_color_palette: NotRequired[
        Literal[
            "Default",
            "accessible",
            "bluegrass",
            "colorSafe",
            "dusk",
            "earth",
            "fire",
            "gray",
            "heat",
            "justice",
            "nightfall",
            "pond",
            "sunrise",
            "tropic",
            "unity",
            "water",
            "watermelon",
        ]
        | None
    ]
    background_start: NotRequired[str | None]
    background_end: NotRequired[str | None]
    background_direction: NotRequired[Literal["Diagonal", "LeftToRight", "TopToBottom"] | None]
    text_color: NotRequired[str | None]
    title_color: NotRequired[str | None]
    title_size: NotRequired[int | None]

class DashboardFolderInputs(TypedDict):
    """A public folder for dashboards."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    """Developer name."""
    label: str
    access: NotRequired[Literal["ReadOnly", "ReadWrite"] | None]
    """The access of all users to a public folder; default for a new one: `ReadOnly`. In an org with folder sharing
    it says nothing: there `shares` does.
    """
    access_type: NotRequired[Literal["Public", "PublicInternal", "Shared", "Hidden"] | None]
    """Default for a new one without `shares`: `Public`. Orgs with folder sharing have none."""
    shares: NotRequired[list[FolderShare] | None]
    """Whom the folder is shared with; left out, people share it as they like."""
    shared_to: NotRequired[SharedTo | None]

class DuplicateRuleInputs(TypedDict):
    """What happens to a record that matches others when it is saved."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`Lead`, `Account`, `Contact`, `PersonAccount` or a custom object."""
    name: str
    label: str
    active: NotRequired[bool]
    action_on_insert: NotRequired[Literal["Allow", "Block"]]
    operations_on_insert: NotRequired[list[Literal["Alert", "Report"]]]
    """With `Allow`: an alert, which an API caller must answer with a header, and an entry in the report."""
    action_on_update: NotRequired[Literal["Allow", "Block"]]
    operations_on_update: NotRequired[list[Literal["Alert", "Report"]]]
    alert_text: NotRequired[str | None]
    security_option: NotRequired[Literal["EnforceSharingRules", "BypassSharingRules"]]
    matches: list[MatchingRuleUse]
    filter: NotRequired[DuplicateFilter]
    """Always declared, so that a manually set filter is drift: an update shows it before removing it."""
    description: NotRequired[str | None]

class FlowInputs(TypedDict):
    """An automation. It is deployed inactive; a `FlowActivation` of the same name enables it."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    """Developer name."""
    label: str
    description: NotRequired[str | None]
    definition: dict[str, Any]
    """The elements of the flow in the vendor's own names, without `label`, `description` and `status`."""

class FlowActivationInputs(TypedDict):
    """Enables the newest version of the flow of that name; removing this resource deactivates it."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    """The developer name of the flow, as in its `Flow` resource."""
    object: NotRequired[str | None]
    where: NotRequired[str | None]
    """The records of `object` that a scheduled flow enrolls, as a SOQL condition; default: its start filters."""

class GlobalValueSetInputs(TypedDict):
    """Values that several picklist fields share."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    deactivate: NotRequired[list[str] | None]
    """Unmanaged values to deactivate."""
    label: str
    description: NotRequired[str | None]
    sorted: NotRequired[bool]
    """Whether users see the values in alphabetical order."""
    values: list[Value]

class GroupInputs(TypedDict):
    """Users whom sharing rules, queues, alerts and approvals name as one."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    label: str
    description: NotRequired[str | None]
    includes_bosses: NotRequired[bool]
    """Whether managers see what is shared with those below them."""
    members: NotRequired[list[str] | None]
    """Usernames; absent: not managed."""

class HolidayInputs(TypedDict):
    """A day off, once or recurring."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    date: NotRequired[str | None]
    recurrence: NotRequired[Recurrence | None]
    start_time: NotRequired[str | None]
    """`13:00`, for a part of the day; default: not managed, and the whole day for a new holiday."""
    end_time: NotRequired[str | None]
    business_hours: NotRequired[list[str]]
    """The business hours that it interrupts, by name."""
    description: NotRequired[str | None]

class LayoutInputs(TypedDict):
    """The fields that a page must show. The rest of the page is unmanaged."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    """The name that Setup shows: `Lead Layout`."""
    fields: list[LayoutField]

class LeadConvertSettingsInputs(TypedDict):
    """What a lead's fields become when it is converted. Pairs that are not listed here stay as they are."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    mappings: list[FieldMapping]
    """A field of the lead goes to one field of each object."""
    allow_owner_change: NotRequired[bool | None]
    opportunity_creation_options: NotRequired[Literal["VisibleOptional", "VisibleRequired", "NotVisible"] | None]

class MatchingRuleInputs(TypedDict):
    """When two records of an object are the same; a duplicate rule says what follows."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`Lead`, `Account`, `Contact`, `PersonAccount` or a custom object."""
    name: str
    label: str
    active: NotRequired[bool]
    items: list[MatchingRuleItem]
    boolean_filter: NotRequired[str | None]
    """`1 AND (2 OR 3)`; default: all items."""
    description: NotRequired[str | None]

class PathAssistantInputs(TypedDict):
    """Guidance along a picklist: per value the key fields, and what success looks like."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    label: str
    object: str
    field: str
    record_type: NotRequired[str]
    """The developer name of a record type of the object; default: records without one."""
    active: NotRequired[bool]
    steps: list[PathStep]

class PermissionSetInputs(TypedDict):
    """Permissions of its users. A new field is invisible to all users until a permission set grants access."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    label: str
    description: NotRequired[str | None]
    field_permissions: NotRequired[list[FieldPermission] | None]
    """Required and master-detail fields must not be listed: all users have them, and Salesforce refuses."""
    object_permissions: NotRequired[list[ObjectPermission] | None]
    """Every other right requires `read`."""
    custom_permissions: NotRequired[list[str] | None]
    record_types: NotRequired[list[str] | None]
    """`Opportunity.New_Business`: record types that assigned users can choose."""
    license: NotRequired[str | None]
    """The license that its users need, `Salesforce`; it cannot change after creation [K]."""
    has_activation_required: NotRequired[bool | None]
    """Whether the set works only in sessions that activate it."""
    user_permissions: NotRequired[list[str] | None]
    """Rights of the system, `ViewSetup`."""
    applications: NotRequired[list[str] | None]
    """Apps, `standard__LightningSales`."""
    tab_settings: NotRequired[list[TabSetting] | None]
    apex_classes: NotRequired[list[str] | None]
    apex_pages: NotRequired[list[str] | None]
    flows: NotRequired[list[str] | None]
    custom_metadata_types: NotRequired[list[str] | None]
    custom_settings: NotRequired[list[str] | None]
    external_data_sources: NotRequired[list[str] | None]
    external_credential_principals: NotRequired[list[str] | None]
    """`Billing-Reader`: the external credential and the principal."""
    email_routing_addresses: NotRequired[list[str] | None]
    elements: NotRequired[dict[str, Any] | None]
    """Elements without an input, under the vendor's names: `agentAccesses`. Others stay as they are."""

class PermissionSetAssignmentInputs(TypedDict):
    """A permission set assigned to one user."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    permission_set: str
    """API name."""
    username: str
    """Usernames differ between production and its sandboxes."""

class QueueInputs(TypedDict):
    """A group of users that owns records until one of them accepts them."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    label: str
    objects: list[str]
    """The objects whose records it can own: `Lead`, `Task`, custom objects."""
    email: NotRequired[str | None]
    sends_email_to_members: NotRequired[bool | None]
    members: NotRequired[list[str] | None]
    """Usernames; absent: not managed."""
    public_groups: NotRequired[list[str] | None]
    """Developer names, as for the roles below; absent: not managed."""
    roles: NotRequired[list[str] | None]
    roles_and_subordinates: NotRequired[list[str] | None]
    roles_and_internal_subordinates: NotRequired[list[str] | None]
    description: NotRequired[str | None]
    routing_config: NotRequired[str | None]
    """The developer name of a routing configuration of Omni-Channel."""

class RecordTypeInputs(TypedDict):
    """A kind of record of one object: its business process, and what its picklists offer."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    label: str
    active: NotRequired[bool]
    business_process: NotRequired[str | None]
    """Required on Lead, Opportunity and Case."""
    picklist_values: NotRequired[list[Choice] | None]
    """The values of unlisted picklists stay as they are."""
    description: NotRequired[str | None]
    elements: NotRequired[dict[str, Any] | None]
    """Elements without an input, under the vendor's names: `compactLayoutAssignment`. Others stay as they are."""

class ReportInputs(TypedDict):
    """A report in a folder. What is left out, in the report or in one of its parts, stays as people arrange it."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    folder: str
    name: str
    """Developer name."""
    label: str
    report_type: str
    """`Lead_Funnel__c` for the custom report type Lead_Funnel."""
    format: NotRequired[Literal["Tabular", "Summary", "Matrix", "MultiBlock"] | None]
    """Default for a new one: `Tabular`. `MultiBlock` is a joined report."""
    description: NotRequired[str | None]
    columns: NotRequired[list[Column] | None]
    groupings: NotRequired[list[Grouping] | None]
    groupings_across: NotRequired[list[Grouping] | None]
    filters: NotRequired[list[ReportFilter] | None]
    filter_logic: NotRequired[str | None]
    """`1 AND (2 OR 3)`; default: all filters."""
    filter_language: NotRequired[str | None]
    """The language of values that are translated: `en_US`."""
    cross_filters: NotRequired[list[CrossFilter] | None]
    aggregate_filters: NotRequired[list[AggregateFilter] | None]
    data_category_filters: NotRequired[list[DataCategoryFilter] | None]
    period: NotRequired[ReportPeriod | None]
    formulas: NotRequired[list[SummaryFormula] | None]
    row_formulas: NotRequired[list[RowFormula] | None]
    buckets: NotRequired[list[Bucket] | None]
    chart: NotRequired[ReportChart | None]
    color_ranges: NotRequired[list[ColorRange] | None]
    formatting_rules: NotRequired[list[FormattingRule] | None]
    details: NotRequired[bool | None]
    """Whether the report shows the rows of each group; default for a new one: true."""
    show_grand_total: NotRequired[bool | None]
    show_subtotals: NotRequired[bool | None]
    show_current_date: NotRequired[bool | None]
    smart_totals_disabled: NotRequired[bool | None]
    sort_column: NotRequired[str | None]
    sort_order: NotRequired[Literal["Asc", "Desc"] | None]
    row_limit: NotRequired[int | None]
    scope: NotRequired[str | None]
    currency: NotRequired[str | None]
    """The ISO code of the currency of its amounts."""
    division: NotRequired[str | None]
    user_filter: NotRequired[str | None]
    """The username whose records it shows."""
    role_hierarchy_filter: NotRequired[str | None]
    territory_hierarchy_filter: NotRequired[str | None]
    params: NotRequired[list[ReportParam] | None]
    snapshots: NotRequired[list[str] | None]
    """The days to compare with, in a report on trends: `N_DAYS_AGO:1`."""
    block: NotRequired[str | None]
    """In a block of a joined report: the name by which formulas know it, `B1`."""
    join_table: NotRequired[str | None]
    """What the blocks of a joined report are joined by."""
    uses: NotRequired[list[str] | None]
    """In a block: the summary formulas of the whole report that it has a part in."""
    blocks: NotRequired[list[ReportBlock] | None]
    """The blocks of a joined report."""

class ReportFolderInputs(TypedDict):
    """A public folder for reports."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    """Developer name."""
    label: str
    access: NotRequired[Literal["ReadOnly", "ReadWrite"] | None]
    """The access of all users to a public folder; default for a new one: `ReadOnly`. In an org with folder sharing
    it says nothing: there `shares` does.
    """
    access_type: NotRequired[Literal["Public", "PublicInternal", "Shared", "Hidden"] | None]
    """Default for a new one without `shares`: `Public`. Orgs with folder sharing have none."""
    shares: NotRequired[list[FolderShare] | None]
    """Whom the folder is shared with; left out, people share it as they like."""
    shared_to: NotRequired[SharedTo | None]

class ReportTypeInputs(TypedDict):
    """What reports on an object, and on its children, can show."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    """Developer name; reports refer to the type by it, with `__c`."""
    label: str
    object: str
    category: Literal[
        "accounts",
        "opportunities",
        "forecasts",
        "cases",
        "leads",
        "campaigns",
        "activities",
        "busop",
        "products",
        "admin",
        "territory",
        "other",
        "content",
        "usage_entitlement",
        "wdc",
        "calibration",
        "territory2",
        "quotes",
        "individual",
        "employee",
        "data_cloud",
        "commerce",
        "flow",
        "semantic_model",
    ]
    deployed: NotRequired[bool]
    """Whether users can create reports of the type."""
    description: NotRequired[str | None]
    joins: NotRequired[list[JoinedObject] | None]
    sections: list[Section]

class StandardValueSetInputs(TypedDict):
    """The values of a standard picklist field that the model names; all others stay as they are."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    name: str
    """`LeadStatus`, `OpportunityStage`, `LeadSource`, `Industry` and so on; the list of them is fixed."""
    deactivate: NotRequired[list[str] | None]
    """Unmanaged values to deactivate."""
    values: list[StandardValue]
    sorted: NotRequired[bool | None]

class ValidationRuleInputs(TypedDict):
    """A formula that blocks a save while it is true. The bypass is part of the formula: `NOT($Permission.X)`."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    active: NotRequired[bool]
    error_condition_formula: str
    """True blocks the save."""
    error_message: str
    """At most 255 characters [K]."""
    error_display_field: NotRequired[str | None]
    """The field beside which the message appears; default: the top of the page."""
    description: NotRequired[str | None]

class WorkflowAlertInputs(TypedDict):
    """Sends an e-mail from a template, for flows and approval processes."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    description: str
    """The alert's name in lists."""
    template: str
    """Folder and developer name; templates without a folder are in `unfiled$public`."""
    recipients: NotRequired[list[Recipient]]
    cc_emails: NotRequired[list[str] | None]
    sender_type: NotRequired[Literal["CurrentUser", "OrgWideEmailAddress", "DefaultWorkflowUser"]]
    sender_address: NotRequired[str | None]
    protected: NotRequired[bool]

class WorkflowFieldUpdateInputs(TypedDict):
    """Sets one field of the record, for approval processes and the workflow rules of old orgs."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    label: str
    field: str
    """Its API name, without the object."""
    operation: Literal["Formula", "Literal", "LookupValue", "Null", "NextValue", "PreviousValue"]
    formula: NotRequired[str | None]
    literal_value: NotRequired[str | None]
    """For picklists a value, for checkboxes `1` or `0`; every other type takes a formula [K]."""
    lookup_value: NotRequired[str | None]
    """A username or a queue's developer name."""
    lookup_value_type: NotRequired[Literal["User", "Queue", "RecordType"] | None]
    target_object: NotRequired[str | None]
    """The lookup field to the record whose field is set, where that is another one."""
    notify_assignee: NotRequired[bool]
    reevaluate_on_change: NotRequired[bool | None]
    protected: NotRequired[bool]
    description: NotRequired[str | None]

class WorkflowTaskInputs(TypedDict):
    """Assigns a user a task about the record, for approval processes and the workflow rules of old orgs."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    subject: str
    assigned_to_type: Literal[
        "owner",
        "creator",
        "user",
        "role",
        "opportunityTeam",
        "accountTeam",
        "accountOwner",
        "accountCreator",
        "partnerUser",
        "portalRole",
    ]
    assigned_to: NotRequired[str | None]
    """A username, with the type `user`; the name of a role, or of a role in a team, with these types."""
    due_date_offset: int
    """Days after the task is created, or after the date in `offset_from_field`."""
    offset_from_field: NotRequired[str | None]
    """`Opportunity.CloseDate`."""
    priority: str
    status: str
    notify_assignee: NotRequired[bool]
    protected: NotRequired[bool]
    description: NotRequired[str | None]
