"""The example application deploys and does what its README says."""

import pathlib
import subprocess
import sys

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "Examples" / "webhook-intake" / "deploy.py"


def run(server, *arguments):
    return subprocess.run(
        [sys.executable, str(EXAMPLE), *arguments], env=server.environment(), capture_output=True, text=True, timeout=150)


def test_webhook_intake_works_twice_and_can_be_removed(server):
    for _ in range(2):
        done = run(server)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.rstrip().endswith("webhook-intake works")
    removed = run(server, "--remove")
    assert removed.returncode == 0, removed.stdout + removed.stderr
