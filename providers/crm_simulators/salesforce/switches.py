"""Which reading of Salesforce's unverified behaviors is simulated, with defaults (reference: unverified behavior)."""

from __future__ import annotations

from crm_simulators.control import Switch

SWITCHES = (
    Switch(
        "salesforce.analytics_folder_sharing",
        False,
        "[D: Folder, FolderShare]",
        "Folder sharing is on: report and dashboard folders have shares of their own, and no access of all users.",
    ),
    Switch(
        "salesforce.newest_version",
        63,
        "[D: Metadata API Developer Guide; K: what an unknown element does]",
        "The newest API version that is served. The rules are those of 63.0; later ones take elements that it lacks.",
        (63, 64, 65, 66, 67),
    ),
    Switch(
        "salesforce.gvs_suffix_on_read",
        False,
        "[S: salto metadata_deploy]",
        "Global value sets come back with the suffix __gvs on their names.",
    ),
    Switch(
        "salesforce.name_reuse_after_soft_delete",
        True,
        "[D: managing_deleted_fields]",
        "A deleted custom field gives its name free; false reserves it for 15 days.",
    ),
    Switch(
        "salesforce.omitted_assignment_rules_are_deleted",
        False,
        "[K]",
        "Rules that a written AssignmentRules container leaves out are deleted.",
    ),
    Switch(
        "salesforce.permission_set_update",
        "replace",
        "[K]",
        "Updating a permission set replaces the sections it mentions, or merges into them.",
        ("replace", "merge"),
    ),
    Switch(
        "salesforce.matching_rule_polls",
        1,
        "[K: activation is asynchronous]",
        "How many reads see a matching rule Activating or Deactivating before it is done.",
        (0, 1, 2, 3, 5),
    ),
    Switch(
        "salesforce.duplicate_rules_close_gaps",
        False,
        "[?]",
        "When a duplicate rule is deleted, those after it move up; false leaves a gap that later saves must close.",
    ),
    Switch(
        "salesforce.picklist_values_encoded",
        True,
        "[K]",
        "Values of business processes and record types are read encoded as in an address, %2F for a slash.",
    ),
    Switch(
        "salesforce.update_resets_omitted",
        True,
        "[K]",
        "updateMetadata replaces the whole component; false keeps the attributes that the call leaves out.",
    ),
    Switch(
        "salesforce.flows_deploy_active",
        True,
        "[D: meta_visual_workflow]",
        "A flow deployed with status Active becomes active; false leaves it inactive, as production does by default.",
    ),
    Switch(
        "salesforce.scheduled_interviews_per_day",
        250_000,
        "[K: 250,000, or 200 per user license where that is more]",
        "How many interviews scheduled flows may start in a day; records beyond that are not looked at.",
        (0, 1, 10, 1000, 250_000),
    ),
    Switch(
        "salesforce.flows_run",
        True,
        "[D: flows run on saves and schedules; what they compute is K]",
        "Active flows run; false keeps them only.",
    ),
    Switch(
        "salesforce.packages_installed",
        True,
        "[D: a package's components carry its namespace; K: the rest]",
        "Names with a namespace are those of installed packages and are taken unchecked; false refuses them.",
    ),
    Switch(
        "salesforce.exponent_binds",
        "looser",
        "[S: formula-engine and formulon disagree]",
        "Whether ^ binds looser or tighter than * and / in formulas.",
        ("looser", "tighter"),
    ),
    Switch(
        "salesforce.deploy_polls",
        0,
        "[K]",
        "How many status checks a deployment stays unfinished for.",
        (0, 1, 2, 3, 5),
    ),
    Switch(
        "salesforce.auto_assign_without_header",
        False,
        "[D: headers_autoassign says the REST default is TRUE; the project's design says never without the header]",
        "Saves through REST without Sforce-Auto-Assign run the active assignment rule.",
    ),
)
