"""The questions about Salesforce that no source settles; every module holds those of one area."""

from __future__ import annotations
