"""Functions that run from a folder and take its changes."""

import json
import os
import pathlib
import tempfile
import time

import pytest

import functions
from apus import Server
from test_function_versions import invoke, refusal

HANDLER = "import uuid, words\nPROCESS = uuid.uuid4().hex\ndef handler(event, context):\n    return [words.WORD, PROCESS]\n"


@pytest.fixture
def folder():
    """One that functions' users can pass, whatever the umask."""
    with tempfile.TemporaryDirectory(prefix="apus-hot-", dir="/var/tmp") as path:
        os.chmod(path, 0o755)
        write(pathlib.Path(path), "app.py", HANDLER)
        write(pathlib.Path(path), "words.py", "WORD = 1\n")
        yield pathlib.Path(path)


def write(folder, name, text):
    """As an editor does: a new file takes the old one's place."""
    new = folder / (name + ".new")
    new.write_text(text)
    os.chmod(new, 0o644)
    new.rename(folder / name)


def hot(path):
    return {"S3Bucket": "hot-reload", "S3Key": str(path)}


def test_a_changed_file_is_taken_with_the_next_invocation(server, role, folder):
    client = server.client("lambda")
    client.create_function(
        FunctionName="hot", Runtime="python3.11", Role=role, Handler="app.handler", Code=hot(folder))
    (word, first), (_, second) = invoke(client, "hot")[1], invoke(client, "hot")[1]
    assert word == 1 and first == second, "without a change it stays warm"
    slowest = 0
    for number in range(2, 8):
        write(folder, "words.py", f"WORD = {number}\n")
        start = time.monotonic()
        word, process = invoke(client, "hot")[1]
        slowest = max(slowest, time.monotonic() - start)
        assert word == number and process != first
        assert invoke(client, "hot")[1] == [number, process]
    print(f"slowest invocation after a change: {slowest * 1000:.0f} ms")
    (folder / "sub").mkdir()
    write(folder / "sub", "__init__.py", "")
    assert invoke(client, "hot")[1][1] != process
    code = client.get_function(FunctionName="hot")["Code"]
    assert code["Location"] == f"file://{folder}"
    client.update_function_code(FunctionName="hot", ZipFile=functions.python("def handler(e, c):\n    return 'zip'\n"))
    assert invoke(client, "hot")[1] == "zip"
    client.update_function_code(FunctionName="hot", **hot(folder))
    assert invoke(client, "hot")[1][0] == 7


def test_what_is_no_folder_and_versions_of_a_folder_are_refused(server, role, folder):
    client = server.client("lambda")
    settings = {"FunctionName": "hot-not", "Runtime": "python3.11", "Role": role, "Handler": "app.handler"}
    for key in ("relative", str(folder / "none"), str(folder / "app.py")):
        code, _, status = refusal(client.create_function, Code={"S3Bucket": "hot-reload", "S3Key": key}, **settings)
        assert (code, status) == ("InvalidParameterValueException", 400)
    client.create_function(Code=hot(folder), **settings)
    code, message, _ = refusal(client.publish_version, FunctionName="hot-not")
    assert code == "InvalidParameterValueException" and "has no versions" in message
    client.delete_function(FunctionName="hot-not")


def test_it_can_be_switched_off(role, folder):
    server = Server("--set", "functions.hot_reload=never")
    try:
        own = functions.create_role(server, "r")
        status = refusal(
            server.client("lambda").create_function, FunctionName="f", Runtime="python3.11", Role=own,
            Handler="app.handler", Code=hot(folder))[2]
        assert status == 501
    finally:
        server.stop()


def test_dev_makes_functions_of_folders(folder):
    server = Server("--function", str(folder))
    try:
        assert any(str(folder) in line and "app.handler" in line for line in server.lines)
        client = server.client("lambda")
        assert invoke(client, folder.name)[1][0] == 1
        write(folder, "words.py", "WORD = 'changed'\n")
        assert invoke(client, folder.name)[1][0] == "changed"
        server.restart()
        client = server.client("lambda")
        assert invoke(client, folder.name)[1][0] == "changed"
        write(folder, "words.py", "WORD = 'again'\n")
        assert invoke(client, folder.name)[1][0] == "again"
    finally:
        server.stop()
