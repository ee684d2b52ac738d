"""Each (operation, error) pair of AWS's model of SQS, in JSON and in Query."""

import os
import pathlib
import subprocess

import pytest

import sqs_errors


@pytest.fixture
def sqs(server):
    return server.client("sqs")


def test_each_pair_of_the_model_has_a_case_or_a_reason(sqs):
    known = {(operation, error.name) for operation, error in sqs_errors.pairs(sqs)}
    unaccounted = {p for p in known if p not in sqs_errors.CASES and sqs_errors.reason(*p) is None}
    assert not unaccounted
    both = {p for p in sqs_errors.CASES if sqs_errors.reason(*p) is not None}
    assert not both
    assert not set(sqs_errors.CASES) - known
    assert not {p for p in sqs_errors.NEVER_FOR if p not in known}


def test_each_error_is_answered_with_its_code_and_text_in_json(sqs):
    assert sqs.meta.service_model.metadata["protocol"] == "json"
    count = 0
    for operation, error in sqs_errors.pairs(sqs):
        if (operation, error.name) in sqs_errors.CASES:
            sqs_errors.check(sqs, operation, error)
            count += 1
    assert count >= 60, count


def test_each_error_is_answered_with_its_code_and_text_in_query(server):
    python = os.environ.get("APUS_TEST_QUERY_PYTHON")
    if not python:
        pytest.skip("APUS_TEST_QUERY_PYTHON does not name a Python with botocore 1.31.80")
    script = pathlib.Path(sqs_errors.__file__)
    done = subprocess.run([python, str(script), server.endpoint], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
