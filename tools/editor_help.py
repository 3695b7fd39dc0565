"""Opens model files in a real language server and says which keys have no hover help, and what it marks as wrong.

The server is yaml-language-server from npm, which editors run; it is no part of the suite. After
`npm install yaml-language-server` in some folder:

    python -m tools.editor_help FOLDER/node_modules/.bin/yaml-language-server stacks/model/*.yaml
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
Json = dict[str, Any]


class Server:
    """A language server on its standard input and output, in JSON-RPC 2.0."""

    def __init__(self, command: str, root: Path) -> None:
        self.process = subprocess.Popen([command, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.asked, self.marked = 0, dict[str, list[Json]]()
        self.ask("initialize", processId=None, rootUri=root.as_uri(), capabilities={})
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings=SETTINGS)

    def tell(self, method: str, **params: Any) -> None:
        """A notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """A request, and its result."""
        self.asked += 1
        self._send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self.asked and "method" not in message:
                return message.get("result")
            self._note(message)

    def marks(self, uri: str) -> list[Json]:
        """What the server marks in an open file, once it has looked at it."""
        while uri not in self.marked:
            self._note(self._receive())
        return self.marked[uri]

    def _note(self, message: Json) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self.marked[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            items = [SETTINGS.get(one.get("section", ""), {}) for one in message["params"]["items"]]
            self._send({"id": message["id"], "result": items})
        elif "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _receive(self) -> Json:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: Json = json.loads(self.process.stdout.read(length))
        return message


def keys(node: yaml.Node, path: str = "") -> Iterator[tuple[str, yaml.Mark]]:
    """Every key of a file with its path and place, but those of merges and of sections for anchors."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "<<" or key.value.startswith("x-"):
                continue
            here = f"{path}.{key.value}".lstrip(".")
            yield here, key.start_mark
            yield from keys(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from keys(item, f"{path}[]")


def hover(server: Server, uri: str, mark: yaml.Mark) -> str:
    """The text that an editor shows over a place; empty where there is none."""
    position = {"line": mark.line, "character": mark.column + 1}
    found = server.ask("textDocument/hover", textDocument={"uri": uri}, position=position)
    contents = (found or {}).get("contents") or ""
    return str(contents.get("value", "") if isinstance(contents, dict) else contents)


def main(arguments: list[str]) -> int:
    """Prints what is missing or marked; exits with 1 where anything is."""
    command, files = arguments[0], [Path(one).resolve() for one in arguments[1:]]
    server, failed = Server(command, files[0].parents[2]), 0
    for file in files:
        text, uri = file.read_text(encoding="utf-8"), file.as_uri()
        server.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text})
        marks = server.marks(uri)
        shown = {path: hover(server, uri, mark) for path, mark in keys(yaml.compose(text) or yaml.MappingNode("", []))}
        silent = [path for path, help_ in shown.items() if not help_]
        failed += len(marks) + len(silent)
        print(f"{file.name}: {len(shown)} keys, {len(silent)} without help, {len(marks)} marked")
        for mark in marks:
            print(f"    line {mark['range']['start']['line'] + 1}: {mark['message']}")
        print("".join(f"    {path}\n" for path in silent), end="")
        if shown:
            path, help_ = max(shown.items(), key=lambda one: len(one[1]))
            print(f"    {path}: {' '.join(help_.split())}")
    server.process.terminate()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
