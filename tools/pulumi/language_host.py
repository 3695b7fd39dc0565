"""The Python language host for a CLI that was built from its Go module, which brings none of its own.

The official release bundles `pulumi-language-python`; its source could not be had as a module, so this answers the same
protocol on the SDK's own messages: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Literal

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

VERSION = "0.1.0"
# The program exits with this code after it has told the user what is wrong, so that nothing more needs to be said [S].
EXIT_CODE_BAIL = 32
# Pulumi's own limit for one message [S].
MAX_MESSAGE_BYTES = 400 * 1024 * 1024
PARENT_POLL_S = 0.5

Output = tuple[Literal["stdout", "stderr"], bytes]


class VirtualEnvironmentMissing(Exception):
    """`virtualenv` in Pulumi.yaml or PulumiPolicy.yaml names a folder without a Python."""


def python_of(info: messages.ProgramInfo) -> str:
    """The Python that runs this program: of `virtualenv`, seen from the folder of its YAML file, else our own."""
    virtualenv = str(dict(info.options).get("virtualenv") or "")
    if not virtualenv:
        return sys.executable
    python = Path(info.root_directory, virtualenv, "bin", "python")
    if not python.exists():
        raise VirtualEnvironmentMissing(
            f'virtualenv "{virtualenv}": there is no Python at {python}\n    fix: run script/setup, it makes it'
        )
    return str(python)


def activated(environment: Mapping[str, str], python: str) -> dict[str, str]:
    """The environment as it is after `activate`: what the program starts finds the same Python."""
    bin_folder = str(Path(python).parent)
    result = {key: value for key, value in environment.items() if key != "PYTHONHOME"}
    result["VIRTUAL_ENV"] = str(Path(bin_folder).parent)
    result["PATH"] = os.pathsep.join(filter(None, [bin_folder, environment.get("PATH", "")]))
    return result


def program_command(request: messages.RunRequest, python: str, executor: Path) -> list[str]:
    """The command line of the SDK's own executor script for one run of a program."""
    return [
        python,
        "-u",
        str(executor),
        *("--monitor", request.monitor_address),
        *("--project", request.project),
        *("--root_directory", request.info.root_directory),
        *("--stack", request.stack),
        *("--pwd", request.pwd),
        *("--parallel", str(request.parallel)),
        *("--dry_run", "true" if request.dryRun else "false"),
        *("--organization", request.organization),
    ]


