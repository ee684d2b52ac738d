"""The command line, without a running server."""

import os
import re
import subprocess

import pytest

from apus import BINARY


@pytest.fixture
def command(tmp_path):
    """Runs the binary in an empty folder with arguments and variables, and returns what it did."""

    def run(*arguments, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "APUS_"))}
        return subprocess.run(
            [str(BINARY), *arguments], capture_output=True, text=True, timeout=60, cwd=tmp_path,
            env=environment | variables)

    return run


def test_version_is_semantic(command):
    assert re.fullmatch(r"apus \d+\.\d+\.\d+\n", command("version").stdout)


def test_env_prints_lines_that_a_shell_evaluates(command):
    lines = command("env", "--port", "5000").stdout.splitlines()
    assert lines == [
        "export AWS_ENDPOINT_URL=http://127.0.0.1:5000",
        "export AWS_ACCESS_KEY_ID=test",
        "export AWS_SECRET_ACCESS_KEY=test",
        "export AWS_DISABLE_HOST_PREFIX_INJECTION=true",
        "export AWS_DEFAULT_REGION=us-east-1",
        "export AWS_REGION=us-east-1",
    ]


def test_a_flag_overrides_a_variable_and_that_the_file(command, tmp_path):
    (tmp_path / "apus.toml").write_text('port = 1\nregion = "eu-west-1"\n')
    result = command("env", "--config", "apus.toml", "--port", "3", APUS_PORT="2", APUS_HOST="localhost")
    assert "AWS_ENDPOINT_URL=http://localhost:3\n" in result.stdout
    assert "AWS_REGION=eu-west-1\n" in result.stdout


def test_a_misspelt_setting_names_the_nearest_and_stops(command, tmp_path):
    (tmp_path / "apus.toml").write_text("[functions]\nkeep_alive_second = 1\n")
    result = command("dev", APUS_CONFIG="apus.toml", APUS_PROT="1")
    assert result.returncode == 78
    assert "apus.toml, line 2: there is no setting functions.keep_alive_second." in result.stderr
    assert "Did you mean functions.keep_alive_seconds?" in result.stderr
    assert "Did you mean APUS_PORT?" in result.stderr


def test_a_misspelt_flag_names_the_nearest_and_stops(command):
    result = command("dev", "--prot", "1")
    assert result.returncode == 64
    assert "Did you mean '--port'?" in result.stderr


def test_dev_listens_on_this_machine_only(command):
    result = command("dev", "--host", "0.0.0.0")
    assert result.returncode == 78
    assert "0.0.0.0 is not a loopback address" in result.stderr
