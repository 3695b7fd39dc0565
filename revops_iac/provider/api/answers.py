"""What a vendor answers, read so that an answer that is not as its API describes ends in one sentence.

A server may send anything: a page instead of JSON, half a body, a list, a gigabyte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from revops_iac.errors import AccountError

MOST_BYTES = 64 * 1024 * 1024
"""The largest answers known are lists of some thousand properties: about 20 MB."""
MOST_LEVELS = 100
"""The deepest answers known are filters of workflows: about 30 levels."""
MOST_PAGES = 2_000
CHUNK_BYTES = 64 * 1024
MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading an answer raises that has another form than the vendor's API describes."""


class UnreadableAnswer(AccountError):
    """What came is not what the API describes: `call` is the system with its method and path."""

    def __init__(self, call: str, instead: str) -> None:
        super().__init__(f"{call}: {instead}", "run again; if it happens again, ask whoever runs that server")


class Answer(dict[str, Any]):
    """An object of an answer; a key that is not there is an `UnreadableAnswer`, not a KeyError."""

    call = ""

    def __missing__(self, key: str) -> NoReturn:
        raise UnreadableAnswer(self.call, f'the answer has no "{key}"')


@contextmanager
def as_described(call: str) -> Iterator[None]:
    """Turns what reading a malformed answer raises into one sentence. Raises UnreadableAnswer."""
    try:
        yield
    except MALFORMED as error:
        instead = f"the answer is not as the API describes it ({type(error).__name__}: {error})"
        raise UnreadableAnswer(call, instead) from error


def answer_of(body: bytes, call: str) -> Answer:
    """The JSON object of a body. Raises UnreadableAnswer."""
    instead = ""
    try:
        value = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        instead = "the answer is not UTF-8"
    except json.JSONDecodeError as error:
        instead = _no_json(body, error)
    except RecursionError:
        instead = f"the answer has more than {MOST_LEVELS} levels"
    except ValueError:  # Python reads no integer of more than 4,300 digits
        instead = "the answer holds a number that is too long"
    else:
        return described(value, call)
    raise UnreadableAnswer(call, instead)


def described(value: Any, call: str) -> Answer:
    """Parsed JSON as an `Answer`, with everything in it. Raises UnreadableAnswer unless it is an object."""
    if not isinstance(value, dict):
        raise UnreadableAnswer(call, f"the answer is {_kind_of(value)} instead of an object")
    whole = _described(value, call, 1)
    assert isinstance(whole, Answer)
    return whole


def _described(value: dict[str, Any] | list[Any], call: str, level: int) -> Any:
    if level > MOST_LEVELS:
        raise UnreadableAnswer(call, f"the answer has more than {MOST_LEVELS} levels")
    if isinstance(value, dict):
        answer = Answer(value)
        for key, part in value.items():
            if isinstance(part, dict | list):
                answer[key] = _described(part, call, level + 1)
        answer.call = call
        return answer
    return [_described(part, call, level + 1) if isinstance(part, dict | list) else part for part in value]


def _no_json(body: bytes, error: json.JSONDecodeError) -> str:
    begins = body.lstrip()[:1]
    if not begins:
        return "the answer is empty"
    if begins == b"<":
        return "the answer is a page instead of JSON"
    if begins in (b"{", b"["):
        return f"the answer is cut or no JSON at character {error.pos:,}"
    return "the answer is no JSON"


def _kind_of(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
