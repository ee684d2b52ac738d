"""Runtime management through boto3, also over a change of the interpreter.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html and the pages of the operations.
"""

import os
import re
import shutil
import tempfile

import botocore.exceptions
import functions
import pytest
from apus import Server, eventually

SOURCE = "def handler(event, context): return 'ran'\n"


def refusal(operation, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        operation(**arguments)
    return error.value.response["Error"]["Code"]


def shown(client, name):
    return client.get_function_configuration(FunctionName=name)["RuntimeVersionConfig"]


def test_the_version_of_a_runtime_is_told_and_set(server, role):
    client = functions.create(server, "managed", role, functions.python(SOURCE))
    arn = shown(client, "managed")["RuntimeVersionArn"]
    assert re.fullmatch(r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}", arn)
    got = client.get_runtime_management_config(FunctionName="managed")
    assert got["UpdateRuntimeOn"] == "Auto" and "RuntimeVersionArn" not in got
    assert got["FunctionArn"].endswith(":function:managed:$LATEST")
    # "You can also find the ARN in the INIT_START line of your function logs."
    client.invoke(FunctionName="managed")
    line = f"INIT_START Runtime Version: python3.11\tRuntime Version ARN: {arn}"
    assert eventually(lambda: line in functions.logged(server, "managed"))

    put = client.put_runtime_management_config
    assert put(FunctionName="managed", UpdateRuntimeOn="Manual", RuntimeVersionArn=arn)["RuntimeVersionArn"] == arn
    got = client.get_runtime_management_config(FunctionName="managed")
    assert got["UpdateRuntimeOn"] == "Manual" and got["RuntimeVersionArn"] == arn
    other = arn[:-1] + ("0" if arn[-1] != "0" else "1")
    for arguments in (
            {"UpdateRuntimeOn": "Manual"}, {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": other},
            {"UpdateRuntimeOn": "Auto", "RuntimeVersionArn": arn}):
        assert refusal(put, FunctionName="managed", **arguments) == "InvalidParameterValueException"
    assert refusal(put, FunctionName="none", UpdateRuntimeOn="Auto") == "ResourceNotFoundException"
    version = client.publish_version(FunctionName="managed")["Version"]
    put(FunctionName="managed", Qualifier=version, UpdateRuntimeOn="FunctionUpdate")
    modes = [
        client.get_runtime_management_config(FunctionName="managed", **qualifier)["UpdateRuntimeOn"]
        for qualifier in ({}, {"Qualifier": version})]
    assert modes == ["Manual", "FunctionUpdate"]
    pages = client.get_paginator("list_functions").paginate()
    listed = next(f for page in pages for f in page["Functions"] if f["FunctionName"] == "managed")
    assert "RuntimeVersionConfig" not in listed and listed["ConfigSha256"]


def test_a_function_is_not_run_on_what_it_did_not_ask_for():
    folder = tempfile.mkdtemp(dir="/var/tmp", prefix="apus-test-")
    try:
        os.chmod(folder, 0o755)
        python = shutil.copy(os.path.realpath("/usr/bin/python3.11"), folder)
        os.utime(python, (1, 1))
        server = Server("--set", f"functions.runtimes=python3.11={python}")
        try:
            role = functions.create_role(server, "tests")
            client = server.client("lambda")
            for name, mode in (("auto", "Auto"), ("pinned", "Manual"), ("followed", "FunctionUpdate")):
                functions.create(server, name, role, functions.python(SOURCE))
                arn = shown(client, name)["RuntimeVersionArn"]
                client.put_runtime_management_config(
                    FunctionName=name, UpdateRuntimeOn=mode, **({"RuntimeVersionArn": arn} if mode == "Manual" else {}))
                assert client.invoke(FunctionName=name)["Payload"].read() == b'"ran"'
            server.kill()
            # The machine has another build of the interpreter now.
            os.utime(python, (2, 2))
            server.start()
            client = server.client("lambda")
            new = shown(client, "auto")["RuntimeVersionArn"]
            assert new != arn
            assert client.invoke(FunctionName="auto")["Payload"].read() == b'"ran"'
            for name in ("pinned", "followed"):
                assert refusal(client.invoke, FunctionName=name) == "InvalidRuntimeException"
                told = shown(client, name)
                assert told["RuntimeVersionArn"] == arn and new in told["Error"]["Message"]
            client.update_function_configuration(FunctionName="followed", Timeout=9)
            client.put_runtime_management_config(
                FunctionName="pinned", UpdateRuntimeOn="Manual", RuntimeVersionArn=new)
            for name in ("pinned", "followed"):
                assert shown(client, name) == {"RuntimeVersionArn": new}
                assert client.invoke(FunctionName=name)["Payload"].read() == b'"ran"'
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
