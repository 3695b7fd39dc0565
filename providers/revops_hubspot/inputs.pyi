"""Inputs of HubSpot's kinds as documents. Written by script/docs; edits here are lost."""

from typing import Any, Literal, NotRequired, TypedDict

class Inputs(TypedDict):
    """Base of a kind's inputs. An input that is not set is not managed."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""

class AssociationLabelInputs(Inputs):
    """A label on associations between records of two objects, in both directions."""

    from_object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    to_object: str
    name: NotRequired[str | None]
    """HubSpot's internal name; immutable. A new label needs it. The API does not return it [O], so it is not
    compared, and an adopted label has none.
    """
    label: str
    inverse_label: NotRequired[str | None]
    """How the association reads from the other side. HubSpot overwrites it when an update leaves it out [O], so a
    new label and a changed one need it. Absent, as for adopted labels between records of one object: not
    managed.
    """
    max_to: NotRequired[int | None]
    """The most records of `to_object` that one record can have with this label. Absent: not managed."""
    inverse_max_to: NotRequired[int | None]

class Labels(TypedDict):
    """Names for one record and for several."""

    singular: str
    plural: str

class Option(TypedDict):
    """A choice. Its position in the list is its display order."""

    label: str
    value: str
    description: NotRequired[str | None]
    """Absent: not managed."""
    hidden: NotRequired[bool | None]
    """Absent: not managed; a new option is shown."""

class SchemaProperty(TypedDict):
    """A property that is created with the object; other properties are `Property` resources."""

    name: str
    label: str
    type: str
    field_type: str
    options: NotRequired[list[Option] | None]
    has_unique_value: NotRequired[bool]

class CustomObjectSchemaInputs(Inputs):
    """A custom object (Enterprise only). Other resources refer to it by `name`, as in `object: machine`."""

    name: str
    """Immutable; unique in the portal, ignoring case [O]."""
    labels: Labels
    primary_display_property: str
    properties: list[SchemaProperty]
    description: NotRequired[str | None]
    secondary_display_properties: NotRequired[list[str] | None]
    required_properties: NotRequired[list[str] | None]
    searchable_properties: NotRequired[list[str] | None]
    associated_objects: NotRequired[list[str] | None]
    """Objects whose records can be associated with these records. Associations that are not listed stay."""
    allows_sensitive_properties: NotRequired[bool | None]
    """Once true, it cannot be turned off [O]."""

class LifecycleStage(TypedDict):
    """A stage; the list order is the stage order."""

    value: str
    """The internal ID, such as `marketingqualifiedlead`. HubSpot gives a stage that people add a number of its own
    [T], and shows it in the settings of the stage [D].
    """
    label: NotRequired[str | None]
    """Absent: not managed."""

class LifecycleStagesInputs(Inputs):
    """The lifecycle stages that a portal must have, in order. Stages that are not listed stay."""

    object: Literal["contacts", "companies"]
    stages: list[LifecycleStage]
    write_undocumented: NotRequired[bool]

class ListInputs(Inputs):
    """A segment, which HubSpot's API calls a list. Its name is unique in the portal and can change."""

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or a custom object's type id."""
    name: str
    processing_type: NotRequired[Literal["DYNAMIC", "MANUAL", "SNAPSHOT"]]
    filter: NotRequired[str | None]
    """Which records are members: `lifecyclestage is any of [lead] and fit_score >= 40`."""
    filter_branch: NotRequired[dict[str, Any] | None]
    """HubSpot's own filter tree: an OR branch of AND branches of filters."""

class PipelineStage(TypedDict):
    """A stage; the list order is the stage order."""

    id: str
    """The stage id in HubSpot; immutable. By convention `<pipeline>_<stage>`."""
    label: str
    probability: NotRequired[float | None]
    """Required for deals, and only there; 0 and 1 make the stage closed [O]."""
    state: NotRequired[Literal["OPEN", "CLOSED"] | None]
    """Tickets, leads and custom objects."""

class PipelineInputs(Inputs):
    """A pipeline. One that this stack created is managed as a whole; in a default pipeline, or one adopted with
    `adopt: true`, stages that are not listed stay.
    """

    object: str
    """`deals`, `tickets`, `leads`, another object with pipelines, or the name of a custom object."""
    name: str
    """The pipeline id in HubSpot; immutable."""
    label: str
    stages: list[PipelineStage]
    display_order: NotRequired[int | None]
    deactivate: NotRequired[list[str] | None]
    """Ids of unmanaged stages to remove from a shared pipeline."""

