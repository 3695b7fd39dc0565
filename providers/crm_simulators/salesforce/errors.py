"""The three shapes in which Salesforce reports an error: REST array, SOAP fault and per-component metadata error."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class RestError(Exception):
    """An error answered as the REST array ``[{"message", "errorCode", "fields"?}]`` [S]."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] | None = None

    def body(self) -> list[dict[str, object]]:
        entry: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = list(self.fields)
        return [entry]

    def result(self) -> dict[str, object]:
        """The error inside the result of one of several records."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}

    @property
    def errors(self) -> list[RestError]:
        """The error alone, as `SaveError` lists its own."""
        return [self]


@dataclass
class SaveError(Exception):
    """Every problem of one record."""

    errors: list[RestError]

    def body(self) -> list[dict[str, object]]:
        return [{"fields": [], **entry} for error in self.errors for entry in error.body()]


@dataclass
class SoapFault(Exception):
    """A SOAP fault, always with HTTP status 500 [I: forcedotcom/postman-salesforce-apis#56]."""

    code: str
    message: str


@dataclass
class MetadataError(Exception):
    """One entry of ``errors`` in a SaveResult, or the ``problem`` of a DeployMessage [W]."""

    status_code: str
    message: str
    fields: tuple[str, ...] = ()


def not_found() -> RestError:
    """The REST answer for an unknown path or id [D: api_rest errorcodes]."""
    return RestError(404, "NOT_FOUND", "The requested resource does not exist")


def already_converted() -> RestError:
    """The error for any change of a converted lead [I: simple-salesforce#341, gravityplus#342]."""
    return RestError(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ())


def no_such_component(type_name: str, full_name: str) -> MetadataError:
    """Update or delete of an unknown component; clients match ``no.*named.*found`` [S: salto client.ts]."""
    return MetadataError("INVALID_CROSS_REFERENCE_KEY", f"no {type_name} named {full_name} found")


def bad_reference(element: str, type_name: str, full_name: str) -> MetadataError:
    """A component that refers to a missing one [K: text]."""
    return MetadataError("INVALID_CROSS_REFERENCE_KEY", f"In field: {element} - no {type_name} named {full_name} found")


def missing(element: str) -> MetadataError:
    """A component that lacks what it needs."""
    return MetadataError("REQUIRED_FIELD_MISSING", f"Required field is missing: {element}", (element,))


def integrity(message: str, *fields: str) -> MetadataError:
    """A bad or missing attribute; ``fields`` is often empty [I: apex-mdapi#219]."""
    return MetadataError("FIELD_INTEGRITY_EXCEPTION", message, fields)


def not_modeled(what: str) -> MetadataError:
    """Refuse what the simulator does not model."""
    return MetadataError("FUNCTIONALITY_NOT_ENABLED", f"{what} is not enabled for this organization")
