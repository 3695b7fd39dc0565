"""Owners, users and teams: one person is a user with a user id and an owner with another id."""

from __future__ import annotations

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.portal import Portal

OWNER_SCOPES = ("crm.objects.owners.read", "automation")
USER_READ = ("settings.users.read", "crm.objects.users.read")
USER_WRITE = ("settings.users.write", "crm.objects.users.write")
USER_FIELDS = {
    "roleId": "text",
    "primaryTeamId": "text",
    "secondaryTeamIds": "list",
    "firstName": "text",
    "lastName": "text",
    "sendWelcomeEmail": "flag",
    "seatNames": "list",
}
ROLES = {"100001": "Super Admin", "100002": "Sales", "100003": "Marketing"}


class People:
    """The users of the portal; each is an owner too."""

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
        """Add a user with its owner."""
        for team_id in [body.get("primaryTeamId"), *body.get("secondaryTeamIds", [])]:
            if team_id is not None and team_id not in self.teams:
                raise validation_error(f"Team {team_id} does not exist")
        if any(user["email"].lower() == body["email"].lower() for user in self.users.values()):
            raise HubSpotError(409, f"User with email {body['email']} already exists", "CONFLICT")
        user_id = self.portal.next_id("user", 61000002)
        now = self.portal.now()
        self.users[user_id] = {
            "id": user_id,
            "email": body["email"],
            "firstName": body.get("firstName", ""),
            "lastName": body.get("lastName", ""),
            "roleId": body.get("roleId"),
            "primaryTeamId": body.get("primaryTeamId"),
            "secondaryTeamIds": body.get("secondaryTeamIds", []),
            "superAdmin": False,
            "ownerId": self.portal.next_id("owner", 70200002),
            "createdAt": now,
            "updatedAt": now,
            "archived": False,
        }
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


class PeopleRoutes:
    """The routes of owners, users, teams and roles."""

    def __init__(self, people: People) -> None:
        self.people = people

    def list_owners(self, call: Call) -> Reply:
        """Active or archived owners, all or of one e-mail address."""
        archived, email = call.flag("archived"), call.text("email")
        owners = [
            self.people.owner(user)
            for user in self.people.users.values()
            if user["archived"] == archived and (email is None or user["email"].lower() == email.lower())
        ]
        return Reply(200, page(call, owners, 100, 500))

    def read_owner(self, call: Call) -> Reply:
        """An owner by owner id or user id."""
        key, desired = call.text("idProperty") or "id", call.path["owner"]
        if key not in ("id", "userId"):
            raise errors.unparsable_query("idProperty")
        if not desired.isdigit():
            raise errors.unparsable_path("ownerId")
        for user in self.people.users.values():
            same = user["ownerId" if key == "id" else "id"] == desired
            if same and user["archived"] == call.flag("archived"):
                return Reply(200, self.people.owner(user))
        raise not_found(f"Owner {desired} does not exist")

    def list_users(self, call: Call) -> Reply:
        """Users, in pages."""
        users = [_shown(user) for user in self.people.users.values() if not user["archived"]]
        return Reply(200, page(call, users, 100, 100))

    def create_user(self, call: Call) -> Reply:
        """201."""
        body = call.body()
        check_body("UserProvisionRequest", body, {"email": "text", "sendWelcomeEmail": "flag"}, USER_FIELDS)
        return Reply(201, _shown(self.people.add_user(body)))

    def read_user(self, call: Call) -> Reply:
        """One user."""
        return Reply(200, _shown(self._user(call)))

    def replace_user(self, call: Call) -> Reply:
        """PUT: every field is optional; the e-mail address cannot change [S]."""
        user, body = self._user(call), call.body()
        check_body("PublicUserUpdate", body, {}, USER_FIELDS)
        user.update({key: value for key, value in body.items() if key in user and value is not None})
        user["updatedAt"] = self.people.portal.now()
        return Reply(200, _shown(user))

    def delete_user(self, call: Call) -> Reply:
        """204; the owner is kept, archived."""
        self._user(call)["archived"] = True
        return Reply(204)

    def list_teams(self, call: Call) -> Reply:
        """Teams with their members."""
        users = [user for user in self.people.users.values() if not user["archived"]]
        return Reply(
            200,
            {
                "results": [
                    {
                        **team,
                        "userIds": [u["id"] for u in users if u["primaryTeamId"] == team["id"]],
                        "secondaryUserIds": [u["id"] for u in users if team["id"] in u["secondaryTeamIds"]],
                    }
                    for team in self.people.teams.values()
                ]
            },
        )

    def list_roles(self, call: Call) -> Reply:
        """Roles, read only."""
        roles = [{"id": key, "name": name, "requiresBillingWrite": False} for key, name in ROLES.items()]
        return Reply(200, {"results": roles})

    def _user(self, call: Call) -> JsonObject:
        key, desired = call.text("idProperty") or "USER_ID", call.path["user"]
        if key not in ("USER_ID", "EMAIL"):
            raise errors.unparsable_query("idProperty")
        field = "id" if key == "USER_ID" else "email"
        for user in self.people.users.values():
            if user[field].lower() == desired.lower() and not user["archived"]:
                return user
        raise not_found(f"User {desired} does not exist")

    def routes(self) -> list[Route]:
        """The routes of this area."""
        users = "/settings/v3/users"
        return [
            Route("GET", "/crm/v3/owners", self.list_owners, OWNER_SCOPES),
            Route("GET", "/crm/v3/owners/{owner}", self.read_owner, OWNER_SCOPES),
            Route("GET", users, self.list_users, USER_READ),
            Route("POST", users, self.create_user, USER_WRITE),
            Route("GET", f"{users}/teams", self.list_teams, ("settings.users.teams.read",)),
            Route("GET", f"{users}/roles", self.list_roles, USER_READ),
            Route("GET", f"{users}/{{user}}", self.read_user, USER_READ),
            Route("PUT", f"{users}/{{user}}", self.replace_user, USER_WRITE),
            Route("DELETE", f"{users}/{{user}}", self.delete_user, USER_WRITE),
        ]


def _shown(user: JsonObject) -> JsonObject:
    keys = ("id", "email", "firstName", "lastName", "primaryTeamId", "secondaryTeamIds", "superAdmin", "roleId")
    shown = {key: user[key] for key in keys if user[key] is not None}
    return {**shown, "roleIds": [user["roleId"]] if user["roleId"] else []}
