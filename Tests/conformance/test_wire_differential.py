"""Nothing differs between this server's wire and botocore's: see wire_differential.py.

APUS_TEST_WIRE_SECONDS says how long each of the three runs takes (hours, if you like), APUS_TEST_WIRE_SEED which values are tried.
"""

import os
import pathlib
import subprocess
import sys
import time

import pytest

PROGRAM = pathlib.Path(__file__).with_name("wire_differential.py")
ECHO = PROGRAM.parents[2] / ".build" / "debug" / "wire-echo"
SECONDS = float(os.environ.get("APUS_TEST_WIRE_SECONDS", "5"))
SEED = os.environ.get("APUS_TEST_WIRE_SEED", str(int(time.time())))
pytestmark = pytest.mark.timeout(120 + 3 * SECONDS)


def run(python, *arguments):
    if not ECHO.exists():
        pytest.skip(f"{ECHO} is not built: swift build --product wire-echo")
    command = [python, str(PROGRAM), "--seed", SEED, "--seconds", str(SECONDS), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout)
    assert done.returncode == 0, done.stdout


def test_nothing_differs_between_this_wire_and_botocores():
    run(sys.executable)


def test_nothing_differs_for_models_of_services_that_are_not_here():
    """REST-XML, RPC-v2-CBOR, compressed requests, documents: through the same readers and writers, without generated shapes."""
    run(
        sys.executable, "--models",
        "route53,cloudfront,cloudwatch:smithy-rpc-v2-cbor,cloudwatch:query,autoscaling,sns,dynamodb,xray,bedrock-agent")


def test_nothing_differs_for_the_last_client_that_speaks_query_to_sqs():
    python = os.environ.get("APUS_TEST_QUERY_PYTHON")
    if not python:
        pytest.skip("APUS_TEST_QUERY_PYTHON names no Python with botocore 1.31.80; script/test sets it")
    run(python, "--services", "sqs")
