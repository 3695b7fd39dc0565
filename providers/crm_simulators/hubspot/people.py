"""Owners, users and teams: one person is a user with a user id and an owner with another id."""

from __future__ import annotations

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body, fields
from crm_simulators.hubspot.http.calls import Call
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.defaults import new_user
from crm_simulators.hubspot.portal.portal import Portal

OWNER_SCOPES = ("crm.objects.owners.read", "automation")
USER_READ = ("settings.users.read", "crm.objects.users.read")
USER_WRITE = ("settings.users.write", "crm.objects.users.write")
USER_FIELDS = fields("PublicUserUpdate")
USERS = "/settings/v3/users"
ROLES = {"100001": "Super Admin", "100002": "Sales", "100003": "Marketing"}


class People:
    """The users of the portal, each an owner too, with their teams and roles."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    @property
    def users(self) -> dict[str, JsonObject]:
        """Users by user id."""
        return self.portal.area("users")

    @property
    def teams(self) -> dict[str, JsonObject]:
        """Teams by id."""
        return self.portal.area("teams")

    def add_team(self, name: str) -> JsonObject:
        """Add a team; HubSpot creates teams in settings, not by API [S]."""
        team_id = self.portal.next_id("team", 5001)
        self.teams[team_id] = {"id": team_id, "name": name}
        return self.teams[team_id]

    def add_user(self, body: JsonObject) -> JsonObject:
        """Add a user with its owner. One who was removed comes back under the same ids: a login has one id in all
        accounts [K], and whoever was removed is no user of the account [D: knowledge, deactivate-hubspot-users]."""
        for team_id in [body.get("primaryTeamId"), *body.get("secondaryTeamIds", [])]:
            if team_id is not None and team_id not in self.teams:
                raise validation_error(f"Team {team_id} does not exist")
        before = next((user for user in self.users.values() if user["email"].lower() == body["email"].lower()), None)
        if before is not None and not before["archived"]:
            raise HubSpotError(409, f"User with email {body['email']} already exists", "CONFLICT")
        user_id = before["id"] if before else self.portal.next_id("user", 61000002)
        owner_id = before["ownerId"] if before else self.portal.next_id("owner", 70200002)
        chosen = ("firstName", "lastName", "roleId", "primaryTeamId", "secondaryTeamIds")
        more = {name: body[name] for name in chosen if name in body}
        self.users[user_id] = new_user(user_id, owner_id, body["email"], self.portal.now(), **more)
        return self.users[user_id]

    def owner(self, user: JsonObject) -> JsonObject:
        """The owner of a user; an archived one has no active user id."""
        primary, others = user["primaryTeamId"], user["secondaryTeamIds"]
        owner: JsonObject = {
            "id": user["ownerId"],
            "email": user["email"],
            "type": "PERSON",
            "firstName": user["firstName"],
            "lastName": user["lastName"],
            "userId": int(user["id"]),
            "userIdIncludingInactive": int(user["id"]),
            "createdAt": user["createdAt"],
            "updatedAt": user["updatedAt"],
            "archived": user["archived"],
            "teams": [
                {"id": team_id, "name": self.teams[team_id]["name"], "primary": team_id == primary}
                for team_id in [primary, *others]
                if team_id in self.teams
            ],
        }
        if user["archived"]:
            del owner["userId"]
        return owner

    def owner_ids(self) -> set[str]:
        """The ids that an owner property accepts."""
        return {user["ownerId"] for user in self.users.values()}

    def _active(self) -> list[JsonObject]:
        return [user for user in self.users.values() if not user["archived"]]

    @route("GET", "/crm/v3/owners", OWNER_SCOPES)
    def list_owners(self, call: Call, archived: bool, email: str | None) -> JsonObject:
        """Active or archived owners, all or of one e-mail address."""
        owners = [
            self.owner(user)
            for user in self.users.values()
            if user["archived"] == archived and (email is None or user["email"].lower() == email.lower())
        ]
        return page(call, owners, 100, 500)

    @route("GET", "/crm/v3/owners/{owner}", OWNER_SCOPES)
    def read_owner(self, owner: str, id_property: str | None, archived: bool) -> JsonObject:
        """An owner by owner id or user id."""
        key = id_property or "id"
        if key not in ("id", "userId"):
            raise errors.unparsable_query("idProperty")
        if not owner.isdigit():
            raise errors.unparsable_path("ownerId")
        for user in self.users.values():
            if user["ownerId" if key == "id" else "id"] == owner and user["archived"] == archived:
                return self.owner(user)
        raise not_found(f"Owner {owner} does not exist")

    @route("GET", USERS, USER_READ)
    def list_users(self, call: Call) -> JsonObject:
        """Users, in pages."""
        return page(call, [_shown(user) for user in self._active()], 100, 100)

    @route("POST", USERS, USER_WRITE, status=201)
    def create_user(self, body: JsonObject) -> JsonObject:
        """Add a user."""
        check_body("UserProvisionRequest", body, {"email": "text", "sendWelcomeEmail": "flag"}, USER_FIELDS)
        return _shown(self.add_user(body))

    @route("GET", f"{USERS}/{{user}}", USER_READ)
    def read_user(self, user: str, id_property: str | None) -> JsonObject:
        """One user."""
        return _shown(self._user(user, id_property))

    @route("PUT", f"{USERS}/{{user}}", USER_WRITE)
    def replace_user(self, user: str, id_property: str | None, body: JsonObject) -> JsonObject:
        """PUT: every field is optional; the e-mail address cannot change [S]."""
        found = self._user(user, id_property)
        check_body("PublicUserUpdate", body, {}, USER_FIELDS)
        found.update({key: value for key, value in body.items() if key in found and value is not None})
        found["updatedAt"] = self.portal.now()
        return _shown(found)

    @route("DELETE", f"{USERS}/{{user}}", USER_WRITE)
    def delete_user(self, user: str, id_property: str | None) -> None:
        """204; the owner is kept, archived."""
        self._user(user, id_property)["archived"] = True

    @route("GET", f"{USERS}/teams", ("settings.users.teams.read",))
    def list_teams(self) -> list[JsonObject]:
        """Teams with their members."""
        return [
            {
                **team,
                "userIds": [u["id"] for u in self._active() if u["primaryTeamId"] == team["id"]],
                "secondaryUserIds": [u["id"] for u in self._active() if team["id"] in u["secondaryTeamIds"]],
            }
            for team in self.teams.values()
        ]

    @route("GET", f"{USERS}/roles", USER_READ)
    def list_roles(self) -> list[JsonObject]:
        """Roles, read only."""
        return [{"id": key, "name": name, "requiresBillingWrite": False} for key, name in ROLES.items()]

    def _user(self, desired: str, id_property: str | None) -> JsonObject:
        key = id_property or "USER_ID"
        if key not in ("USER_ID", "EMAIL"):
            raise errors.unparsable_query("idProperty")
        field = "id" if key == "USER_ID" else "email"
        for user in self._active():
            if user[field].lower() == desired.lower():
                return user
        raise not_found(f"User {desired} does not exist")


def _shown(user: JsonObject) -> JsonObject:
    keys = ("id", "email", "firstName", "lastName", "primaryTeamId", "secondaryTeamIds", "superAdmin", "roleId")
    shown = {key: user[key] for key in keys if user[key] is not None}
    return {**shown, "roleIds": [user["roleId"]] if user["roleId"] else []}