class Approval(TypedDict):
    """A stage that a record enters only after approval (Sales Hub Enterprise)."""

    stage: str
    approvers: list[str]
    """E-mail addresses of users."""
    mode: NotRequired[Literal["ALL", "ANY"] | None]
    """Absent: not managed; `ANY` for a new approval."""
    comment: NotRequired[str | None]
    filter_branch: NotRequired[dict[str, Any] | None]
    """HubSpot's own filter tree: only records that match need the approval."""

class PipelineRulesInputs(Inputs):
    """What a pipeline allows (Professional and higher). A rule that is absent is not managed; `[]` turns it off."""

    object: str
    """`deals`, `tickets`, `leads` or the name of a custom object."""
    pipeline: str
    """The id of the pipeline."""
    no_backwards: NotRequired[Literal["all"] | list[str] | None]
    """Stages, or `all`, from which records do not move back."""
    no_skipping: NotRequired[Literal["all"] | list[str] | None]
    """Stages, or `all`, that records do not skip."""
    creation_stages: NotRequired[list[str] | None]
    """Stages that the creation rule names [S]."""
    approvals: NotRequired[list[Approval] | None]

class StagePermission(TypedDict):
    """Who can edit records in one stage."""

    stage: str
    mode: Literal["OPEN", "RESTRICTED"]
    users: NotRequired[list[str] | None]
    """E-mail addresses. Absent: not managed; none where nobody set any."""
    teams: NotRequired[list[str] | None]
    super_admin: NotRequired[bool | None]
    """Whether super admins can always edit. Absent: not managed; true where nobody set it."""

class PipelineStagePermissionsInputs(Inputs):
    """Stages whose records only some users can edit (Professional and higher). Other stages keep their
    permissions.
    """

    object: str
    """`deals`, `tickets`, `leads` or the name of a custom object."""
    pipeline: str
    """The id of the pipeline."""
    stages: list[StagePermission]

class PropertyInputs(Inputs):
    """A property of an object. An input that is absent is not managed."""

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    name: str
    label: str
    type: Literal[
        "bool",
        "currency_number",
        "date",
        "datetime",
        "enumeration",
        "json",
        "number",
        "object_coordinates",
        "phone_number",
        "string",
    ]
    """HubSpot's API creates no `currency_number`, `json` and `object_coordinates`; existing ones can be adopted."""
    field_type: Literal[
        "booleancheckbox",
        "calculation_equation",
        "calculation_read_time",
        "calculation_rollup",
        "calculation_score",
        "checkbox",
        "date",
        "file",
        "html",
        "number",
        "phonenumber",
        "radio",
        "select",
        "text",
        "textarea",
        "unknown",
    ]
    """HubSpot's API creates `calculation_equation` only; properties with the other calculations can be adopted."""
    group_name: str
    description: NotRequired[str | None]
    options: NotRequired[list[Option] | None]
    """The whole list, in order: an option that is left out is removed [O]."""
    display_order: NotRequired[int | None]
    """Position in the group; -1 is after those with a position."""
    hidden: NotRequired[bool | None]
    form_field: NotRequired[bool | None]
    has_unique_value: NotRequired[bool | None]
    calculation_formula: NotRequired[str | None]
    """Makes the property a calculation; it can use only properties of the same object [O]."""
    external_options: NotRequired[bool | None]
    referenced_object_type: NotRequired[str | None]
    """`OWNER` with `external_options: true` and no options makes an owner picker [O]. HubSpot's own have others
    [T].
    """
    number_display_hint: NotRequired[
        Literal["currency", "duration", "formatted", "percentage", "probability", "unformatted"] | None
    ]
    text_display_hint: NotRequired[
        Literal[
            "domain_name",
            "email",
            "ip_address",
            "multi_line",
            "phone_number",
            "physical_address",
            "postal_code",
            "unformatted_single_line",
        ]
        | None
    ]
    show_currency_symbol: NotRequired[bool | None]
    currency_property_name: NotRequired[str | None]
    data_sensitivity: NotRequired[Literal["non_sensitive", "sensitive", "highly_sensitive"] | None]
    """Immutable [S]; Enterprise only, and must be enabled in the portal [D][O]."""

