"""The example applications deploy and do what their READMEs say."""

import pathlib
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Examples"


def run(server, example, *arguments):
    return subprocess.run(
        [sys.executable, str(EXAMPLES / example / "deploy.py"), *arguments], env=server.environment(), capture_output=True,
        text=True, timeout=150)


@pytest.mark.parametrize("example", ["webhook-intake", "order-totals"])
def test_an_example_works_twice_and_can_be_removed(server, example):
    for _ in range(2):
        done = run(server, example)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.rstrip().endswith(f"{example} works")
    removed = run(server, example, "--remove")
    assert removed.returncode == 0, removed.stdout + removed.stderr
