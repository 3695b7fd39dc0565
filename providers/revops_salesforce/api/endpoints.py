"""Salesforce's part of the API coverage table: the calls of the kinds, by metadata type, Tooling object or resource."""

from __future__ import annotations

import re

from revops_iac.provider.api.calls import Api

QUERY = re.compile(r"GET (query|queryAll) \w+")
RECORDS = re.compile(r"(\w+) sobjects/\w+")


def general(operation: str) -> str:
    """The row of the table: records of every object are one resource, Tooling objects and metadata types are not.

    >>> general("GET query User"), general("DELETE sobjects/PermissionSetAssignment/{id}")
    ('GET query {sObject}', 'DELETE sobjects/{sObject}/{id}')
    >>> general("readMetadata CustomField")
    'readMetadata CustomField'
    """
    if QUERY.fullmatch(operation):
        return re.sub(r"\w+$", "{sObject}", operation)
    return RECORDS.sub(r"\1 sobjects/{sObject}", operation)


API = Api("revops_salesforce", general=general)