class PropertyGroupInputs(Inputs):
    """A group under which HubSpot shows properties of an object."""

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    name: str
    label: str
    display_order: NotRequired[int | None]
    """Position among the groups; -1 is after the groups with a position. Absent: not managed."""

class PropertyOptionsInputs(Inputs):
    """Some options of an enumeration property that this stack does not own. Options that are not listed stay."""

    object: str
    """`contacts`, `companies`, `deals`, `tickets` or `leads`."""
    name: str
    """The internal name of the property."""
    options: list[Option]
    """The managed options, in order; unmanaged ones keep their positions between them."""
    deactivate: NotRequired[list[str] | None]
    """Values of unmanaged options to hide: records keep them, but users can no longer choose them."""

class PropertyValidationInputs(Inputs):
    """A rule that new values of a property must satisfy. A property has at most one rule of each type."""

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    property: str
    """The internal name of the property."""
    rule_type: Literal[
        "ALPHANUMERIC",
        "FORMAT",
        "SPECIAL_CHARACTERS",
        "REGEX",
        "MIN_LENGTH",
        "MAX_LENGTH",
        "WHITESPACE",
        "URL",
        "EMAIL",
        "DOMAIN",
        "URL_ALLOWED_DOMAINS",
        "URL_BLOCKED_DOMAINS",
        "EMAIL_ALLOWED_DOMAINS",
        "EMAIL_BLOCKED_DOMAINS",
        "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
        "MIN_NUMBER",
        "MAX_NUMBER",
        "DECIMAL",
        "START_DATE",
        "END_DATE",
        "START_DATETIME",
        "END_DATETIME",
        "BEFORE_DURATION",
        "AFTER_DURATION",
        "BEFORE_DATETIME_DURATION",
        "AFTER_DATETIME_DURATION",
        "DAYS_OF_WEEK",
    ]
    arguments: NotRequired[list[str]]
    """Strings, also for numbers and for times (milliseconds since 1970). Each rule type checks its own."""
    should_apply_normalization: NotRequired[bool | None]
    """Whether HubSpot rewrites a value to satisfy the rule where it can. Absent: not managed."""

class Schedule(TypedDict):
    """When the workflow looks for records: every day, or on the days that one of the other keys names."""

    at: str
    """In the time zone of the account."""
    weekdays: NotRequired[
        list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]] | None
    ]
    month_days: NotRequired[list[int] | None]
    relative: NotRequired[Literal["FIRST_MONDAY_OF_MONTH", "LAST_DAY_OF_MONTH"] | None]
    yearly: NotRequired[str | None]
    """`december 31`."""
    date_property: NotRequired[str | None]
    days_after: NotRequired[int | None]
    """Days after the date of `date_property`; negative before it [?: the sign is not documented]."""
    every_year: NotRequired[bool | None]

class Enroll(TypedDict):
    """Exactly one of `when`, `events` and `manual`. Records that were in it before come again only with
    `re_enroll`.
    """

    when: NotRequired[str | None]
    events: NotRequired[list[str] | None]
    """Records for which one of these happens: `has completed event form_submission where (…)`, `email changed`,
    `amount changed and now > 100`, or `in list "Hot leads"` when they enter the segment.
    """
    only_if: NotRequired[str | None]
    """With `events`: records that pass this too."""
    manual: NotRequired[Literal[True] | None]
    re_enroll: NotRequired[bool]
    re_enroll_on: NotRequired[list[str] | None]
    """With `when`: what enrolls again, such as `dealstage changed and now is any of [contractsent]`; the filters
    of `when` themselves when it is absent.
    """
    leave_when_not_met: NotRequired[bool | None]
    """With `when`: records that no longer pass leave the workflow."""
    schedule: NotRequired[Schedule | None]

class Owner(TypedDict):
    """A person, by e-mail."""

    owner: str

class SetProperty(TypedDict):
    """Sets a property: `to` a value, `to_now` to the moment of the step, `to_later` to a moment that lies ahead."""

    property: str
    to: NotRequired[str | int | float | bool | Owner | None]
    to_now: NotRequired[Literal[True] | None]
    to_later: NotRequired[str | None]
    on: NotRequired[str | None]
    """An object such as `companies`: the records of it that are associated with the record; absent: the record."""

