"""The language host, started as the engine starts it and asked over gRPC."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import language_pb2_grpc

from tests.pulumi_project import CHECKOUT
from tools.pulumi.language_host import activated

STARTER = CHECKOUT / "tools" / "pulumi" / "start_language_host.py"
# Stands in for the SDK's executor: it writes down how it was started and ends as the program's text says.
EXECUTOR = """
import json, os, sys
from pathlib import Path
program = Path(sys.argv[-1])
seen = {
    "arguments": sys.argv[1:],
    "config": os.environ["PULUMI_CONFIG"],
    "secret": os.environ["PULUMI_CONFIG_SECRET_KEYS"],
    "python": sys.executable,
    "venv": os.environ["VIRTUAL_ENV"],
    "cwd": os.getcwd(),
}
program.with_name("seen.json").write_text(json.dumps(seen))
exec(program.read_text())
"""


@dataclass
class Host:
    """A running language host and a client of it."""

    process: subprocess.Popen[str]
    stub: Any
    folder: Path

    def info(self, **options: str) -> Any:
        info = messages.ProgramInfo(root_directory=str(self.folder), program_directory=str(self.folder / "program.py"))
        info.options.update(options)
        return info

    def run(self, program: str, **options: str) -> Any:
        (self.folder / "program.py").write_text(program)
        request = messages.RunRequest(
            project="revops",
            stack="dev",
            organization="organization",
            pwd=str(self.folder),
            monitor_address="127.0.0.1:1",
            parallel=16,
            dryRun=True,
            config={"hubspot:portalId": "1"},
            configSecretKeys=["hubspot:token"],
            info=self.info(**options),
        )
        return self.stub.Run(request, timeout=30)

    def seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = json.loads((self.folder / "seen.json").read_text())
        return seen


@contextmanager
def started(folder: Path) -> Iterator[Host]:
    executor = folder / "executor.py"
    executor.write_text(EXECUTOR)
    command = [sys.executable, str(STARTER), str(executor), "127.0.0.1:2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Host(process, language_pb2_grpc.LanguageRuntimeStub(channel), folder)
        process.terminate()


@pytest.fixture(scope="module")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with started(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture
def host(_started: Host, tmp_path: Path) -> Host:
    """The host that serves all tests, with a folder of the test's own."""
    return replace(_started, folder=tmp_path)


@pytest.fixture
def own_host(tmp_path: Path) -> Iterator[Host]:
    """A host that the test may end."""
    with started(tmp_path) as host:
        yield host


def policy_request(host: Host, kind: str = "analyzer", **options: str) -> Any:
    # A folder where `pulumi.policy` is ours: what the host starts, not what the SDK does with it, is the matter here.
    package = host.folder / "pulumi"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "policy.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ['MARK'])\nprint('oops', file=sys.stderr)\nsys.exit(7)\n"
    )
    return messages.RunPluginRequest(
        pwd=str(host.folder),
        args=["127.0.0.1:3"],
        env=[f"PATH={os.environ['PATH']}", "MARK=a=b"],
        kind=kind,
        info=self_info(host, **options),
    )


def self_info(host: Host, **options: str) -> Any:
    info = host.info(**options)
    info.program_directory = str(host.folder)
    return info


def test_the_engine_learns_who_answers_and_that_nothing_else_is_needed(host: Host) -> None:
    host.stub.Handshake(messages.LanguageHandshakeRequest(engine_address="127.0.0.1:9"))
    assert host.stub.GetPluginInfo(empty_pb2.Empty()).version == "0.1.0"
    assert list(host.stub.GetRequiredPackages(messages.GetRequiredPackagesRequest()).packages) == []
    assert list(host.stub.GetRequiredPlugins(messages.GetRequiredPluginsRequest()).plugins) == []
    assert host.stub.About(messages.AboutRequest()).executable == sys.executable


def test_a_program_is_started_with_its_stack_its_config_and_the_engine_of_the_handshake(host: Host) -> None:
    host.stub.Handshake(messages.LanguageHandshakeRequest(engine_address="127.0.0.1:9"))
    answer = host.run("pass")
    assert (answer.error, answer.bail) == ("", False)
    arguments = host.seen()["arguments"]
    assert dict(zip(arguments[:-1:2], arguments[1:-1:2], strict=True)) == {
        "--monitor": "127.0.0.1:1",
        "--engine": "127.0.0.1:9",
        "--project": "revops",
        "--root_directory": str(host.folder),
        "--stack": "dev",
        "--pwd": str(host.folder),
        "--parallel": "16",
        "--dry_run": "true",
        "--organization": "organization",
    }
    assert arguments[-1] == str(host.folder / "program.py")
    assert json.loads(host.seen()["config"]) == {"hubspot:portalId": "1"}
    assert json.loads(host.seen()["secret"]) == ["hubspot:token"]
    assert host.seen()["cwd"] == str(host.folder)


def test_a_program_that_has_told_the_user_bails(host: Host) -> None:
    answer = host.run("sys.exit(32)")
    assert (answer.error, answer.bail) == ("", True)


def test_a_program_that_dies_is_an_error_with_its_exit_code(host: Host) -> None:
    answer = host.run("sys.exit(3)")
    assert (answer.error, answer.bail) == ("Program exited with non-zero exit code: 3", False)


def test_a_program_runs_in_its_virtual_environment(host: Host) -> None:
    (host.folder / ".venv").symlink_to(Path(sys.prefix))
    assert host.run("pass", virtualenv=".venv").error == ""
    assert host.seen()["python"] == str(host.folder / ".venv" / "bin" / "python")
    assert host.seen()["venv"] == str(host.folder / ".venv")


def test_a_missing_virtual_environment_is_an_error_with_its_fix(host: Host) -> None:
    assert host.run("pass", virtualenv="nowhere").error == (
        f'virtualenv "nowhere": there is no Python at {host.folder}/nowhere/bin/python\n'
        "    fix: run script/setup, it makes it"
    )


def test_a_policy_pack_is_run_with_both_streams_and_its_exit_code_last(host: Host) -> None:
    answers = list(host.stub.RunPlugin(policy_request(host), timeout=30))
    stdout = b"".join(answer.stdout for answer in answers if answer.HasField("stdout")).decode()
    stderr = b"".join(answer.stderr for answer in answers if answer.HasField("stderr")).decode()
    assert stdout == f"['127.0.0.1:3', '{host.folder}'] a=b\n"
    assert stderr == "oops\n"
    assert answers[-1].exitcode == 7


def test_a_plugin_that_is_no_policy_pack_is_refused(host: Host) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        list(host.stub.RunPlugin(policy_request(host, kind="resource"), timeout=30))
    assert refused.value.details() == 'plugin kind "resource" is not one of: analyzer'


def test_a_policy_pack_without_its_environment_is_refused_with_the_fix(host: Host) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        list(host.stub.RunPlugin(policy_request(host, virtualenv="../.venv"), timeout=30))
    assert "fix: run script/setup, it makes it" in refused.value.details()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_host_ends_quietly_when_told(own_host: Host, number: signal.Signals) -> None:
    started = time.monotonic()
    own_host.process.send_signal(number)
    assert own_host.process.wait(timeout=10) == 0
    assert time.monotonic() - started < 1.5


def test_a_running_program_ends_with_its_host(own_host: Host) -> None:
    (own_host.folder / "program.py").write_text(
        "Path('pid').write_text(str(os.getpid()))\nimport time\ntime.sleep(60)\n"
    )
    call = own_host.stub.Run.future(messages.RunRequest(pwd=str(own_host.folder), info=own_host.info()), timeout=30)
    pid_file = own_host.folder / "pid"
    deadline = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    own_host.process.terminate()
    assert own_host.process.wait(timeout=10) == 0
    assert call.exception(timeout=10) is not None or call.result().error != ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_a_host_whose_engine_was_killed_does_not_stay_behind() -> None:
    engine = (
        "import subprocess, sys\n"
        f"host = subprocess.Popen([sys.executable, {str(STARTER)!r}, 'executor', 'engine'], stdout=subprocess.PIPE)\n"
        "host.stdout.readline()\nprint('serving', flush=True)\nsys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", engine], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"serving\n"
        process.kill()
        # The host inherited stderr, which therefore closes only when the host has ended.
        process.communicate(timeout=20)


def test_activation_puts_the_environment_first_and_forgets_a_foreign_home() -> None:
    environment = activated({"PATH": "/usr/bin", "PYTHONHOME": "/opt", "KEEP": "1"}, "/p/.venv/bin/python")
    assert environment == {"PATH": "/p/.venv/bin:/usr/bin", "KEEP": "1", "VIRTUAL_ENV": "/p/.venv"}
