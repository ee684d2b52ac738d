"""The example applications deploy and do what their READMEs say.

They wait for timeouts and retries. Therefore they run beside the other tests: `conftest.py` begins them.
"""

import concurrent.futures
import pathlib
import subprocess
import sys

import pytest

from apus import Server

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Examples"
NAMES = ["webhook-intake", "order-totals"]

running = {}


def begin():
    executor = concurrent.futures.ThreadPoolExecutor(len(NAMES))
    running.update((name, executor.submit(scenario, name)) for name in NAMES)


@pytest.mark.parametrize("example", NAMES)
def test_an_example_works_twice_and_can_be_removed(example):
    running[example].result()


def scenario(example):
    server = Server()
    try:
        for _ in range(2):
            done = run(server, example)
            assert done.returncode == 0, done.stdout + done.stderr
            assert done.stdout.rstrip().endswith(f"{example} works")
        removed = run(server, example, "--remove")
        assert removed.returncode == 0, removed.stdout + removed.stderr
    finally:
        server.stop()


def run(server, example, *arguments):
    return subprocess.run(
        [sys.executable, str(EXAMPLES / example / "deploy.py"), *arguments], env=server.environment(), capture_output=True,
        text=True, timeout=150)
