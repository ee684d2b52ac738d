"""Packages and roles for the functions of the conformance tests."""

import io
import json
import shutil
import stat
import subprocess
import zipfile

import pytest

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
PERMISSIONS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["logs:*", "sqs:*", "dynamodb:*", "lambda:InvokeFunction"], "Resource": "*"},
    ],
}

PYTHON_ECHO = """
import json, os
def handler(event, context):
    print("event", json.dumps(event, sort_keys=True))
    return {"echo": event, "function": context.function_name, "region": os.environ["AWS_REGION"]}
"""

NODE_ECHO = """
exports.handler = async (event, context) => {
  console.log("event", JSON.stringify(event));
  return { echo: event, function: context.functionName };
};
"""

SHELL_BOOTSTRAP = """#!/bin/sh
set -eu
api="http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation"
while true; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "$api/next")
  id=$(grep -i '^lambda-runtime-aws-request-id:' "$headers" | tr -d '[:space:]' | cut -d: -f2)
  rm -f "$headers"
  echo "shell got $event"
  curl -sS -X POST "$api/$id/response" -d "{\\"shell\\": $event}" > /dev/null
done
"""

C_BOOTSTRAP = r"""
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(const char *api) {
    char host[64];
    const char *colon = strrchr(api, ':');
    snprintf(host, sizeof host, "%.*s", (int)(colon - api), api);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
    inet_pton(AF_INET, host, &address.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) exit(1);
    return fd;
}

/* Sends a request on a connection of its own and reads the whole answer. */
static int exchange(const char *api, const char *method, const char *path, const char *body, char *answer, int size) {
    static char request[1 << 16];
    int fd = dial(api);
    int length = snprintf(request, sizeof request,
        "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
        method, path, api, strlen(body), body);
    if (write(fd, request, length) != length) exit(1);
    int total = 0, count;
    while ((count = read(fd, answer + total, size - 1 - total)) > 0) total += count;
    answer[total] = 0;
    close(fd);
    return total;
}

int main(void) {
    static char answer[1 << 16], path[256], body[1 << 16];
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
    for (;;) {
        exchange(api, "GET", "invocation/next", "", answer, sizeof answer);
        char *id = strcasestr(answer, "lambda-runtime-aws-request-id: ");
        char *event = strstr(answer, "\r\n\r\n");
        if (!id || !event) return 1;
        id += strlen("lambda-runtime-aws-request-id: ");
        snprintf(path, sizeof path, "invocation/%.36s/response", id);
        snprintf(body, sizeof body, "{\"compiled\": %s}", event + 4);
        printf("compiled got %s\n", event + 4);
        fflush(stdout);
        exchange(api, "POST", path, body, answer, sizeof answer);
    }
}
"""


def archive(files, executable=()):
    """A zip of `{name: text or bytes}`; names in `executable` may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            mode = 0o755 if name in executable else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            package.writestr(entry, content)
    return buffer.getvalue()


def compiled_bootstrap(directory):
    """The package of a native function, compiled here; None where there is no compiler."""
    source, binary = directory / "bootstrap.c", directory / "bootstrap"
    source.write_text("#define _GNU_SOURCE\n" + C_BOOTSTRAP)
    subprocess.run(["cc", "-O1", "-static", "-o", str(binary), str(source)], check=True)
    return archive({"bootstrap": binary.read_bytes()}, executable=["bootstrap"])


def java_classes(folder, sources):
    """Java sources by their paths, compiled: the classes by theirs. Skips the test where there is no compiler."""
    if not shutil.which("javac"):
        pytest.skip("there is no JDK")
    for path, text in sources.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    subprocess.run(
        ["javac", "--release", "8", "-Xlint:-options", "-d", str(folder), *(str(folder / path) for path in sources)], check=True)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.class")}


def java_interfaces(members):
    """Sources of interfaces of com.amazonaws.services.lambda.runtime with what a function asks of them, as its package brings them."""
    package = "com.amazonaws.services.lambda.runtime"
    return {
        f"{package.replace('.', '/')}/{name}.java": f"package {package}; public interface {name} {{ {text} }}"
        for name, text in members.items()}


def create_role(server, name, permissions=PERMISSIONS):
    iam = server.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=json.dumps(permissions))
    return arn


def create(server, name, role, package, runtime="python3.11", handler="app.handler", **settings):
    """Creates a function and waits until it is active."""
    client = server.client("lambda")
    client.create_function(
        FunctionName=name, Runtime=runtime, Role=role, Handler=handler, Code={"ZipFile": package}, **settings
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    return client


def python(source):
    return archive({"app.py": source})


def logged(server, function, term=None):
    """The lines of a function's log, in their order; with a term those that have it."""
    logs = server.client("logs")
    wanted = {"logGroupName": f"/aws/lambda/{function}"} | ({"filterPattern": f'"{term}"'} if term else {})
    try:
        pages = logs.get_paginator("filter_log_events").paginate(**wanted)
        return [event["message"].strip() for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []
