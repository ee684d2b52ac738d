"""PynamoDB, unmodified: models with indexes, versions, conditions, batches, pages and transactions."""

import os
import pathlib
import subprocess

import pytest

PYTHON = os.environ.get("APUS_TEST_PYNAMODB_PYTHON")
PROGRAM = pathlib.Path(__file__).parent / "pynamodb_models.py"

pytestmark = pytest.mark.skipif(not PYTHON, reason="APUS_TEST_PYNAMODB_PYTHON names no Python with PynamoDB; script/test does")


def test_models_are_kept_read_and_changed(server):
    done = subprocess.run([PYTHON, str(PROGRAM)], env=server.environment(), capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
