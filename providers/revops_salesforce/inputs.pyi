"""Inputs of Salesforce's kinds as documents. Written by script/docs; edits here are lost."""

from typing import Any, Literal, NotRequired, TypedDict

class Criterion(TypedDict):
    """One comparison of a field with a value."""

    field: str
    """`Lead.Country`."""
    operation: Literal[
        "equals",
        "notEqual",
        "lessThan",
        "greaterThan",
        "lessOrEqual",
        "greaterOrEqual",
        "contains",
        "notContain",
        "startsWith",
        "includes",
        "excludes",
        "within",
    ]
    value: NotRequired[str | None]

class Criteria(TypedDict):
    """The records that enter, by a formula or by criteria."""

    formula: NotRequired[str | None]
    criteria: NotRequired[list[Criterion] | None]
    boolean_filter: NotRequired[str | None]

class Submitter(TypedDict):
    """Who may submit records for approval."""

    type: Literal[
        "owner",
        "creator",
        "user",
        "group",
        "role",
        "roleSubordinates",
        "roleSubordinatesInternal",
        "allInternalUsers",
        "partnerUser",
        "customerPortalUser",
        "portalRole",
        "portalRoleSubordinates",
    ]
    submitter: NotRequired[str | None]
    """A username, a group's or a role's developer name."""

class Approver(TypedDict):
    """Who must approve."""

    type: Literal["user", "queue", "relatedUserField", "userHierarchyField", "adhoc"]
    name: NotRequired[str | None]
    """A username, a queue's developer name, or the field that names a user (`Owner`)."""

class Action(TypedDict):
    """A workflow action of the same object, by name."""

    type: Literal[
        "FieldUpdate", "Alert", "Task", "OutboundMessage", "KnowledgePublish", "Send", "FlowAction", "FlowAutomation"
    ]
    name: str

class ApprovalStep(TypedDict):
    """One step of approval."""

    name: str
    label: str
    description: NotRequired[str | None]
    approvers: list[Approver]
    when_multiple_approvers: NotRequired[Literal["Unanimous", "FirstResponse"] | None]
    entry_criteria: NotRequired[Criteria | None]
    if_criteria_not_met: NotRequired[Literal["ApproveRecord", "RejectRecord", "GotoNextStep"] | None]
    """Rejecting is for the first step; going on needs a later one [D: step criteria]."""
    reject_behavior: NotRequired[Literal["RejectRequest", "BackToPrevious"] | None]
    allow_delegate: NotRequired[bool]
    approval_actions: NotRequired[list[Action] | None]
    rejection_actions: NotRequired[list[Action] | None]

class NextApprover(TypedDict):
    """The field of users that a step of the type `userHierarchyField` follows."""

    user_hierarchy_field: str
    """`Manager`."""
    use_approver_field_of_record_owner: NotRequired[bool]

class Inputs(TypedDict):
    """Base of a kind's inputs. An input that is not set is not managed."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""

class ApprovalProcessInputs(Inputs):
    """Who must agree before a record goes on, and what happens when they do or do not."""

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

class Entry(TypedDict):
    """Who gets a record that meets a formula or criteria; neither: every record that comes this far."""

    formula: NotRequired[str | None]
    criteria: NotRequired[list[Criterion] | None]
    boolean_filter: NotRequired[str | None]
    """`1 AND (2 OR 3)`; default: all criteria."""
    assigned_to: NotRequired[str | None]
    """A username or a queue's developer name; default: the owner stays."""
    assigned_to_type: NotRequired[Literal["User", "Queue"] | None]
    template: NotRequired[str | None]
    teams: NotRequired[list[str] | None]
    """Predefined case teams that are added, for Case; default: not managed."""
    override_existing_teams: NotRequired[bool | None]
    """Whether the teams replace those of the case."""

class AssignmentRulesInputs(Inputs):
    """The rule that gives records of an object their owner; entries are tried in order, the first that fits
    decides.
    """

    object: Literal["Lead", "Case"]
    name: str
    active: NotRequired[bool]
    entries: list[Entry]
    replaces_active: NotRequired[str | None]
    """The active unmanaged rule that this one replaces; deleting this resource reactivates it."""

class BusinessHoursInputs(Inputs):
    """When a team works."""

    name: str
    time_zone: str
    """`America/New_York`."""
    days: dict[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], str]
    """`09:00-17:00`; a day that is left out is closed, `00:00-24:00` is the whole day."""
    active: NotRequired[bool]
    default: NotRequired[bool | None]
    """True makes these the org's default hours; absent: not managed."""

class BusinessProcessInputs(Inputs):
    """The values of an object's standard list (stages, statuses) that records of one process go through."""

    object: Literal["Lead", "Opportunity", "Case"]
    name: str
    values: list[str]
    """Values of the object's standard value set; their order is that of the set."""
    default: NotRequired[str | None]
    """The default value of a new record; absent: not managed."""
    is_active: NotRequired[bool]
    description: NotRequired[str | None]

