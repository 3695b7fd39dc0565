"""Which of the three ways to a CLI is taken, what is remembered, and that two installations can run at once."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.pulumi_project import CHECKOUT
from tools.pulumi import go_build, install, progress, wrapper

GO_MOD = "module test\n\ngo 1.25.11\n\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.258.0 // indirect\n)\n"


def places(tmp_path: Path) -> install.Places:
    found = install.Places(checkout=tmp_path / "checkout", cache=tmp_path / "cache")
    found.module.mkdir(parents=True)
    (found.module / "go.mod").write_text(GO_MOD)
    found.python.parent.mkdir(parents=True)
    return found


def put_executable(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def put_built_cli(here: install.Places) -> Path:
    folder = here.cache / "pulumi" / "3.258.0-build" / "bin"
    for name in ("pulumi-resource-pulumi-python", "pulumi-language-python-exec"):
        put_executable(folder / name, "exit 0")
    return put_executable(
        folder / "pulumi", 'echo "$PULUMI_HOME $PULUMI_SKIP_UPDATE_CHECK $1"; command -v pulumi-language-python'
    )


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def no_release(here: install.Places, version: str, destination: Path) -> None:
    raise progress.CommandFailed("downloading the Pulumi CLI stood still for 20 s")


def test_a_new_enough_cli_on_path_is_used(tmp_path: Path, empty_path: Path) -> None:
    put_executable(empty_path / "pulumi", "echo v3.201.0")
    put_executable(empty_path / "pulumi-language-python", "exit 0")
    here = places(tmp_path)
    cli, known = install.install(here, forced=None, uv=None)
    assert (cli.sentence(), known) == ("Pulumi CLI 3.201.0: found on PATH", False)
    assert str(empty_path / "pulumi") in (here.tools / "bin" / "pulumi").read_text()


def test_an_old_cli_on_path_is_passed_over_with_the_reason(tmp_path: Path, empty_path: Path) -> None:
    put_executable(empty_path / "pulumi", "echo v3.79.0")
    with pytest.raises(install.WayNotOpen, match=r"^pulumi 3\.79\.0 on PATH is older than 3\.200$"):
        install.from_path(places(tmp_path))


def test_a_cli_on_path_that_knows_no_python_is_passed_over(tmp_path: Path, empty_path: Path) -> None:
    put_executable(empty_path / "pulumi", "echo v3.201.0")
    with pytest.raises(install.WayNotOpen, match=r"^pulumi on PATH comes without pulumi-language-python$"):
        install.from_path(places(tmp_path))


def test_the_wrapper_of_this_checkout_is_not_taken_for_a_cli_on_path(
    tmp_path: Path, empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = places(tmp_path)
    put_executable(here.tools / "bin" / "pulumi", "echo v3.201.0")
    monkeypatch.setenv("PATH", str(here.tools / "bin"))
    with pytest.raises(install.WayNotOpen, match=r"^no pulumi on PATH$"):
        install.from_path(here)


def test_the_build_is_the_last_way_and_says_why(
    tmp_path: Path, empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "download_release", no_release)
    here = places(tmp_path)
    put_built_cli(here)
    cli, _ = install.install(here, forced=None, uv=None)
    assert cli.sentence() == (
        "Pulumi CLI 3.258.0: built from its Go module "
        "(no pulumi on PATH; no official release, downloading the Pulumi CLI stood still for 20 s)"
    )


def test_the_second_run_remembers_and_asks_nobody(
    tmp_path: Path, empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "download_release", no_release)
    here = places(tmp_path)
    put_built_cli(here)
    install.install(here, forced=None, uv=None)
    monkeypatch.setattr(install, "obtain", None)
    cli, known = install.install(here, forced=None, uv=None)
    assert (cli.sentence(why=False), known) == ("Pulumi CLI 3.258.0: built from its Go module", True)


def test_another_pinned_version_is_not_remembered(tmp_path: Path) -> None:
    here = places(tmp_path)
    binary = put_built_cli(here)
    wrapper.write_if_changed(here.record, json.dumps({"way": "build", "version": "3.257.0", "binary": str(binary)}))
    assert install.remembered(here, forced=None) is None


def test_a_forced_way_forgets_the_other_one(tmp_path: Path) -> None:
    here = places(tmp_path)
    binary = put_built_cli(here)
    wrapper.write_if_changed(here.record, json.dumps({"way": "build", "version": "3.258.0", "binary": str(binary)}))
    assert install.remembered(here, forced="build") is not None
    assert install.remembered(here, forced="path") is None


def test_a_forced_way_that_is_closed_does_not_fall_through(tmp_path: Path, empty_path: Path) -> None:
    with pytest.raises(install.WayNotOpen, match=r"^REVOPS_PULUMI_WAY=path; no pulumi on PATH$"):
        install.obtain(places(tmp_path), forced="path", uv=None)


def test_an_unknown_way_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVOPS_PULUMI_WAY", "brew")
    assert install.main([]) == 1
    assert capsys.readouterr().err == 'REVOPS_PULUMI_WAY is "brew", must be one of: path, official, build\n'


def test_the_wrapper_sets_defaults_finds_the_host_and_hands_arguments_on(
    tmp_path: Path, empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = places(tmp_path)
    put_built_cli(here)
    install.install(here, forced="build", uv=None)
    for name in ("PULUMI_HOME", "PULUMI_SKIP_UPDATE_CHECK"):
        monkeypatch.delenv(name, raising=False)
    pulumi = here.tools / "bin" / "pulumi"
    lines = subprocess.run([pulumi, "preview"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines == [f"{here.tools}/home 1 preview", str(here.tools / "cli" / "pulumi-language-python")]
    monkeypatch.setenv("PULUMI_HOME", "/elsewhere")
    assert subprocess.run([pulumi], capture_output=True, text=True, check=True).stdout.startswith("/elsewhere 1")


def test_the_virtual_environment_has_the_cli_too(tmp_path: Path, empty_path: Path) -> None:
    here = places(tmp_path)
    put_built_cli(here)
    install.install(here, forced="build", uv=None)
    assert (here.python.parent / "pulumi").resolve() == here.tools / "bin" / "pulumi"


def test_the_built_cli_is_shared_with_the_cache_and_the_language_host_is_not(tmp_path: Path, empty_path: Path) -> None:
    here = places(tmp_path)
    built = put_built_cli(here)
    install.install(here, forced="build", uv=None)
    assert (here.tools / "cli" / "pulumi").samefile(built)
    host = here.tools / "cli" / "pulumi-language-python"
    assert str(here.module / "start_language_host.py") in host.read_text()
    assert not (built.parent / host.name).exists()


def test_a_second_installation_waits_for_the_first(tmp_path: Path) -> None:
    here = places(tmp_path)
    order: list[str] = []

    def second() -> None:
        with install.locked(here):
            order.append("second")

    with install.locked(here):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.1)
        order.append("first")
    waiting.join(timeout=10)
    assert order == ["first", "second"]


def test_what_a_killed_installation_left_is_removed_and_what_is_finished_stays(tmp_path: Path) -> None:
    here = places(tmp_path)
    (here.cache / "go-x1y2" / "objects").mkdir(parents=True)
    (here.cache / "pulumi" / ".partial-z" / "content").mkdir(parents=True)
    built = put_built_cli(here)
    with install.locked(here):
        pass
    assert [entry.name for entry in sorted(here.cache.iterdir())] == ["pulumi", "pulumi.lock"]
    assert built.exists()


def stop_half_way(destination: Path) -> None:
    with go_build.staging(destination) as stage:
        (stage / "half").touch()
        raise progress.CommandFailed("the network is gone")


def test_a_download_that_fails_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    destination = tmp_path / "cache" / "3.258.0-official"
    with pytest.raises(progress.CommandFailed, match=r"^the network is gone$"):
        stop_half_way(destination)
    assert list(destination.parent.iterdir()) == []


def test_the_cli_of_go_mod_and_its_go_are_read_from_the_file_itself() -> None:
    go_mod = CHECKOUT / "tools" / "pulumi" / "go.mod"
    assert go_build.version_of(go_build.pinned_cli(go_mod)) >= install.OLDEST_CLI
    assert go_build.required_go(go_mod) == (1, 25, 11)


def test_go_on_path_is_used_when_it_is_new_enough(empty_path: Path) -> None:
    put_executable(empty_path / "go", "echo go version go1.25.3 linux/amd64")
    assert go_build.go_on_path((1, 25)) == empty_path / "go"
    assert go_build.go_on_path((1, 25, 11)) is None


def test_the_build_stamps_its_version_and_takes_the_package_that_go_mod_pins() -> None:
    go = go_build.Go(Path("go"), {})
    command = go_build.build_command(go, "3.258.0", Path("out"))
    stamp = "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.258.0"
    assert command[-5:] == ["-ldflags", stamp, "-o", "out", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"]


def test_progress_of_a_build_is_counted_in_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert go_build.build_detail(log) == "0 modules downloaded, 0 packages compiled"
    log.write_text("go: downloading a v1\ngo: downloading b v1\nfmt\n")
    assert go_build.build_detail(log) == "2 modules downloaded, 1 packages compiled"


def test_install_runs_as_a_module_and_names_the_way() -> None:
    command = [sys.executable, "-m", "tools.pulumi.install"]
    message = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert message.startswith("Pulumi CLI 3.")
    assert message.endswith(", already there\n")