class CopyProperty(TypedDict):
    """Sets a property to what another property of the record holds, or one of a fetched object."""

    source: NotRequired[str | None]
    fetched: NotRequired[str | None]
    """`company.domain`: a name of `fetched_objects` and a property."""
    to: str
    on: NotRequired[str | None]
    """As for `set`."""

class Increment(TypedDict):
    """Adds to a number."""

    property: str
    by: NotRequired[int | float]

class RotateOwner(TypedDict):
    """The next of the people becomes owner; HubSpot promises equal counts, not an order [T]."""

    users: NotRequired[list[str] | None]
    """By e-mail."""
    teams: NotRequired[list[str] | None]
    property: NotRequired[str]
    overwrite: NotRequired[bool]

class OwnerIn(TypedDict):
    """The person in an owner property of the record."""

    property: str

class CreateTask(TypedDict):
    """A task on the record, for `owner`."""

    subject: str
    body: NotRequired[str | None]
    """HTML."""
    type: NotRequired[Literal["TODO", "CALL", "EMAIL"]]
    priority: NotRequired[Literal["NONE", "LOW", "MEDIUM", "HIGH"]]
    due: NotRequired[str | None]
    owner: NotRequired[str | OwnerIn | None]
    """By e-mail, `the owner of the record`, or `{property: csm_owner}`."""
    associate: NotRequired[list[str] | None]
    """`record` and objects such as `companies`, for those of the record; absent: the record."""

class PropertyOfRecord(TypedDict):
    """What a property of the record in the workflow holds."""

    source: str

class FetchedProperty(TypedDict):
    """What a property of a fetched object holds, such as `company.domain`."""

    fetched: str

class Now(TypedDict):
    """The moment of the step."""

    now: Literal[True]

class Later(TypedDict):
    """A moment that lies ahead."""

    later: str

class CreateRecord(TypedDict):
    """A record, associated with the one in the workflow where HubSpot has an association between the two."""

    object: str
    properties: dict[str, str | int | float | bool | Owner | PropertyOfRecord | FetchedProperty | Now | Later]
    """Values, or `{from: amount}`, `{fetched: company.domain}`, `{now: true}`, `{later: 30 days}`."""
    associate: NotRequired[list[str] | None]
    """`record` and objects such as `companies`, for those of the record; absent: the record."""

class Notify(TypedDict):
    """An internal e-mail to users and teams, and to the people in owner properties of the record."""

    subject: str
    body: str
    users: NotRequired[list[str] | None]
    teams: NotRequired[list[str] | None]
    owners: NotRequired[list[str] | None]
    """Names of owner properties."""

class Secret(TypedDict):
    """A value that stands nowhere but in the environment, or in stack config as `hubspot:NAME`."""

    secret: str

class Webhook(TypedDict):
    """A call to another system. What is a secret in it, the address for one, is written `{secret: NAME}`."""

    url: str | Secret
    method: NotRequired[Literal["GET", "POST"]]
    query: NotRequired[list[dict[str, Any]] | None]
    """HubSpot's JSON (`queryParams`)."""
    auth: NotRequired[dict[str, Any] | None]
    """HubSpot's JSON (`authSettings`); it may name secrets that HubSpot keeps."""

class CustomCode(TypedDict):
    """Code of your own, which HubSpot runs. `secrets` are names of secrets that HubSpot keeps: `[NAME]`, or
    `[{secret: NAME}]`. Their values are set there, no API takes them [S].
    """

    runtime: str
    code: str
    secrets: NotRequired[list[str | Secret] | None]
    inputs: NotRequired[list[dict[str, Any]] | None]
    """HubSpot's JSON (`inputFields`)."""
    outputs: NotRequired[list[dict[str, Any]] | None]
    """HubSpot's JSON (`outputFields`)."""

class FilterCase(TypedDict):
    """A way out of a branch, for records that pass a filter."""

    name: str
    when: str
    steps: NotRequired[list[Step]]

class Otherwise(TypedDict):
    """The way of all other records."""

    name: NotRequired[str | None]
    steps: NotRequired[list[Step]]

class FilterBranch(TypedDict):
    """The first case whose filter a record passes."""

    cases: list[FilterCase]
    otherwise: NotRequired[Otherwise | None]