class Value(TypedDict):
    """One value of a picklist. `name` is what records hold and never changes; `label` is what people see."""

    name: str
    label: str
    default: NotRequired[bool | None]
    """Whether it is the default of new records; absent: not managed. A new default replaces the earlier one."""
    is_active: NotRequired[bool]
    description: NotRequired[str | None]
    color: NotRequired[str | None]

class ValueSetting(TypedDict):
    """One value of the dependent picklist. A checkbox controls with `checked` and `unchecked` [K]."""

    value: str
    offered_for: list[str]
    """Values of the controlling field; a value without a setting is never offered."""

class ValueSet(TypedDict):
    """The values of a picklist: either `values` of its own, or the name of a `global_value_set`."""

    values: NotRequired[list[Value] | None]
    global_value_set: NotRequired[str | None]
    restricted: NotRequired[bool]
    sorted: NotRequired[bool]
    deactivate: NotRequired[list[str] | None]
    """Unmanaged values to deactivate."""
    controlling_field: NotRequired[str | None]
    """The picklist or checkbox of the same object that decides which values are offered."""
    value_settings: NotRequired[list[ValueSetting] | None]

class CustomFieldInputs(Inputs):
    """A field that an organization adds to an object."""

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

class NameField(TypedDict):
    """The name field of the object's records."""

    label: str
    type: NotRequired[Literal["Text", "AutoNumber"]]
    display_format: NotRequired[str | None]
    """`M-{0000}`, for the type AutoNumber; default: the org's own."""
    starting_number: NotRequired[int | None]
    """The first number of the type AutoNumber; used at creation, and not compared [K]."""
    track_history: NotRequired[bool | None]
    track_feed_history: NotRequired[bool | None]
    encryption_scheme: NotRequired[
        Literal[
            "None",
            "ProbabilisticEncryption",
            "CaseSensitiveDeterministicEncryption",
            "CaseInsensitiveDeterministicEncryption",
        ]
        | None
    ]
    """For orgs with Shield Platform Encryption."""

class CustomObjectInputs(Inputs):
    """An object that an organization adds. Its fields are `CustomField` resources of their own."""

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

class CustomPermissionInputs(Inputs):
    """A permission that formulas ask for (`$Permission.NAME`); validation rules let its holders pass."""

    name: str
    label: str
    description: NotRequired[str | None]
    is_licensed: NotRequired[bool]

class ChartValue(TypedDict):
    """What a chart shows along an axis."""

    column: str
    """A column, a summary formula (`FORMULA1`) or `RowCount`."""
    summary: NotRequired[Literal["Sum", "Average", "Maximum", "Minimum", "Median", "Unique", "None", "Noop"] | None]
    axis: NotRequired[Literal["x", "y", "y2", "r"] | None]
    """Default for a new one: `y`."""

class TableColumn(TypedDict):
    """A column of a table in a classic dashboard."""

    column: str
    summary: NotRequired[Literal["Sum", "Average", "Maximum", "Minimum", "Median", "Unique", "None", "Noop"] | None]
    decimal_places: NotRequired[int | None]
    calculate_percent: NotRequired[bool | None]
    show_total: NotRequired[bool | None]
    show_subtotal: NotRequired[bool | None]
    sort_by: NotRequired[
        Literal["RowLabelAscending", "RowLabelDescending", "RowValueAscending", "RowValueDescending"] | None
    ]

class FlexTableColumn(TypedDict):
    """A column of a Lightning table; colors are numbers."""

    column: NotRequired[str | None]
    type: str
    """`detail`, `aggregate`, `grouping`."""
    show_total: NotRequired[bool | None]
    show_subtotal: NotRequired[bool | None]
    breakpoint1: NotRequired[float | None]
    breakpoint2: NotRequired[float | None]
    breakpoint_order: NotRequired[int | None]
    low_range_color: NotRequired[int | None]
    mid_range_color: NotRequired[int | None]
    high_range_color: NotRequired[int | None]

class FlexTable(TypedDict):
    """A Lightning table."""

    columns: NotRequired[list[FlexTableColumn] | None]
    sort_column: NotRequired[str | None]
    sort_order: NotRequired[str | None]
    """`1` for ascending, `2` for descending [S: public repositories]."""
    decimal_precision: NotRequired[int | None]
    hide_chatter_photos: NotRequired[bool | None]
    use_report_table_setting: NotRequired[bool | None]

class GroupingSort(TypedDict):
    """How the groups along one axis of a tile are sorted."""

    level: str
    """`g1`, `g2`."""
    column: NotRequired[str | None]
    order: NotRequired[str | None]
    """`a` for ascending, `d` for descending [S: public repositories]."""
    inherited: NotRequired[str | None]

