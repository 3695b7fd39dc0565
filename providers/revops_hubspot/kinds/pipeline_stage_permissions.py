"""Who can edit records in a stage: https://developers.hubspot.com/docs/api-reference/crm-pipelines-rules-2026-09/guide"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.directory import key_of
from revops_hubspot.api.documents import by_identity, merged
from revops_hubspot.api.errors import Json
from revops_hubspot.pipelines.checks import unknown_stages
from revops_hubspot.pipelines.kind import PipelinePart
from revops_hubspot.pipelines.people import ids_of, names_of
from revops_iac.diagnostics import Diagnostics
from revops_iac.provider.changes.container import Entry, EntryContainer
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import (
    Definition,
    DesiredResource,
    Existence,
    Inputs,
    LiveObject,
    Lookup,
)


class StagePermission(Part):
    """Who can edit records in one stage."""

    stage: str
    mode: Literal["OPEN", "RESTRICTED"]
    users: list[str] | None = None
    """E-mail addresses. Absent: not managed; none where nobody set any."""
    teams: list[str] | None = None
    super_admin: bool | None = None
    """Whether super admins can always edit. Absent: not managed; true where nobody set it."""

    @model_validator(mode="after")
    def _open_has_no_users(self) -> Self:
        if self.mode == "OPEN" and (self.users or self.teams):
            raise ValueError(f'stage "{self.stage}": mode OPEN allows every user, so users and teams must be empty')
        return self


class PipelineStagePermissionsInputs(Inputs):
    """Stages whose records only some users can edit (Professional and higher). Other stages keep their permissions.

    Example::

        object: deals
        pipeline: new_business
        stages:
          - {stage: new_business_closed_won, mode: RESTRICTED, super_admin: true}

    Later::

        stages:
          - {stage: new_business_closed_won, mode: RESTRICTED, super_admin: false}
          - {stage: new_business_closed_lost, mode: RESTRICTED}
    """

    object: str
    """`deals`, `tickets`, `leads` or the name of a custom object."""
    pipeline: str
    """The id of the pipeline."""
    stages: list[StagePermission] = Field(min_length=1)

    @model_validator(mode="after")
    def _stages_once(self) -> Self:
        named = [one.stage for one in self.stages]
        if len(set(named)) < len(named):
            raise ValueError(f'stages: "{max(named, key=named.count)}" is used twice')
        return self


class PipelineStagePermissions(
    EntryContainer[HubSpotClient, PipelineStagePermissionsInputs], PipelinePart[PipelineStagePermissionsInputs]
):
    """Key: object and pipeline. Managed per stage: a PUT replaces all, so unmanaged stages are sent along."""

    scopes = ("crm.pipelines.stage_permissions.read", "crm.pipelines.stage_permissions.write")
    existence = Existence.PERMANENT
    path = "/{object}/{pipeline}/stage-edit-permissions"
    noun = "stage permission set"
    on_delete = "The original permissions of the listed stages are restored; without any, the stages open to all users."
    entries = "stages"
    entry_name = "stage"

    def normalize(self, definition: Definition) -> Definition:
        stages = sorted(map(_canonical, definition.get("stages") or ()), key=lambda one: str(one["stage"]))
        return {**definition, "stages": stages}

    def lookups(self, inputs: PipelineStagePermissionsInputs) -> Iterable[Lookup]:
        for stage in inputs.stages:
            yield from (Lookup("user", name) for name in stage.users or ())
            yield from (Lookup("team", name) for name in stage.teams or ())

    def describe_entry(self, entry: Entry) -> str:
        return f"{entry['stage']}: {entry['mode']}"

    def is_inactive(self, entry: Entry) -> bool:
        """An open stage conflicts with nothing."""
        return bool(entry["mode"] == "OPEN")

    def retired(self, session: PortalSession, live: LiveObject, entry: Entry) -> Entry:
        return {**OPEN, "stage": entry["stage"]}

    def observe(self, client: HubSpotClient, name: str, answer: Json) -> LiveObject:
        """The permissions of all stages of the pipeline `object.id` as HubSpot returns them, people by name."""
        object_, pipeline = name.split(".", 1)
        stages = [
            {
                "stage": one["pipelineStageId"],
                "mode": one["permissionMode"],
                "users": names_of(client, "user", one.get("userIds") or ()),
                "teams": names_of(client, "team", one.get("teamIds") or ()),
                "super_admin": bool(one.get("superAdmin", True)),
            }
            for one in answer["stages"]
        ]
        return LiveObject(name, name, {"object": object_, "pipeline": pipeline, "stages": stages}, document=answer)

    def create(self, session: PortalSession, inputs: PipelineStagePermissionsInputs) -> LiveObject:
        """The pipeline was created in this run, after the read; all its stages are open."""
        return self._put(session, self.vendor_name(inputs), inputs.stages, [])

    def update(self, session: PortalSession, live: LiveObject, inputs: PipelineStagePermissionsInputs) -> LiveObject:
        return self._put(session, live.name, inputs.stages, live.document["stages"])

    def write_entries(self, session: PortalSession, live: LiveObject, entries: Sequence[Entry]) -> LiveObject:
        stages = self.parse({"stages": list(entries)}).stages
        return self._put(session, live.name, stages, live.document["stages"])

    def _put(
        self, session: PortalSession, name: str, stages: Iterable[StagePermission], live: Sequence[Json]
    ) -> LiveObject:
        """Stages that are not among `stages` go back as they were read."""
        there = by_identity(live, "pipelineStageId")
        mine = {one.stage: stage_request(session, one, there.get(one.stage, {})) for one in stages}
        return self.put(session, name, {"stages": list({**there, **mine}.values())})

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        return unknown_stages(session, desired, [one.stage for one in self.typed(desired).stages])


OPEN: Entry = {"mode": "OPEN", "users": [], "teams": [], "super_admin": True}


def _canonical(stage: Entry) -> Definition:
    users = sorted(key_of("user", name) for name in stage.get("users") or ())
    canonical = {**OPEN, **stage, "users": users, "teams": sorted(stage.get("teams") or ())}
    return {**canonical, "super_admin": True} if canonical["mode"] == "OPEN" else canonical


def stage_request(session: PortalSession, permission: StagePermission, live: Json) -> Json:
    """Who can edit in a stage, by id, inside the `live` permission.

    Raises AuthorError for a user or team that does not exist in the account.
    """
    there = {"userIds": [], "teamIds": [], "superAdmin": True, **live}
    declared: Json = {"pipelineStageId": permission.stage, "permissionMode": permission.mode}
    if permission.mode == "OPEN":
        return merged(there, {**declared, "userIds": [], "teamIds": []})
    if permission.users is not None:
        declared["userIds"] = ids_of(session, "user", permission.users)
    if permission.teams is not None:
        declared["teamIds"] = ids_of(session, "team", permission.teams)
    if permission.super_admin is not None:
        declared["superAdmin"] = permission.super_admin
    return merged(there, declared)
