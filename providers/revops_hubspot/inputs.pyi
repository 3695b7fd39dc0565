"""Inputs of HubSpot's kinds as documents. Written by script/docs; edits here are lost."""

# ruff: noqa: I001
from typing import Any, Literal, NotRequired, TypedDict

from revops_hubspot import (
    Labels as Labels,
    Option as Option,
    SchemaProperty as SchemaProperty,
    LifecycleStage as LifecycleStage,
    PipelineStage as PipelineStage,
    Approval as Approval,
    StagePermission as StagePermission,
    Schedule as Schedule,
    Enroll as Enroll,
    Owner as Owner,
    SetProperty as SetProperty,
    CopyProperty as CopyProperty,
    Increment as Increment,
    RotateOwner as RotateOwner,
    OwnerIn as OwnerIn,
    CreateTask as CreateTask,
    PropertyOfRecord as PropertyOfRecord,
    FetchedProperty as FetchedProperty,
    Now as Now,
    Later as Later,
    CreateRecord as CreateRecord,
    Notify as Notify,
    Secret as Secret,
    Webhook as Webhook,
    CustomCode as CustomCode,
    FilterCase as FilterCase,
    Otherwise as Otherwise,
    FilterBranch as FilterBranch,
    ValueCase as ValueCase,
    ValueBranch as ValueBranch,
    RawAction as RawAction,
    Step as Step,
    Suppress as Suppress,
    FetchedObject as FetchedObject,
)

class AssociationLabelInputs(TypedDict):
    """A label on associations between records of two objects, in both directions."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
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

class CustomObjectSchemaInputs(TypedDict):
    """A custom object (Enterprise only). Other resources refer to it by `name`, as in `object: machine`."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
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

class LifecycleStagesInputs(TypedDict):
    """The lifecycle stages that a portal must have, in order. Stages that are not listed stay."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: Literal["contacts", "companies"]
    stages: list[LifecycleStage]
    write_undocumented: NotRequired[bool]

class ListInputs(TypedDict):
    """A segment, which HubSpot's API calls a list. Its name is unique in the portal and can change."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or a custom object's type id."""
    name: str
    processing_type: NotRequired[Literal["DYNAMIC", "MANUAL", "SNAPSHOT"]]
    filter: NotRequired[str | None]
    """Which records are members: `lifecyclestage is any of [lead] and fit_score >= 40`."""
    filter_branch: NotRequired[dict[str, Any] | None]
    """HubSpot's own filter tree: an OR branch of AND branches of filters."""

class PipelineInputs(TypedDict):
    """A pipeline. One that this stack created is managed as a whole; in a default pipeline, or one adopted with
    `adopt: true`, stages that are not listed stay.
    """

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`deals`, `tickets`, `leads`, another object with pipelines, or the name of a custom object."""
    name: str
    """The pipeline id in HubSpot; immutable."""
    label: str
    stages: list[PipelineStage]
    display_order: NotRequired[int | None]
    deactivate: NotRequired[list[str] | None]
    """Ids of unmanaged stages to remove from a shared pipeline."""

class PipelineRulesInputs(TypedDict):
    """What a pipeline allows (Professional and higher). A rule that is absent is not managed; `[]` turns it off."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
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

class PipelineStagePermissionsInputs(TypedDict):
    """Stages whose records only some users can edit (Professional and higher). Other stages keep their
    permissions.
    """

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`deals`, `tickets`, `leads` or the name of a custom object."""
    pipeline: str
    """The id of the pipeline."""
    stages: list[StagePermission]

class PropertyInputs(TypedDict):
    """A property of an object. An input that is absent is not managed."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
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

class PropertyGroupInputs(TypedDict):
    """A group under which HubSpot shows properties of an object."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    name: str
    label: str
    display_order: NotRequired[int | None]
    """Position among the groups; -1 is after the groups with a position. Absent: not managed."""

class PropertyOptionsInputs(TypedDict):
    """Some options of an enumeration property that this stack does not own. Options that are not listed stay."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    """`contacts`, `companies`, `deals`, `tickets` or `leads`."""
    name: str
    """The internal name of the property."""
    options: list[Option]
    """The managed options, in order; unmanaged ones keep their positions between them."""
    deactivate: NotRequired[list[str] | None]
    """Values of unmanaged options to hide: records keep them, but users can no longer choose them."""

class PropertyValidationInputs(TypedDict):
    """A rule that new values of a property must satisfy. A property has at most one rule of each type."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
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

class WorkflowInputs(TypedDict):
    """A workflow, in words (`enroll`, `steps`, `goal`, `suppress`) or in HubSpot's JSON (`actions`, criteria, …)."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
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

class WorkflowActivationInputs(TypedDict):
    """Enables the workflow of that object and name; removing this resource disables it."""

    adopt: NotRequired[bool]
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""
    object: str
    name: str
    """The name of the workflow, as in its `Workflow` resource."""