class TileText(TypedDict):
    """The text or image of a tile without a report."""

    text: NotRequired[str | None]
    """Rich text, as Salesforce writes it."""
    file: NotRequired[str | None]
    alt_text: NotRequired[str | None]
    tooltip: NotRequired[str | None]
    fit: NotRequired[str | None]
    horizontal_alignment: NotRequired[str | None]
    vertical_alignment: NotRequired[str | None]
    component_parameters: NotRequired[str | None]
    additional_info: NotRequired[str | None]

class DynamicValue(TypedDict):
    """A value that each viewer gets anew."""

    field: str
    dynamic_user: NotRequired[bool | None]
    additional_info: NotRequired[str | None]

class TilePlace(TypedDict):
    """The place of a tile in the grid; by default twelve columns, and rows that are 36 pixels high."""

    column: int
    row: int
    width: int
    height: int

class SectionTile(TypedDict):
    """A tile: a chart, metric, table or gauge of a report, or a text."""

    title: NotRequired[str | None]
    subtitle: NotRequired[str | None]
    footer: NotRequired[str | None]
    report: NotRequired[str | None]
    """`Revenue/Win_Rate`."""
    chart: Literal[
        "Metric",
        "Bar",
        "BarGrouped",
        "BarStacked",
        "BarStacked100",
        "Column",
        "ColumnGrouped",
        "ColumnStacked",
        "ColumnStacked100",
        "ColumnLine",
        "ColumnLineGrouped",
        "ColumnLineStacked",
        "ColumnLineStacked100",
        "Line",
        "LineGrouped",
        "LineCumulative",
        "LineGroupedCumulative",
        "Donut",
        "Pie",
        "Funnel",
        "Gauge",
        "Scatter",
        "ScatterGrouped",
        "Table",
        "FlexTable",
        "RichText",
        "Image",
        "VisualforcePage",
        "Scontrol",
        "SControl",
        "PulseMetric",
        "PulseMetricCard",
        "LightningWebComponent",
    ]
    shows: NotRequired[str | list[ChartValue] | None]
    """A column of the report, a summary formula of it (`FORMULA1`), `RowCount`, or a list of values with their
    axes. Default for a new one: how many rows there are.
    """
    summary: NotRequired[Literal["Sum", "Average", "Maximum", "Minimum", "Median", "Unique", "None", "Noop"] | None]
    """How the one column that the tile shows is aggregated."""
    grouping: NotRequired[str | list[str] | None]
    """The grouping of the report that a chart uses as its axis, or several."""
    columns_from_report: NotRequired[bool | None]
    """Whether the report says what is shown; default for a new one: false."""
    use_report_chart: NotRequired[bool | None]
    """Whether the tile shows the chart of the report."""
    filter_columns: NotRequired[list[str] | None]
    """The columns that the filters of the dashboard apply to, in the order of the filters; `""` where one does
    not.
    """
    table_columns: NotRequired[list[TableColumn] | None]
    flex_table: NotRequired[FlexTable | None]
    sort_by: NotRequired[
        Literal["RowLabelAscending", "RowLabelDescending", "RowValueAscending", "RowValueDescending"] | None
    ]
    grouping_sorts: NotRequired[list[GroupingSort] | None]
    max_values: NotRequired[int | None]
    legend: NotRequired[Literal["Bottom", "OnChart", "Right"] | None]
    sort_legend_values: NotRequired[bool | None]
    display_units: NotRequired[
        Literal["Auto", "Integer", "Hundreds", "Thousands", "Millions", "Billions", "Trillions"] | None
    ]
    decimal_precision: NotRequired[int | None]
    metric_label: NotRequired[str | None]
    gauge_min: NotRequired[float | None]
    gauge_max: NotRequired[float | None]
    low_color: NotRequired[str | None]
    middle_color: NotRequired[str | None]
    high_color: NotRequired[str | None]
    breakpoint1: NotRequired[float | None]
    """The lower of the two values between the three colors."""
    breakpoint2: NotRequired[float | None]
    axis_range: NotRequired[Literal["Auto", "Manual"] | None]
    axis_min: NotRequired[float | None]
    axis_max: NotRequired[float | None]
    show_percentage: NotRequired[bool | None]
    show_range: NotRequired[bool | None]
    show_total: NotRequired[bool | None]
    show_values: NotRequired[bool | None]
    enable_hover: NotRequired[bool | None]
    expand_others: NotRequired[bool | None]
    show_pictures_on_charts: NotRequired[bool | None]
    show_pictures_on_tables: NotRequired[bool | None]
    drill_enabled: NotRequired[bool | None]
    drill_to_detail_enabled: NotRequired[bool | None]
    drill_down_url: NotRequired[str | None]
    theme: NotRequired[Literal["dark", "light"] | None]
    contents: NotRequired[list[TileText] | None]
    dynamic_values: NotRequired[list[DynamicValue] | None]
    page: NotRequired[str | None]
    page_height_px: NotRequired[int | None]
    scontrol: NotRequired[str | None]
    scontrol_height_px: NotRequired[int | None]

