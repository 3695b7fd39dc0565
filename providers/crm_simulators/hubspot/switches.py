"""Behaviours of HubSpot that are not verified, or on which the evidence conflicts: each can be switched."""

from __future__ import annotations

from crm_simulators.control import Switch

SWITCHES = (
    Switch(
        "hubspot.unknown_fields",
        "refuse",
        "[?]",
        "A body field that the specification does not have is refused with 400, or ignored.",
        ("refuse", "ignore"),
    ),
    Switch(
        "hubspot.rate_limits",
        "high",
        "[D/T]",
        "Limits as high as never met, or the limits of the account's tier, enforced with 429.",
        ("high", "tier"),
    ),
    Switch(
        "hubspot.stale_revision_status",
        409,
        "[?]",
        "The status for a PUT of a flow with a revisionId that is not the current one; HubSpot documents none.",
        (409, 400),
    ),
    Switch(
        "hubspot.unknown_action_types",
        "refuse",
        "[?]",
        "A flow action with an actionTypeId that is not in the catalogue is refused with 400, or accepted.",
        ("refuse", "accept"),
    ),
    Switch(
        "hubspot.short_flow_bodies",
        True,
        "[D][T]",
        "A flow may leave out the empty lists that the specification calls required.",
    ),
    Switch(
        "hubspot.lifecycle_pipeline_writes",
        False,
        "[T]",
        "The lifecycle pipelines of contacts and companies accept stage writes (undocumented).",
    ),
    Switch(
        "hubspot.lifecyclestage_options_writable",
        False,
        "[?]",
        "The options of lifecyclestage can be written through the properties API.",
    ),
    Switch(
        "hubspot.lifecyclestage_backwards",
        True,
        "[T]",
        "A record may move lifecyclestage backwards without clearing it first; the notes conflict.",
    ),
    Switch(
        "hubspot.deleted_list_holds_name",
        False,
        "[?]",
        "The name of a deleted list stays taken until the list is purged.",
    ),
    Switch(
        "hubspot.stage_in_use_status",
        400,
        "[O][D]",
        "The status for deleting a stage or pipeline that records use: 400 was observed, docs examples mention 404.",
        (400, 404),
    ),
    Switch(
        "hubspot.string_function_reads_enumeration",
        True,
        "[?]",
        "In a calculation formula, string(prop) reads an enumeration property; otherwise it is refused.",
    ),
    Switch(
        "hubspot.unknown_event_types",
        "refuse",
        "[?]",
        "An event filter with an eventTypeId that is not in the catalogue is refused with 400, or accepted.",
        ("refuse", "accept"),
    ),
    Switch(
        "hubspot.pipeline_without_rules",
        404,
        "[?]",
        "Reading the rules of a pipeline that has none: 404, or 200 with empty ones.",
        (404, 200),
    ),
    Switch(
        "hubspot.schema_read_lag",
        False,
        "[O]",
        "For a minute after a PATCH of a custom object schema, every other read of it alone shows it as it was.",
    ),
    Switch(
        "hubspot.schema_create_of_active_name",
        409,
        "[O]",
        "Creating a custom object whose exact name is active: refused with 409, or 201 with the existing schema.",
        (409, 201),
    ),
    Switch(
        "hubspot.property_validations_enforced",
        "2026-09",
        "[O]",
        "Property validation rules are enforced on record writes on paths of 2026-09, on all paths, or never.",
        ("2026-09", "always", "never"),
    ),
    Switch(
        "hubspot.calculated_bool_needs_options",
        False,
        "[?]",
        "A calculated bool needs the options true and false like any other bool.",
    ),
    Switch(
        "hubspot.formula_text_ignores_case",
        False,
        "[?]",
        "In a calculation formula, equals and contains on texts ignore case.",
    ),
    Switch(
        "hubspot.filter_text_ignores_case",
        True,
        "[?]",
        "Filters of lists and flows compare texts without regard to case.",
    ),
    Switch(
        "hubspot.search_negation_includes_empty",
        False,
        "[?]",
        "In a CRM search, NEQ, NOT_IN and NOT_CONTAINS_TOKEN find records without a value.",
    ),
    Switch(
        "hubspot.formula_missing_value",
        "empty",
        "[?]",
        "A formula over a property without value gives no value, or counts it as 0 or as an empty text.",
        ("empty", "zero"),
    ),
    Switch(
        "hubspot.flows_run",
        True,
        "[D: workflows run on writes, events and schedules; how is K]",
        "Enabled flows run; false keeps them only.",
    ),
    Switch(
        "hubspot.flows_enrol_existing",
        True,
        "[?]",
        "Enabling a flow through the API enrols the records that meet its criteria already.",
    ),
    Switch(
        "hubspot.active_records_reenroll",
        False,
        "[?]",
        "A record that is still in a flow can be enrolled in it once more.",
    ),
    Switch(
        "hubspot.unmodelled_flow_parts",
        "refuse",
        "[ours]",
        "Enabling a flow with a part that does not run here is refused with 400, or reported when its turn comes.",
        ("refuse", "report"),
    ),
)