class ValueCase(TypedDict):
    """A way out of a branch, for records with this value."""

    value: str
    steps: NotRequired[list[Step]]

class ValueBranch(TypedDict):
    """The case of the value that a property holds. Without cases it only leads on to `otherwise`."""

    property: NotRequired[str | None]
    cases: list[ValueCase]
    otherwise: NotRequired[Otherwise | None]

class RawAction(TypedDict):
    """Any action by its type id, with HubSpot's own fields."""

    id: str
    version: NotRequired[int]
    fields: NotRequired[dict[str, Any]]

class Step(TypedDict):
    """One step: exactly one of these keys, and a `label` when a `go_to` leads here."""

    label: NotRequired[str | None]
    delay: NotRequired[str | None]
    set: NotRequired[SetProperty | None]
    copy_: NotRequired[CopyProperty | None]
    clear: NotRequired[str | None]
    """The property that loses its value."""
    increment: NotRequired[Increment | None]
    rotate_owner: NotRequired[RotateOwner | None]
    create_task: NotRequired[CreateTask | None]
    create_record: NotRequired[CreateRecord | None]
    notify: NotRequired[Notify | None]
    webhook: NotRequired[Webhook | None]
    custom_code: NotRequired[CustomCode | None]
    branch: NotRequired[FilterBranch | None]
    branch_on: NotRequired[ValueBranch | None]
    go_to: NotRequired[str | None]
    """The label of the step that comes next."""
    action: NotRequired[RawAction | None]

class Suppress(TypedDict):
    """Records that never enroll: members of segments (contacts), or records that match a filter (other objects)."""

    lists: NotRequired[list[str] | None]
    """By name."""
    when: NotRequired[str | None]

class FetchedObject(TypedDict):
    """The associated record that comes first. HubSpot cannot change it later [S]."""

    object: str
    sort_by: NotRequired[str]
    order: NotRequired[Literal["DESC", "ASC"]]
    type: NotRequired[int | None]
    """The id of an association type; absent: HubSpot's unlabeled one."""
    own: NotRequired[bool]
    """`type` is a label of your own."""

class WorkflowInputs(Inputs):
    """A workflow, in words (`enroll`, `steps`, `goal`, `suppress`) or in HubSpot's JSON (`actions`, criteria, …)."""

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or a custom object's type id."""
    name: str
    description: NotRequired[str | None]
    enroll: NotRequired[Enroll | None]
    steps: NotRequired[list[Step] | None]
    goal: NotRequired[str | None]
    """Contacts only: a contact that matches it has reached the goal and leaves the workflow."""
    suppress: NotRequired[Suppress | None]
    fetched_objects: NotRequired[dict[str, FetchedObject] | None]
    """Associated records that steps read from, by name: `copy: {fetched: company.domain, to: website}`."""
    actions: NotRequired[list[dict[str, Any]] | None]
    start_action_id: NotRequired[str | None]
    """Absent: the first action."""
    enrollment_criteria: NotRequired[dict[str, Any] | None]
    """What `enroll` says, in HubSpot's JSON. Criteria on a dataset (`type: DATASET`) have no words: no page of
    HubSpot describes their parts, so they are kept as they are, and whom they would enroll is not counted.
    """
    enrollment_schedule: NotRequired[dict[str, Any] | None]
    suppression_list_ids: NotRequired[list[Any] | None]
    """Contacts only: segments whose members never enroll."""
    suppression_filter_branch: NotRequired[dict[str, Any] | None]
    """Objects other than contacts."""
    goal_filter_branch: NotRequired[dict[str, Any] | None]
    un_enrollment_setting: NotRequired[dict[str, Any] | None]
    event_anchor: NotRequired[dict[str, Any] | None]
    can_enroll_from_salesforce: NotRequired[bool | None]
    blocked_dates: NotRequired[list[dict[str, Any]] | None]
    time_windows: NotRequired[list[dict[str, Any]] | None]
    custom_properties: NotRequired[dict[str, str] | None]
    data_sources: NotRequired[list[dict[str, Any]] | None]
    """What `fetched_objects` says, in HubSpot's JSON. Immutable."""

class WorkflowActivationInputs(Inputs):
    """Enables the workflow of that object and name; removing this resource disables it."""

    object: str
    name: str
    """The name of the workflow, as in its `Workflow` resource."""