class Tile(SectionTile):
    """A tile in the grid of a dashboard."""

    place: TilePlace

class DashboardSection(TypedDict):
    """A column of a classic dashboard, with its tiles from top to bottom."""

    size: NotRequired[Literal["Narrow", "Medium", "Wide"] | None]
    tiles: NotRequired[list[SectionTile] | None]

class DashboardFilterOption(TypedDict):
    """One choice of a filter."""

    operator: Literal[
        "equals",
        "notEqual",
        "lessThan",
        "greaterThan",
        "lessOrEqual",
        "greaterOrEqual",
        "contains",
        "notContain",
        "startsWith",
        "includes",
        "excludes",
        "between",
    ]
    values: NotRequired[list[str] | None]

class DashboardFilter(TypedDict):
    """A filter that viewers choose from; `filter_columns` of the tiles say what it applies to."""

    name: str
    options: NotRequired[list[DashboardFilterOption] | None]

class DashboardInputs(Inputs):
    """A dashboard in a folder. What is left out, in the dashboard or in one of its tiles, stays as people arrange
    it.
    """

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

class FolderShare(TypedDict):
    """Whom a folder is shared with, and what they may do."""

    to: str
    """A username, or the developer name of a group or role."""
    type: Literal[
        "User",
        "Group",
        "Role",
        "RoleAndSubordinates",
        "RoleAndSubordinatesInternal",
        "Organization",
        "Territory",
        "TerritoryAndSubordinates",
        "Manager",
        "ManagerAndSubordinatesInternal",
        "PortalRole",
        "PortalRoleAndSubordinates",
        "CustomerPortalUser",
        "PartnerUser",
        "AllCspUsers",
        "AllPrmUsers",
        "ChannelProgramGroup",
    ]
    access: Literal["View", "EditAllContents", "Manage"]

class SharedTo(TypedDict):
    """Whom a folder with the access type `Shared` is open to, in orgs without folder sharing; developer names."""

    group: NotRequired[list[str] | None]
    groups: NotRequired[list[str] | None]
    queue: NotRequired[list[str] | None]
    role: NotRequired[list[str] | None]
    roles: NotRequired[list[str] | None]
    role_and_subordinates: NotRequired[list[str] | None]
    roles_and_subordinates: NotRequired[list[str] | None]
    role_and_subordinates_internal: NotRequired[list[str] | None]
    territory: NotRequired[list[str] | None]
    territories: NotRequired[list[str] | None]
    territory_and_subordinates: NotRequired[list[str] | None]
    territories_and_subordinates: NotRequired[list[str] | None]
    managers: NotRequired[list[str] | None]
    manager_subordinates: NotRequired[list[str] | None]
    portal_role: NotRequired[list[str] | None]
    portal_role_and_subordinates: NotRequired[list[str] | None]
    channel_program_group: NotRequired[list[str] | None]
    channel_program_groups: NotRequired[list[str] | None]
    guest_user: NotRequired[list[str] | None]
    all_internal_users: NotRequired[str | None]
    all_customer_portal_users: NotRequired[str | None]
    all_partner_users: NotRequired[str | None]

class FolderInputs(Inputs):
    """What report and dashboard folders have in common."""

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

class DashboardFolderInputs(FolderInputs):
    """A public folder for dashboards."""

class Pair(TypedDict):
    """A field of the record that is saved, and the field of the other object that it is compared with."""

    field: NotRequired[str | None]
    """Not set where the object of the rule has none, as in Salesforce's own rules."""
    other_field: str

class MatchingRuleUse(TypedDict):
    """The records with which a new one is compared."""

    object: str
    matching_rule: str
    """The developer name of a matching rule of that object."""
    mapping: NotRequired[list[Pair] | None]
    """Required when that is a different object."""

class FilterItem(TypedDict):
    """One comparison: a field of the record that is saved, or of the user who saves it."""

    table: str
    """The object of the rule, or `User` [D: meta_duplicaterule]."""
    field: str
    """Without the object: `Country`."""
    operation: Literal[
        "equals",
        "notEqual",
        "lessThan",
        "greaterThan",
        "lessOrEqual",
        "greaterOrEqual",
        "contains",
        "notContain",
        "startsWith",
        "includes",
        "excludes",
        "within",
    ]
    value: NotRequired[str | None]
    value_field: NotRequired[str | None]

class DuplicateFilter(TypedDict):
    """The records that the rule checks; without items, all."""

    items: NotRequired[list[FilterItem]]
    boolean_filter: NotRequired[str | None]
    """`1 AND (2 OR 3)`; default: all items."""