def program_environment(request: messages.RunRequest, python: str) -> dict[str, str]:
    """The environment that hands stack config to the program."""
    return activated(os.environ, python) | {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Starts Python programs and policy packs for the Pulumi engine at `engine_address`."""

    def __init__(self, engine_address: str, executor: Path) -> None:
        self.engine_address = engine_address
        self.executor = executor
        self._running: set[subprocess.Popen[bytes]] = set()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> messages.LanguageHandshakeResponse:
        self.engine_address = request.engine_address or self.engine_address
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> messages.GetRequiredPackagesResponse:
        return messages.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> messages.GetRequiredPluginsResponse:
        return messages.GetRequiredPluginsResponse()

    def About(self, request: messages.AboutRequest, context: grpc.ServicerContext) -> messages.AboutResponse:
        return messages.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(
        self, request: Any, context: grpc.ServicerContext
    ) -> messages.GetProgramDependenciesResponse:
        return messages.GetProgramDependenciesResponse()

    def InstallDependencies(
        self, request: Any, context: grpc.ServicerContext
    ) -> Iterator[messages.InstallDependenciesResponse]:
        yield messages.InstallDependenciesResponse(stdout=b"script/setup installs what uv.lock names.\n")

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self.stop_all()
        return empty_pb2.Empty()

    def Run(self, request: messages.RunRequest, context: grpc.ServicerContext) -> messages.RunResponse:
        """Run a program to its end; its output is ours, which the engine shows."""
        try:
            python = python_of(request.info)
        except VirtualEnvironmentMissing as missing:
            return messages.RunResponse(error=str(missing))
        command = program_command(request, python, self.executor)
        command += ["--engine", self.engine_address, request.info.program_directory, *request.args]
        child = self._start(context, command, request.pwd, program_environment(request, python))
        code = self._wait(child)
        if code == EXIT_CODE_BAIL:
            return messages.RunResponse(bail=True)
        return messages.RunResponse(error=f"Program exited with non-zero exit code: {code}" if code else "")

    def RunPlugin(
        self, request: messages.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        """Run a policy pack, handing its output on as it comes and its exit code last."""
        if request.kind != "analyzer":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f'plugin kind "{request.kind}" is not one of: analyzer')
        try:
            python = python_of(request.info)
        except VirtualEnvironmentMissing as missing:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(missing))
        command = [python, "-u", "-m", "pulumi.policy", *request.args, request.info.program_directory]
        environment = dict(entry.split("=", 1) for entry in request.env) or dict(os.environ)
        child = self._start(context, command, request.pwd, activated(environment, python), piped=True)
        for stream, chunk in outputs(child):
            if stream == "stdout":
                yield messages.RunPluginResponse(stdout=chunk)
            else:
                yield messages.RunPluginResponse(stderr=chunk)
        yield messages.RunPluginResponse(exitcode=self._wait(child))

    def stop_all(self) -> None:
        """End every program that is still running."""
        for child in tuple(self._running):
            child.terminate()

    def _start(
        self,
        context: grpc.ServicerContext,
        command: list[str],
        pwd: str,
        environment: Mapping[str, str],
        piped: bool = False,
    ) -> subprocess.Popen[bytes]:
        output = subprocess.PIPE if piped else None
        child = subprocess.Popen(
            command, cwd=pwd, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        self._running.add(child)
        # The engine ends a policy pack by canceling its call [S]; after a normal end there is nothing left to stop.
        if not context.add_callback(child.terminate):
            child.terminate()
        return child

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        code = child.wait()
        self._running.discard(child)
        return code


def outputs(child: subprocess.Popen[bytes]) -> Iterator[Output]:
    """What `child` prints, as ("stdout" or "stderr", bytes), until it has closed both."""
    queue: SimpleQueue[Output | None] = SimpleQueue()

    def forward(stream: Literal["stdout", "stderr"], pipe: IO[bytes]) -> None:
        with pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                queue.put((stream, chunk))
        queue.put(None)

    threading.Thread(target=forward, args=("stdout", child.stdout), daemon=True).start()
    threading.Thread(target=forward, args=("stderr", child.stderr), daemon=True).start()
    open_pipes = 2
    while open_pipes:
        item = queue.get()
        if item is None:
            open_pipes -= 1
        else:
            yield item


def serve(host: LanguageHost) -> tuple[grpc.Server, int]:
    """Serve `host` on a free loopback port and say which."""
    limits = [
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ]
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=limits)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


@contextmanager
def told_to_stop() -> Iterator[Callable[[float], bool]]:
    """A wait, in seconds, that says whether SIGINT or SIGTERM came.

    A signal may reach any thread, which does not wake a main thread that waits for a lock; a byte in a socket does.
    """
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(writer.fileno())
        try:
            yield lambda timeout_s: bool(select.select([reader], [], [], timeout_s)[0])
        finally:
            signal.set_wakeup_fd(-1)


def wait_until_told_or_orphaned(told: Callable[[float], bool], engine: int) -> None:
    """Block until we are told to stop or our parent is no longer `engine`: a killed one cannot say goodbye."""
    while not told(PARENT_POLL_S):
        if os.getppid() != engine:
            return


def main(arguments: list[str]) -> int:
    """Serve until told to stop. The first argument is the SDK's executor script, the last the engine's address.

    The first line on stdout is the port, which is how the engine finds us.
    """
    engine = os.getppid()  # before it can know our port: it may be killed at once
    host = LanguageHost(engine_address=arguments[-1], executor=Path(arguments[0]))
    with told_to_stop() as told:
        server, port = serve(host)
        print(port, flush=True)
        wait_until_told_or_orphaned(told, engine)
    host.stop_all()
    server.stop(grace=1).wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
