"""The routes of pipelines and stages."""

from __future__ import annotations

from typing import Any

from crm_simulators.hubspot.errors import JsonObject, unknown_object_type
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.pipelines.pipelines import Pipelines
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.scopes import SCHEMA_READ, SCHEMA_WRITE


class PipelineRoutes:
    """Reads and writes of pipelines and stages."""

    def __init__(self, pipelines: Pipelines) -> None:
        self.pipelines = pipelines

    def list_all(self, call: Call) -> Reply:
        """Every pipeline with its stages, without paging."""
        live = self.pipelines.of(_object(call).id).values()
        return Reply(200, {"results": sorted(live, key=lambda p: (p["displayOrder"], p["label"]))})

    def create(self, call: Call) -> Reply:
        """201."""
        body = call.body()
        return Reply(201, _echo_stages(self.pipelines.create(_object(call), body), body))

    def read(self, call: Call) -> Reply:
        """200, or the 404 page."""
        return Reply(200, self.pipelines.find(_object(call).id, call.path["pipeline"]))

    def update(self, call: Call) -> Reply:
        """200."""
        return Reply(200, self.pipelines.update(_object(call), call.path["pipeline"], call.body()))

    def replace(self, call: Call) -> Reply:
        """200."""
        body = call.body()
        made = self.pipelines.replace(_object(call), call.path["pipeline"], body, _validates(call))
        return Reply(200, _echo_stages(made, body))

    def delete(self, call: Call) -> Reply:
        """204."""
        self.pipelines.delete(_object(call), call.path["pipeline"], _validates(call))
        return Reply(204)

    def list_stages(self, call: Call) -> Reply:
        """The stages of a pipeline, in order."""
        return Reply(200, {"results": self.pipelines.find(_object(call).id, call.path["pipeline"])["stages"]})

    def create_stage(self, call: Call) -> Reply:
        """201."""
        body = call.body()
        return Reply(201, _echo(self.pipelines.create_stage(_object(call), call.path["pipeline"], body), body))

    def read_stage(self, call: Call) -> Reply:
        """200."""
        return Reply(200, self.pipelines.find_stage(_object(call).id, *_stage(call)))

    def update_stage(self, call: Call) -> Reply:
        """200, for PATCH and PUT."""
        body = call.body()
        return Reply(
            200, _echo(self.pipelines.update_stage(_object(call), *_stage(call), body, call.method == "PUT"), body)
        )

    def delete_stage(self, call: Call) -> Reply:
        """204 for anything that is not in use."""
        self.pipelines.delete_stage(_object(call), *_stage(call), _validates(call))
        return Reply(204)

    def audit(self, call: Call) -> Reply:
        """Changes, newest first."""
        self.pipelines.find(_object(call).id, call.path["pipeline"])
        identifier = call.path.get("stage", call.path["pipeline"])
        results: list[Any] = self.pipelines.audit(identifier)
        return Reply(200, {"results": results})

    def routes(self) -> list[Route]:
        """The routes of this area."""
        root = "/crm/v3/pipelines/{objectType}"
        one, stages = f"{root}/{{pipeline}}", f"{root}/{{pipeline}}/stages"
        stage = f"{stages}/{{stage}}"
        read, write = SCHEMA_READ, SCHEMA_WRITE
        return [
            Route("GET", root, self.list_all, read),
            Route("POST", root, self.create, write),
            Route("GET", one, self.read, read),
            Route("PATCH", one, self.update, write),
            Route("PUT", one, self.replace, write),
            Route("DELETE", one, self.delete, write),
            Route("GET", f"{one}/audit", self.audit, read),
            Route("GET", stages, self.list_stages, read),
            Route("POST", stages, self.create_stage, write),
            Route("GET", stage, self.read_stage, read),
            Route("PATCH", stage, self.update_stage, write),
            Route("PUT", stage, self.update_stage, write),
            Route("DELETE", stage, self.delete_stage, write),
            Route("GET", f"{stage}/audit", self.audit, read),
        ]


def _echo(stored: JsonObject, sent: JsonObject) -> JsonObject:
    """What a write answers: the request merged over what is stored, so only a read tells what that is [O]."""
    message = {name: sent[name] for name in ("label", "displayOrder") if sent.get(name) is not None}
    metadata = {name: _as_text(value) for name, value in (sent.get("metadata") or {}).items()}
    return {**stored, **message, "metadata": {**stored["metadata"], **metadata}}


def _echo_stages(stored: JsonObject, sent: JsonObject) -> JsonObject:
    by_label = {stage["label"]: stage for stage in sent["stages"]}
    return {**stored, "stages": [_echo(stage, by_label[stage["label"]]) for stage in stored["stages"]]}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _object(call: Call) -> ObjectType:
    found = call.object_type()
    if found.plural == "tasks":
        raise unknown_object_type(call.path["objectType"])
    return found


def _stage(call: Call) -> tuple[str, str]:
    return call.path["pipeline"], call.path["stage"]


def _validates(call: Call) -> bool:
    """v3 checks references only when asked to; from 2026-09 the check is always on [D], and false has no effect [O]."""
    asked = call.flag("validateReferencesBeforeDelete") or call.flag("validateDealStageUsagesBeforeDelete")
    return call.version == "2026-09" or asked