class DuplicateRuleInputs(Inputs):
    """What happens to a record that matches others when it is saved."""

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

class FlowInputs(Inputs):
    """An automation. It is deployed inactive; a `FlowActivation` of the same name enables it."""

    name: str
    """Developer name."""
    label: str
    description: NotRequired[str | None]
    definition: dict[str, Any]
    """The elements of the flow in the vendor's own names, without `label`, `description` and `status`."""

class FlowActivationInputs(Inputs):
    """Enables the newest version of the flow of that name; removing this resource deactivates it."""

    name: str
    """The developer name of the flow, as in its `Flow` resource."""
    object: NotRequired[str | None]
    where: NotRequired[str | None]
    """The records of `object` that a scheduled flow enrolls, as a SOQL condition; default: its start filters."""

class ValueSetInputs(Inputs):
    """What the inputs of both kinds of value set have in common, beside `values` with a type of its own."""

    name: str
    deactivate: NotRequired[list[str] | None]
    """Unmanaged values to deactivate."""

class GlobalValueSetInputs(ValueSetInputs):
    """Values that several picklist fields share."""

    label: str
    description: NotRequired[str | None]
    sorted: NotRequired[bool]
    """Whether users see the values in alphabetical order."""
    values: list[Value]

class GroupInputs(Inputs):
    """Users whom sharing rules, queues, alerts and approvals name as one."""

    name: str
    label: str
    description: NotRequired[str | None]
    includes_bosses: NotRequired[bool]
    """Whether managers see what is shared with those below them."""
    members: NotRequired[list[str] | None]
    """Usernames; absent: not managed."""

class Recurrence(TypedDict):
    """How a holiday comes back; which parts are needed depends on the type [D: Holiday object]."""

    type: Literal[
        "RecursDaily",
        "RecursEveryWeekday",
        "RecursWeekly",
        "RecursMonthly",
        "RecursMonthlyNth",
        "RecursYearly",
        "RecursYearlyNth",
    ]
    start: str
    """The first day on which it can be."""
    end: NotRequired[str | None]
    interval: NotRequired[int | None]
    """Every so many days, weeks or months."""
    days_of_week: NotRequired[
        list[Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]] | None
    ]
    day_of_week_mask: NotRequired[int | None]
    """The same as a sum: 1 for Sunday, 2 for Monday, 4 for Tuesday and so on."""
    day_of_month: NotRequired[int | None]
    instance: NotRequired[Literal["First", "Second", "Third", "Fourth", "Last"] | None]
    month: NotRequired[
        Literal[
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ]
        | None
    ]

class HolidayInputs(Inputs):
    """A day off, once or recurring."""

    name: str
    date: NotRequired[str | None]
    recurrence: NotRequired[Recurrence | None]
    start_time: NotRequired[str | None]
    """`13:00`, for a part of the day; default: not managed, and the whole day for a new holiday."""
    end_time: NotRequired[str | None]
    business_hours: NotRequired[list[str]]
    """The business hours that it interrupts, by name."""
    description: NotRequired[str | None]

class LayoutField(TypedDict):
    """A field that the page must show."""

    field: str
    behavior: NotRequired[Literal["Edit", "Required", "Readonly"] | None]
    """Absent: any."""

class LayoutInputs(Inputs):
    """The fields that a page must show. The rest of the page is unmanaged."""

    object: str
    name: str
    """The name that Setup shows: `Lead Layout`."""
    fields: list[LayoutField]

class FieldMapping(TypedDict):
    """A field of the lead, and the field that gets its value on conversion; their types must match [K]."""

    field: str
    """`Lead.Timeline__c`: custom fields only; Salesforce maps standard fields itself [K]."""
    to: str
    """`Contact.Timeline__c`, or a field of Account or Opportunity."""

class LeadConvertSettingsInputs(Inputs):
    """What a lead's fields become when it is converted. Pairs that are not listed here stay as they are."""

    mappings: list[FieldMapping]
    """A field of the lead goes to one field of each object."""
    allow_owner_change: NotRequired[bool | None]
    opportunity_creation_options: NotRequired[Literal["VisibleOptional", "VisibleRequired", "NotVisible"] | None]

class MatchingRuleItem(TypedDict):
    """A field in which both records must match."""

    field: str
    method: NotRequired[
        Literal["Exact", "FirstName", "LastName", "CompanyName", "Phone", "City", "Street", "Zip", "Title"]
    ]
    """The fuzzy methods are for the matching standard fields [K]."""
    blank: NotRequired[Literal["MatchBlanks", "NullNotAllowed"]]
    """Whether two blank values match."""

