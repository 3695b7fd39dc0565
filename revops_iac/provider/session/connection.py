"""The way to one account: its client, the proof that it is the account of stack config, and whether it may write."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic

from revops_iac.errors import AuthorError, SessionError, UnboundStack
from revops_iac.provider.live_object import C
from revops_iac.provider.session.account import Crm, Identity

BINDING_WAIT_S = 10.0
"""How long a read waits for that of the account resource, which Pulumi starts first."""


class WrongAccount(SessionError):
    """The credentials belong to another account than the stack."""


class Connection(Generic[C]):
    """One per account and process, for all threads. Makes no call before it is asked to."""

    def __init__(self, system: Crm, config: Callable[[str], Any]) -> None:
        self.system = system
        self._config = config
        self._lock = threading.RLock()
        self._client: C | None = None
        self._identity: Identity | SessionError | None = None
        self._bound_id = ""
        self._binding = threading.Event()

    @property
    def _configured_id(self) -> str:
        return self._bound_id or str(self._config(self.system.account.id_key) or "")

    def bind(self, account_id: str) -> None:
        """Takes the account that the state belongs to, as a refresh finds it there, instead of the configured one.

        During a refresh Pulumi passes the config of the last run, even when that run was refused for its account id.
        """
        with self._lock:
            if account_id and account_id != self._configured_id:
                self._bound_id = account_id
                if isinstance(self._identity, WrongAccount):
                    self._identity = None
        self._binding.set()

    def wait_for_binding(self) -> None:
        """Where the account is not the configured one: waits until the account resource was read, which may `bind`.

        Raises SessionError as `open` does, and returns when the account is not the wrong one.
        """
        try:
            self.open()
        except WrongAccount:
            self._binding.wait(BINDING_WAIT_S)

    @property
    def expected_id(self) -> str:
        """The account's id in stack config, in canonical form. Raises UnboundStack."""
        account = self.system.account
        if not self._configured_id:
            raise UnboundStack(
                f"{self.system.label}: stack config has no {account.id_key}",
                f"pulumi config set {account.id_key} ID, so that no run can touch another account",
            )
        try:
            return account.parse_id(self._configured_id)
        except AuthorError as error:
            raise UnboundStack(error.diagnostic) from None

    @property
    def store_id(self) -> str:
        """The id of the account under which its writes are stored; empty while stack config has none."""
        try:
            return self.expected_id
        except UnboundStack:
            return ""

    @property
    def client(self) -> C:
        """The vendor client, made on first use; it refuses writes until `allow_writes`. Raises SessionError."""
        with self._lock:
            if self._client is None:
                self._client = self.system.account.connect(self._config)
                self._client.writes_allowed = False
            return self._client

    def allow_writes(self) -> None:
        """Lets the client write, from the first create, update or delete on: no preview ever gets here."""
        self.client.writes_allowed = True

    def open(self) -> Identity:
        """Proves once that the account answers and is the one of stack config. Raises SessionError each time."""
        identity = self._identity or self._identified()
        if isinstance(identity, SessionError):
            raise identity
        return identity

    def _identified(self) -> Identity | SessionError:
        with self._lock:
            if self._identity is None:
                try:
                    self._identity = self._identify()
                except SessionError as error:
                    self._identity = error
            return self._identity

    def whom(self) -> str:
        """The account in a few words: its id and what it says of itself. Raises SessionError."""
        identity = self.open()
        return f"{self.system.account.id_name} {identity.id}, {identity.label}".rstrip(", ")

    def end(self, error: SessionError) -> None:
        """From now on `open` raises this: what stopped one call stops them all, so none is tried in vain."""
        with self._lock:
            self._identity = error

    def _identify(self) -> Identity:
        account, expected = self.system.account, self.expected_id
        identity = account.identify(self.client)
        if expected != identity.id:
            named = self._configured_id
            raise WrongAccount(
                f'{self.system.label}: the credentials belong to {account.id_name} "{identity.id}", '
                f'stack config says "{named}"; nothing was read or changed',
                f"use the credentials of {named}, or pulumi config set {account.id_key} {identity.id}",
            )
        return identity
