"""All refusals of the simulated portal: a case for each that a write can get, a reason for each that it cannot."""

from __future__ import annotations

from collections.abc import Mapping

from tests.providers.revops_hubspot.preflight_errors.filter_cases import FILTERS, LISTS
from tests.providers.revops_hubspot.preflight_errors.pipeline_cases import PIPELINE_RULES, PIPELINES
from tests.providers.revops_hubspot.preflight_errors.property_cases import PROPERTIES, VALIDATIONS
from tests.providers.revops_hubspot.preflight_errors.schema_cases import LABELS, SCHEMAS
from tests.providers.revops_hubspot.preflight_errors.workflow_cases import FLOWS

CASES = [*PROPERTIES, *VALIDATIONS, *PIPELINES, *PIPELINE_RULES, *FILTERS, *LISTS, *FLOWS, *LABELS, *SCHEMAS]

READS = "the answer to a read, or to a change of something that is gone"
REMOVALS = "the answer to a removal, which counts what is at stake and keeps what is in use"
FORM = "about the form of a request, which the kinds build and nobody writes"
NO_SUCH_CALL = "the answer to a call that no kind makes"
UNMODELED = "HubSpot has it, the simulator does not: a portal may accept it"
UNTOLD = "no read tells whether the portal has the feature switched on"
NOT_OURS: Mapping[str, str] = {
    "records.association_labels: Association type {} does not exist": READS,
    "records.association_labels: Association type {} has {} limit": FORM,
    "records.association_labels: Association type {} {} does not exist": FORM,
    "filters.rules: {} of the offset must be a whole number of at most {}": FORM,
    "filters.rules: branches in an ASSOCIATION branch are not supported": UNMODELED,
    "filters.rules: event type {} is not known": UNMODELED,
    'filters.rules: filterType "{}" is not supported': UNMODELED,
    'filters.rules: operationType "{}" is not supported': UNMODELED,
    'filters.rules: timeType "{}" is not supported': UNMODELED,
    "flows.actions: actionTypeId {} is not known": UNMODELED,
    "flows.flows: Flow {} does not exist": READS,
    "flows.flows: Flow {} is at revision {}, not {}": "the kind reads the flow before it writes, and stops itself",
    "flows.flows: Invalid flow: a {} cannot have objectTypeId {}": FORM,
    "flows.flows: Invalid flow: flowType must be WORKFLOW or ACTION_SET": FORM,
    "flows.flows: Invalid flow: the simulator does not run {}, so it is not enabled": UNMODELED,
    "flows.flows: Invalid flow: the type of flow {} is {}": FORM,
    "flows.flows: Invalid flow: {} cannot be changed": FORM,
    "flows.flows: invalid_json": FORM,
    "flows.flows: missing_attributes": FORM,
    "lists.lists: Folder does not exist with ID {}.": "no list names a folder",
    "lists.lists: List does not exist with ID {}.": READS,
    "lists.lists: List does not exist with name {} and object type ID {}.": READS,
    "lists.lists: List {} is used by {}": REMOVALS,
    "lists.lists: count was {}; it must be from 0 to {}": READS,
    "lists.lists: missing_query": FORM,
    "lists.lists: unparsable_path": FORM,
    "pipelines.rules: There are no rules for pipeline {}": READS,
    "pipelines.pipelines: unknown_object_type": NO_SUCH_CALL,
    "pipelines.pipelines: A pipeline cannot be archived by an update; delete it instead": FORM,
    "pipelines.pipelines: Pipeline stage {} does not exist": READS,
    "pipelines.pipelines: The last pipeline of an object cannot be deleted": REMOVALS,
    "pipelines.pipelines: WebServerNotFound": READS,
    'properties.properties: Property "{}" cannot be deleted because it is in use: {}': REMOVALS,
    'properties.properties: Property "{}" is defined by HubSpot and cannot be deleted': REMOVALS,
    'properties.properties: Property group "{}" cannot be deleted because it has active properties': REMOVALS,
    "properties.properties: Property group {} does not exist": READS,
    "properties.properties: The portal is not enabled for sensitive data": UNTOLD,
    "properties.properties: missing_attributes": FORM,
    "properties.properties: unparsable_query": READS,
    "properties.definitions: dataSensitivity must be one of {}": FORM,
    "properties.validations: Property {} has no rule of type {}": READS,
    "records.schemas: Object type {} cannot be deleted because it has records": REMOVALS,
    "records.schemas: Only an archived object type can be purged": NO_SUCH_CALL,
    "records.schemas: Unable to find schema for object type {}": READS,
    "records.schemas: {} is associated with {} already": "the kind associates only what is not associated yet",
}
"""Refusals that no create or update of a resource gets, with the reason."""