class MatchingRuleInputs(Inputs):
    """When two records of an object are the same; a duplicate rule says what follows."""

    object: str
    """`Lead`, `Account`, `Contact`, `PersonAccount` or a custom object."""
    name: str
    label: str
    active: NotRequired[bool]
    items: list[MatchingRuleItem]
    boolean_filter: NotRequired[str | None]
    """`1 AND (2 OR 3)`; default: all items."""
    description: NotRequired[str | None]

class PathStep(TypedDict):
    """What users see while the field has this value."""

    value: str
    fields: NotRequired[list[str]]
    """Key fields to fill in, at most five [K]."""
    info: NotRequired[str | None]
    """Guidance for success, as text or simple HTML."""

class PathAssistantInputs(Inputs):
    """Guidance along a picklist: per value the key fields, and what success looks like."""

    name: str
    label: str
    object: str
    field: str
    record_type: NotRequired[str]
    """The developer name of a record type of the object; default: records without one."""
    active: NotRequired[bool]
    steps: list[PathStep]

class FieldPermission(TypedDict):
    """Read and edit access to one field."""

    field: str
    """`Lead.Rejection_Reason__c`."""
    readable: NotRequired[bool]
    editable: NotRequired[bool]
    """Not available for formula fields."""

class ObjectPermission(TypedDict):
    """Access to the records of an object. A new custom object is invisible to all users without it."""

    object: str
    read: NotRequired[bool]
    create: NotRequired[bool]
    edit: NotRequired[bool]
    delete: NotRequired[bool]
    view_all: NotRequired[bool]
    """All records, regardless of sharing."""
    modify_all: NotRequired[bool]
    view_all_fields: NotRequired[bool | None]
    """All fields, regardless of field permissions; default: not managed."""

class TabSetting(TypedDict):
    """Whether users see a tab."""

    tab: str
    """`standard-Lead`, or the name of a custom one: `Machine__c`."""
    visibility: Literal["Available", "Visible", "None"]

class PermissionSetInputs(Inputs):
    """Permissions of its users. A new field is invisible to all users until a permission set grants access."""

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

class PermissionSetAssignmentInputs(Inputs):
    """A permission set assigned to one user."""

    permission_set: str
    """API name."""
    username: str
    """Usernames differ between production and its sandboxes."""

class QueueInputs(Inputs):
    """A group of users that owns records until one of them accepts them."""

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

class Choice(TypedDict):
    """The values that one picklist offers on records of the type."""

    picklist: str
    """`Deal_Type__c`, `LeadSource`; not the list of the business process (`StageName`, `Status`)."""
    values: list[str]
    default: NotRequired[str | None]

class RecordTypeInputs(Inputs):
    """A kind of record of one object: its business process, and what its picklists offer."""

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

class Column(TypedDict):
    """A column of the detail rows, and its aggregates per group."""

    field: str
    """The name in the report type: `Lead$Status`."""
    summaries: NotRequired[
        list[Literal["Sum", "Average", "Maximum", "Minimum", "Median", "Unique", "None", "Noop"]] | None
    ]
    reverse_colors: NotRequired[bool | None]
    show_changes: NotRequired[bool | None]
    """For reports on trends: the change since the snapshot."""

class Grouping(TypedDict):
    """A grouping of the rows."""

    field: str
    by: NotRequired[
        Literal[
            "Day",
            "Week",
            "Month",
            "Quarter",
            "Year",
            "FiscalWeek",
            "FiscalPeriod",
            "FiscalQuarter",
            "FiscalYear",
            "MonthInYear",
            "DayInMonth",
            "None",
        ]
        | None
    ]
    """For dates; default: `Day`. Other fields have `Day` too, without effect [K]."""
    order: NotRequired[Literal["Asc", "Desc"] | None]
    """Default: `Asc`."""
    sort_type: NotRequired[Literal["Column", "Aggregate", "CustomSummaryFormula"] | None]
    """What the groups are sorted by; default: their own values."""
    sort_by: NotRequired[str | None]
    """The column, `RowCount` or summary formula behind `sort_type`."""
    aggregate: NotRequired[
        Literal["Sum", "Average", "Maximum", "Minimum", "Unique", "RowCount", "Noop", "Median"] | None
    ]
    """How the column behind `sort_by` is aggregated."""

class ReportFilter(TypedDict):
    """A condition that rows must meet; the value is a string as in the report builder."""

    field: str
    operator: Literal[
        "equals",
        "notEqual",
        "lessThan",
        "greaterThan",
        "lessOrEqual",
        "greaterOrEqual",
        "contains",
        "notContain",
        "startsWith",
        "includes",
        "excludes",
        "within",
    ]
    value: NotRequired[str | None]
    """Default: blank. Separate several values with commas [K]."""
    unlocked: NotRequired[bool | None]
    """Whether people can change the value when they run the report."""
    column_to_column: NotRequired[bool | None]
    """Whether the value is the name of another field to compare with."""
    snapshot: NotRequired[str | None]

