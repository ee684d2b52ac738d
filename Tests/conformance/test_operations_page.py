"""Every shell command of docs/operations.md, as it stands there, on a running server."""

import os
import subprocess

import pytest

from apus import BINARY, ROOT
from test_serve import Serve

# A machine for tests may have shortcomings.
PERMITTED = {"apus doctor": (0, 1), "apus doctor --json": (0, 1)}


def commands():
    found, inside = [], False
    for line in (ROOT / "docs" / "operations.md").read_text().splitlines():
        if line.startswith("```"):
            inside = line == "```sh"
        elif inside:
            found.append(line)
    return found


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operations")
    (folder / "bin").mkdir()
    (folder / "bin" / "apus").symlink_to(BINARY)
    server = Serve(folder / "data")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("APUS_")}
    environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    environment["APUS_DATA_DIRECTORY"] = str(folder / "data")

    def run(line):
        return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=120, env=environment)

    yield run
    server.stop()


def test_the_page_has_commands():
    assert len(commands()) >= 8


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_page_works(session, line):
    done = session(line)
    assert done.returncode in PERMITTED.get(line, (0,)), done.stdout + done.stderr
    assert done.stdout.strip()


def test_a_log_level_changes_what_is_written(session):
    assert session("apus log-level request error").stdout.splitlines()[0] == "level info"
    shown = session("apus log-level").stdout
    assert any(line.split() == ["request", "error"] for line in shown.splitlines())
    refused = session("apus log-level nobody info")
    assert refused.returncode == 78 and "There is no category nobody. Categories are " in refused.stderr
    assert session("apus log-level loud").returncode == 78
    session("apus log-level request default")
