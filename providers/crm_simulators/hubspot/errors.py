"""HubSpot's error bodies: https://developers.hubspot.com/docs/api-reference/error-handling.

On the wire a body also carries `status` and a `correlationId` [D]. Messages without a tag are our own:
HubSpot's wording for that case is not known.
"""

from __future__ import annotations

import uuid
from typing import Any

JsonObject = dict[str, Any]

INVALID_AUTHENTICATION_MESSAGE = (
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at "
    "https://developers.hubspot.com/docs/methods/auth/oauth-overview"
)  # [T, two independent]


class HubSpotError(Exception):
    """An error response with a JSON body."""

    def __init__(
        self,
        status: int,
        message: str,
        category: str | None = None,
        sub_category: str | None = None,
        errors: list[Any] | None = None,
        context: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.sub_category = sub_category
        self.errors = errors
        self.context = context

    def body(self) -> JsonObject:
        """The JSON body; only status, message and correlationId are always present."""
        document: JsonObject = {"status": "error", "message": self.message, "correlationId": str(uuid.uuid4())}
        for key, value in (
            ("category", self.category),
            ("subCategory", self.sub_category),
            ("context", self.context),
            ("errors", self.errors),
        ):
            if value is not None:
                document[key] = value
        return document


class WebServerNotFound(Exception):
    """An unknown route or method: the web server's HTML page, not JSON [T, live probe]."""

    def __init__(self, status: int = 404) -> None:
        super().__init__(str(status))
        self.status = status

    def page(self) -> str:
        """The HTML page."""
        title = "404 Not Found" if self.status == 404 else "405 Method Not Allowed"
        return (
            f'<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n<title>Error '
            f"{title}</title>\n</head>\n<body><h2>HTTP ERROR {title}</h2></body>\n</html>\n"
        )


def validation_error(
    message: str,
    sub_category: str | None = None,
    errors: list[Any] | None = None,
    context: dict[str, list[str]] | None = None,
) -> HubSpotError:
    """400 VALIDATION_ERROR [S][O]."""
    return HubSpotError(400, message, "VALIDATION_ERROR", sub_category, errors, context)


def not_found(message: str) -> HubSpotError:
    """404 OBJECT_NOT_FOUND [O]."""
    return HubSpotError(404, message, "OBJECT_NOT_FOUND")


def unparsable_path(name: str) -> HubSpotError:
    """400 for a path value of the wrong form; without category [T, live probe]."""
    return HubSpotError(400, f"Unable to parse value for path parameter: {name}")


def unparsable_query(name: str) -> HubSpotError:
    """400 for a query value of the wrong form; without category [T, live probe]."""
    return HubSpotError(400, f"Unable to parse value for query parameter: {name}")


def missing_query(name: str) -> HubSpotError:
    """400 for a missing query parameter; its errors are plain strings [T, live probe]."""
    return HubSpotError(400, "validation error", errors=[f"query param {name} may not be null"])


def invalid_json(line: int, column: int, problem: str) -> HubSpotError:
    """400 for a body that does not parse [T, live probe]."""
    return HubSpotError(400, f"Invalid input JSON on line {line}, column {column}: {problem}")


def missing_attributes(model: str, names: list[str]) -> HubSpotError:
    """400 for a body that lacks required attributes [T, live probe]."""
    return HubSpotError(400, f"Cannot build {model}, some of required attributes are not set [{', '.join(names)}]")


def unknown_object_type(name: str) -> HubSpotError:
    """400 for an object type that the portal does not have [O]."""
    return HubSpotError(400, f"Unable to infer object type from: {name}", "VALIDATION_ERROR")


def invalid_authentication() -> HubSpotError:
    """401 for a missing or wrong token [T, two independent]."""
    return HubSpotError(401, INVALID_AUTHENTICATION_MESSAGE, "INVALID_AUTHENTICATION")


def expired_authentication() -> HubSpotError:
    """401 for an expired OAuth token [?]."""
    return HubSpotError(401, "The OAuth token used to make this call expired.", "EXPIRED_AUTHENTICATION")


def missing_scopes(scopes: list[str]) -> HubSpotError:
    """403 that lists the scopes, one of which is required [T 71335689279]."""
    text = "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: "
    return HubSpotError(
        403,
        f"{text}https://developers.hubspot.com/scopes.",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": scopes},
            }
        ],
    )


def rate_limit_body(policy: str) -> JsonObject:
    """The 429 body, by policy: DAILY [D], TEN_SECONDLY_ROLLING [T], SECONDLY (search) [T, live probe]."""
    message = {
        "DAILY": "You have reached your daily limit.",
        "TEN_SECONDLY_ROLLING": "You have reached your ten_secondly_rolling limit.",
        "SECONDLY": "You have reached your secondly limit.",
    }[policy]
    return {
        "status": "error",
        "message": message,
        "errorType": "RATE_LIMIT",
        "correlationId": str(uuid.uuid4()),
        "policyName": policy,
        "requestId": str(uuid.uuid4()),
    }