class CrossFilter(TypedDict):
    """A condition on related records: with or without any, which may have to meet filters of their own."""

    operation: Literal["with", "without"]
    field: str
    """The record's id in the report type: `Account$Id`."""
    related: str
    """The related object."""
    join: str
    """Its lookup to the record."""
    filters: NotRequired[list[ReportFilter] | None]

class AggregateFilter(TypedDict):
    """A condition that groups must meet."""

    aggregate: str
    """The aggregate that is compared: `s!Opportunity$Amount`, `RowCount`."""
    operator: str
    value: str

class DataCategoryFilter(TypedDict):
    """A condition on the data category of articles."""

    group: str
    category: str
    operator: Literal["above", "aboveOrBelow", "at", "below"]

class ReportPeriod(TypedDict):
    """The range of dates that rows must be in."""

    field: str
    interval: NotRequired[str | None]
    """`INTERVAL_CURY`, `INTERVAL_LAST90`; default: between the two dates."""
    start: NotRequired[str | None]
    end: NotRequired[str | None]

class SummaryFormula(TypedDict):
    """A value per group, computed from its aggregates."""

    name: str
    """`FORMULA1`."""
    label: str
    formula: str
    """`Lead$Reached__c:SUM / RowCount`."""
    type: NotRequired[Literal["number", "percent", "currency"] | None]
    """Default: `number`."""
    scale: NotRequired[int | None]
    description: NotRequired[str | None]
    active: NotRequired[bool | None]
    """Whether the report shows it; default for a new one: true."""
    down_context: NotRequired[str | None]
    """The grouping down at which it is shown, or `GRAND_SUMMARY`; default: at all of them."""
    across_context: NotRequired[str | None]
    cross_block: NotRequired[bool | None]
    """Whether it computes over the blocks of a joined report."""
    report_type: NotRequired[str | None]
    """The type of the block that it belongs to, in a joined report."""

class RowFormula(TypedDict):
    """A value per row, computed from its fields."""

    name: str
    """`CDF1`."""
    label: str
    formula: str
    type: str
    """`Double`, `Text`, `DateOnly`."""
    scale: int
    description: NotRequired[str | None]

class BucketSource(TypedDict):
    """What falls into a bucket: a value, or a range from one number to another."""

    value: NotRequired[str | None]
    start: NotRequired[str | None]
    end: NotRequired[str | None]

class BucketValue(TypedDict):
    """A bucket."""

    label: str
    sources: NotRequired[list[BucketSource] | None]

class Bucket(TypedDict):
    """A field that sorts the values of another into buckets."""

    name: str
    """`BucketField_12345678`; columns and groupings name it."""
    label: str
    field: str
    type: Literal["number", "picklist", "text"]
    null_treatment: NotRequired[Literal["n", "z"] | None]
    """Whether no number counts as nothing (`n`) or as zero (`z`)."""
    use_other: NotRequired[bool | None]
    other_label: NotRequired[str | None]
    values: NotRequired[list[BucketValue] | None]

class ReportChart(TypedDict):
    """The chart of a report."""

    type: Literal[
        "None",
        "HorizontalBar",
        "HorizontalBarGrouped",
        "HorizontalBarStacked",
        "HorizontalBarStackedTo100",
        "VerticalColumn",
        "VerticalColumnGrouped",
        "VerticalColumnStacked",
        "VerticalColumnStackedTo100",
        "VerticalColumnLine",
        "VerticalColumnGroupedLine",
        "VerticalColumnStackedLine",
        "Line",
        "LineGrouped",
        "LineCumulative",
        "LineCumulativeGrouped",
        "Pie",
        "Donut",
        "Funnel",
        "Scatter",
        "ScatterGrouped",
        "Bubble",
        "BubbleGrouped",
        "Plugin",
    ]
    values: NotRequired[list[ChartValue] | None]
    grouping: NotRequired[str | None]
    """The grouping along its axis."""
    second_grouping: NotRequired[str | None]
    title: NotRequired[str | None]
    location: NotRequired[Literal["CHART_BOTTOM", "CHART_TOP"] | None]
    size: NotRequired[Literal["Huge", "Large", "Medium", "Small", "Tiny"] | None]
    legend: NotRequired[Literal["Bottom", "OnChart", "Right"] | None]
    show_axis_labels: NotRequired[bool | None]
    show_percentage: NotRequired[bool | None]
    show_total: NotRequired[bool | None]
    show_values: NotRequired[bool | None]
    hover_labels: NotRequired[bool | None]
    expand_others: NotRequired[bool | None]
    """Whether small groups are shown one by one, not as "Others"."""
    axis_range: NotRequired[Literal["Auto", "Manual"] | None]
    axis_start: NotRequired[float | None]
    axis_end: NotRequired[float | None]
    background_start: NotRequired[str | None]
    background_end: NotRequired[str | None]
    background_direction: NotRequired[Literal["Diagonal", "LeftToRight", "TopToBottom"] | None]
    text_color: NotRequired[str | None]
    text_size: NotRequired[int | None]
    title_color: NotRequired[str | None]
    title_size: NotRequired[int | None]

