"""Seeding the portal through the control plane: what each key of the seed document adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from crm_simulators.control import ControlProblem
from crm_simulators.hubspot.errors import HubSpotError, JsonObject
from crm_simulators.hubspot.flows.flows import Flows
from crm_simulators.hubspot.http.limits import TIERS
from crm_simulators.hubspot.lists.lists import Lists
from crm_simulators.hubspot.people import People
from crm_simulators.hubspot.pipelines.pipelines import Pipelines
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Happening, Portal
from crm_simulators.hubspot.portal.scopes import ALL_SCOPES
from crm_simulators.hubspot.properties.properties import Properties
from crm_simulators.hubspot.properties.values import read_moment
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records
from crm_simulators.hubspot.records.schemas import Schemas


def seed_account(portal: Portal, values: JsonObject) -> JsonObject:
    """Change fields of the account (`accountType`, `timeZone`, `tier`, …)."""
    account = portal.state["account"]
    _only(values, "account", tuple(account))
    if values.get("tier", "free") not in TIERS:
        raise ControlProblem(f'account: "tier" was "{values["tier"]}"; allowed: {", ".join(TIERS)}')
    if "timeZone" in values and values["timeZone"] not in available_timezones():
        raise ControlProblem(f'account: "timeZone" was "{values["timeZone"]}"; allowed: names like Europe/Berlin')
    account.update(values)
    return dict(account)


def seed_tokens(portal: Portal, tokens: list[JsonObject]) -> list[JsonObject]:
    """Add tokens: `{token, scopes (default: all), without (scopes taken away), expired, name}`."""
    for values in tokens:
        _only(values, "tokens", ("token", "scopes", "without", "expired", "name"))
        made = len(portal.state["tokens"])
        scopes = set(values.get("scopes", ALL_SCOPES)) - set(values.get("without", ()))
        portal.state["tokens"][values["token"]] = {
            "name": values.get("name", f"app-{made}"),
            "userId": 61000001,
            "appId": 3100001 + made,
            "scopes": sorted(scopes),
            "expired": bool(values.get("expired", False)),
        }
    return tokens


def seed_teams(portal: Portal, teams: list[JsonObject]) -> list[JsonObject]:
    """Add teams: `{name}`."""
    made = []
    for values in teams:
        _only(values, "teams", ("name",))
        made.append(dict(People(portal).add_team(values["name"])))
    return made


def seed_forms(portal: Portal, forms: list[JsonObject]) -> list[JsonObject]:
    """Add forms as HubSpot answers them: `{id, name, …}`."""
    for values in forms:
        if not values.get("id"):
            raise ControlProblem('forms: "id" is missing')
        portal.area("forms")[str(values["id"])] = {"archived": False, **values}
    return forms


def seed_users(portal: Portal, users: list[JsonObject]) -> list[JsonObject]:
    """Add users, each an owner too: `{email, firstName, lastName, team, secondaryTeams}`, teams by name."""
    people = People(portal)
    made = []
    for values in users:
        _only(values, "users", ("email", "firstName", "lastName", "team", "secondaryTeams"))
        ids = {team["name"]: key for key, team in people.teams.items()}
        desired = [values["team"]] if "team" in values else []
        for name in [*desired, *values.get("secondaryTeams", [])]:
            if name not in ids:
                raise ControlProblem(f'users: unknown team "{name}"; allowed: {", ".join(ids)}')
        body: JsonObject = {key: values[key] for key in ("email", "firstName", "lastName") if key in values}
        if desired:
            body["primaryTeamId"] = ids[desired[0]]
        body["secondaryTeamIds"] = [ids[name] for name in values.get("secondaryTeams", [])]
        made.append(dict(people.add_user(body)))
    return made


def seed_schemas(portal: Portal, schemas: list[JsonObject]) -> list[str]:
    """Add custom objects, bodies of creates; returns their type ids."""
    live = Schemas(Properties(portal))
    return [str(live.create(body)["objectTypeId"]) for body in schemas]


def seed_groups(portal: Portal, groups: dict[str, list[JsonObject]]) -> int:
    """Add property groups, `{objectType: [body of a create]}`; returns how many."""
    return _each(portal, groups, Properties(portal).create_group)


def seed_properties(portal: Portal, properties: dict[str, list[JsonObject]]) -> int:
    """Add properties, `{objectType: [body of a create]}`, those with `hubspotDefined: true` as they are; returns how
    many."""
    areas, scopes = Properties(portal), frozenset(ALL_SCOPES)

    def add(object_type: ObjectType, body: JsonObject) -> object:
        if body.get("hubspotDefined"):
            return areas.add_defined(object_type.id, body)
        return areas.create(object_type, body, scopes)

    return _each(portal, properties, add)


def seed_pipelines(portal: Portal, pipelines: dict[str, list[JsonObject]]) -> int:
    """Add pipelines, `{objectType: [body of a create]}`; returns how many."""
    return _each(portal, pipelines, Pipelines(portal).create)


def seed_lists(portal: Portal, lists: list[JsonObject]) -> list[str]:
    """Add lists, bodies of creates; returns their ids."""
    return [str(_lists(portal).create(body)["listId"]) for body in lists]


def seed_flows(portal: Portal, flows: list[JsonObject]) -> list[str]:
    """Add flows, bodies of creates; returns their ids."""
    live = Flows(portal, _lists(portal).filters)
    return [str(live.create(body)["id"]) for body in flows]


def _lists(portal: Portal) -> Lists:
    return Lists(portal, Records(portal, Properties(portal), People(portal)), Associations(portal))


def _each(
    portal: Portal, bodies: dict[str, list[JsonObject]], create: Callable[[ObjectType, JsonObject], object]
) -> int:
    pairs = [(portal.object_type(name), body) for name, desired in bodies.items() for body in desired]
    for object_type, body in pairs:
        create(object_type, body)
    return len(pairs)


def seed_records(portal: Portal, records: dict[str, list[JsonObject]]) -> dict[str, list[str]]:
    """Add records, `{objectType: [properties]}`; a `createdate` moves the creation back. Returns their ids."""
    properties = Properties(portal)
    live = Records(portal, properties, People(portal))
    made: dict[str, list[str]] = {}
    for name, desired in records.items():
        made[name] = [_seed_record(live, portal.object_type(name), values) for values in desired]
    return made


def _seed_record(records: Records, object_type: ObjectType, values: JsonObject) -> str:
    created, portal = values.get("createdate"), records.portal
    if created is not None:
        portal.at = read_moment({"type": "datetime"}, str(created))  # it has stood in its stage since then
    try:
        record = records.create(object_type, {key: value for key, value in values.items() if key != "createdate"})
    finally:
        portal.at = None
    return str(record["id"])


def seed_edits(portal: Portal, edits: list[JsonObject]) -> int:
    """Change records as people do in the app: `{objectType, id, properties, email}`; returns how many."""
    live = Records(portal, Properties(portal), People(portal))
    for values in edits:
        _only(values, "edits", ("objectType", "id", "properties", "email"))
        object_type = portal.object_type(values["objectType"])
        user = next((key for key, one in live.people.users.items() if one["email"] == values["email"]), None)
        if user is None:
            raise ControlProblem(f'edits: there is no user "{values["email"]}"')
        source = {"sourceType": "CRM_UI", "sourceId": f"userId:{user}", "updatedByUserId": int(user)}  # [D]
        with portal.changed_by(source):
            live.update(object_type, live.find(object_type, values["id"], None, False), values["properties"])
    return len(edits)


def seed_events(portal: Portal, events: list[JsonObject]) -> int:
    """Add past events: `{objectType, id, eventTypeId, properties}`. They enroll no records."""
    for values in events:
        _only(values, "events", ("objectType", "id", "eventTypeId", "properties"))
        object_type = portal.object_type(values["objectType"]).id
        event = {"eventTypeId": values["eventTypeId"], "properties": values.get("properties", {}), "at": portal.now()}
        portal.area("events", object_type).setdefault(values["id"], []).append(event)
        portal.announce(Happening("touched", object_type, values["id"]))
    return len(events)


def seed_audit_log(portal: Portal, entries: list[JsonObject]) -> int:
    """Add entries of the audit log: `{category, subCategory, action, targetObjectId, occurredAt, email}`."""
    log = portal.state.setdefault("audit_log", [])
    for values in entries:
        _only(values, "audit_log", ("category", "subCategory", "action", "targetObjectId", "occurredAt", "email"))
        email = str(values.get("email", ""))
        users = [key for key, user in People(portal).users.items() if user["email"] == email]
        actor = {"userId": int(users[0]) if users else 0, "userEmail": email}
        kept = {key: value for key, value in values.items() if key != "email"}
        log.append({"id": portal.next_id("audit"), "occurredAt": portal.now(), **kept, "actingUser": actor})
    return len(entries)


SEEDERS: dict[str, Callable[[Portal, Any], Any]] = {
    "account": seed_account,
    "tokens": seed_tokens,
    "teams": seed_teams,
    "users": seed_users,
    "forms": seed_forms,
    "schemas": seed_schemas,
    "groups": seed_groups,
    "properties": seed_properties,
    "pipelines": seed_pipelines,
    "lists": seed_lists,
    "records": seed_records,
    "edits": seed_edits,
    "events": seed_events,
    "flows": seed_flows,
    "audit_log": seed_audit_log,
}


def seed_portal(portal: Portal, document: JsonObject) -> JsonObject:
    """Apply the document in the order of `SEEDERS`: all of it, or nothing when a part is refused."""
    _only(document, "seed", tuple(SEEDERS))
    before, made = portal.dump(), {}
    for key, seeder in SEEDERS.items():
        if key not in document:
            continue
        try:
            made[key] = seeder(portal, document[key])
        except HubSpotError as problem:
            portal.load(before)
            raise ControlProblem(f"{key}: {problem.message}") from problem
        except ControlProblem:
            portal.load(before)
            raise
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as problem:
            portal.load(before)
            raise ControlProblem(f"{key}: a value is missing or of a wrong type ({problem})") from problem
    return made


def _only(values: JsonObject, place: str, allowed: tuple[str, ...]) -> None:
    unknown = sorted(set(values) - set(allowed))
    if unknown:
        raise ControlProblem(f'{place}: unknown key "{unknown[0]}"; allowed: {", ".join(allowed)}')