class ColorRange(TypedDict):
    """Colors for low, middle and high values of a column or formula, as Salesforce Classic shows them."""

    column: str
    summary: NotRequired[Literal["Sum", "Average", "Maximum", "Minimum", "Median", "Unique", "None", "Noop"] | None]
    low_color: str
    mid_color: str
    high_color: str
    low_breakpoint: NotRequired[float | None]
    high_breakpoint: NotRequired[float | None]

class FormatRange(TypedDict):
    """The color up to a bound; the last range has none."""

    color: NotRequired[str | None]
    up_to: NotRequired[float | None]

class FormattingRule(TypedDict):
    """Colors for ranges of a column or formula, as Lightning shows them."""

    column: str
    summary: NotRequired[Literal["Sum", "Average", "Maximum", "Minimum", "Median", "Unique", "None", "Noop"] | None]
    ranges: NotRequired[list[FormatRange] | None]

class ReportParam(TypedDict):
    """A further choice that some report types have: `open: all`, `co: 1`."""

    name: str
    value: str

class ReportContent(TypedDict):
    """What reports and the blocks of joined reports have in common."""

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

class ReportBlock(ReportContent):
    """A block of a joined report: a report of its own."""

class ReportName(Inputs):
    """The inputs that identify a report."""

    folder: str
    name: str
    """Developer name."""

class ReportInputs(ReportContent, ReportName):
    """A report in a folder. What is left out, in the report or in one of its parts, stays as people arrange it."""

    blocks: NotRequired[list[ReportBlock] | None]
    """The blocks of a joined report."""

class ReportFolderInputs(FolderInputs):
    """A public folder for reports."""

class JoinedObject(TypedDict):
    """A child object, by its relationship name on the parent object."""

    relationship: str
    """`Opportunities`, `Plans__r`."""
    outer: NotRequired[bool]
    """Whether records without child records are included."""

class ReportTypeColumn(TypedDict):
    """A field that reports of the type can show."""

    field: str
    table: NotRequired[str | None]
    """`Account.Opportunities` for a joined object; absent: the base object."""
    label: NotRequired[str | None]
    checked: NotRequired[bool]
    """Whether a new report shows the column by default."""

class Section(TypedDict):
    """A heading in the list of fields."""

    label: str
    columns: list[ReportTypeColumn]

class ReportTypeInputs(Inputs):
    """What reports on an object, and on its children, can show."""

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

class StandardValue(Value):
    """One value of a standard field; which of the attributes below are needed depends on the set [S: CumulusCI]."""

    closed: NotRequired[bool | None]
    """OpportunityStage and CaseStatus."""
    won: NotRequired[bool | None]
    """OpportunityStage."""
    probability: NotRequired[int | None]
    """OpportunityStage, in percent."""
    forecast_category: NotRequired[
        Literal["Omitted", "Pipeline", "BestCase", "MostLikely", "Forecast", "Closed"] | None
    ]
    converted: NotRequired[bool | None]
    """LeadStatus."""
    allow_email: NotRequired[bool | None]
    high_priority: NotRequired[bool | None]
    reviewed: NotRequired[bool | None]
    css_exposed: NotRequired[bool | None]
    """CaseReason: whether customers see the value in the self-service portal."""
    reverse_role: NotRequired[str | None]
    grouping_string: NotRequired[str | None]

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

class ValidationRuleInputs(Inputs):
    """A formula that blocks a save while it is true. The bypass is part of the formula: `NOT($Permission.X)`."""

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

class Recipient(TypedDict):
    """A recipient of the e-mail."""

    type: Literal[
        "owner",
        "creator",
        "user",
        "group",
        "role",
        "roleSubordinates",
        "roleSubordinatesInternal",
        "opportunityTeam",
        "accountTeam",
        "accountOwner",
        "userLookup",
        "contactLookup",
        "email",
        "partnerUser",
        "customerPortalUser",
        "portalRole",
        "caseTeam",
        "campaignMemberDerivedOwner",
    ]
    recipient: NotRequired[str | None]
    """A username, a group's or a role's developer name."""
    field: NotRequired[str | None]
    """The field of the record that names a user, a contact or an address."""

class WorkflowAlertInputs(Inputs):
    """Sends an e-mail from a template, for flows and approval processes."""

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

class WorkflowFieldUpdateInputs(Inputs):
    """Sets one field of the record, for approval processes and the workflow rules of old orgs."""

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

class WorkflowTaskInputs(Inputs):
    """Assigns a user a task about the record, for approval processes and the workflow rules of old orgs."""

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
