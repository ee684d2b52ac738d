"""Compares this server's wire with botocore's, on values made at random from the API models.

For each operation of each service: botocore serialises a random input (and signs it), `wire-echo` routes and reads it; then
`wire-echo` writes a random output or a modelled error, and botocore parses it. What was read must be what was meant.

    wire_differential.py [--seed N] [--seconds S] [--services sqs,iam] [--models route53,cloudwatch:query] [--case N]

A run is the same for the same seed; `--case` repeats one of its cases. The botocore that runs it decides the protocol: 1.31.80
speaks Query to SQS, today's JSON. `--models` takes services that this server has not: their values go through the same readers
and writers by the model alone. Clients of some services change what they are given (S3's, RDS's, API Gateway's): these differ
without a fault of anybody. Values are compared in one form (`canonical`), which `wire-echo` knows, too.
"""

import argparse
import base64
import collections
import json
import pathlib
import subprocess
import sys
import time
import tomllib
import urllib.parse

import botocore
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import fix_route53_ids, json_decode_policies

from wire_values import Values, canonical, normalised

ROOT = pathlib.Path(__file__).resolve().parents[2]
ECHO = ROOT / ".build" / "debug" / "wire-echo"
PROTOCOLS = {"query": "query", "rest-json": "restJSON", "rest-xml": "restXML", "smithy-rpc-v2-cbor": "cbor"}
# The codes of errors that every service has, in JSON and in Query ("Common Errors" of the API references).
COMMON = {
    "AccessDeniedException": "AccessDenied", "ThrottlingException": "Throttling", "ValidationException": "ValidationError",
    "InternalFailure": "InternalFailure", "ServiceUnavailable": "ServiceUnavailable",
}


class Difference(Exception):
    """What was read is not what was meant."""


class Echo:
    """The program that has the server's wire."""

    def __init__(self):
        self.process = subprocess.Popen([str(ECHO)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Difference("wire-echo died")
        answer = json.loads(line)
        if isinstance(answer, dict) and "failed" in answer:
            raise Difference(f"wire-echo: {answer['failed'][:2000]}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Body:
    """A response's body as urllib3 would have it."""

    def __init__(self, content):
        self.content = content

    def stream(self, *_, **__):
        content, self.content = self.content, b""
        yield content

    def read(self, amount=None):
        amount = len(self.content) if amount is None else amount
        piece, self.content = self.content[:amount], self.content[amount:]
        return piece


class Service:
    """One service: its client, whose requests go to `wire-echo`."""

    def __init__(self, echo, description, config):
        self.echo = echo
        self.name = description["name"]
        self.config = config
        self.is_model = description.get("is_model", False)
        session = botocore.session.get_session()
        if "protocol" in config:
            # Of several protocols botocore takes the one that it likes best.
            loaded = session.get_component("data_loader").load_service_model(config["service"], "service-2")
            loaded["metadata"]["protocols"] = [config["protocol"]]
        self.client = session.create_client(
            config["service"], region_name="us-east-1", endpoint_url="http://127.0.0.1:4566", aws_access_key_id="test",
            aws_secret_access_key="test", config=Config(
                parameter_validation=False, retries={"total_max_attempts": 1}, request_min_compression_size_bytes=100))
        self.model = self.client.meta.service_model
        protocol = getattr(self.model, "resolved_protocol", self.model.metadata["protocol"])
        self.protocol = PROTOCOLS.get(protocol) or "json" + self.model.metadata["jsonVersion"].replace(".", "")
        if self.is_model:
            description["operations"] = self.give_model(session)
        self.operations = [name for name in description["operations"] if name in self.model.operation_names]
        self.client.meta.events.register("before-send", self.send)
        # Conveniences that change values: one parses what looks like a policy, one shortens ids.
        self.client.meta.events.unregister("after-call.iam", json_decode_policies)
        self.client.meta.events.unregister("before-parameter-build.route53", fix_route53_ids)
        self.request = self.response = None

    def give_model(self, session):
        """Gives `wire-echo` the model of a service that the server has not; the operations that are compared."""
        model = session.get_component("data_loader").load_service_model(self.config["service"], "service-2")
        namespace = self.model.metadata.get("xmlNamespace", "")
        self.echo.ask(
            ask="model", service=self.name, protocol=self.protocol, shapes=model["shapes"],
            operations=model["operations"], xmlNamespace=namespace if isinstance(namespace, str) else namespace["uri"])
        return [
            name for name in self.model.operation_names
            if not self.model.operation_model(name).has_event_stream_output
            and not self.model.operation_model(name).has_event_stream_input]

    @property
    def names_are_members(self):
        """Whether members are called by the model's names where `wire-echo` writes them (see Generator, traits.py)."""
        if self.is_model:
            return self.protocol == "query"
        return "query_facts" in self.config or self.config["protocols"][0] in ("query", "restXML")

    def send(self, request, **_):
        self.request = request
        answer = self.response
        headers = collections.OrderedDict((name, value) for name, value in answer["headers"])
        return AWSResponse(request.url, answer["status"], headers, Body(base64.b64decode(answer["body"])))

    def call(self, operation, parameters, response):
        """botocore's request, and what it makes of the response."""
        self.response = response
        model = self.model.operation_model(operation)
        return self.client._make_api_call(operation, parameters), model

    def received(self, request):
        """What `wire-echo` reads in a request."""
        url = urllib.parse.urlsplit(request.url)
        body = request.body if request.body is not None else b""
        if hasattr(body, "read"):
            body = body.read()
        if isinstance(body, str):
            body = body.encode()
        text = lambda value: value.decode() if isinstance(value, bytes) else str(value)
        headers = [[name.lower(), text(value)] for name, value in request.headers.items()]
        return self.echo.ask(
            ask="input", service=self.name if self.is_model else "", method=request.method, path=url.path or "/", query=url.query, headers=headers,
            body=base64.b64encode(bytes(body)).decode())


def check_input(service, operation, sent, answer):
    """Compares what was read with what was meant."""
    model = service.model.operation_model(operation)
    if (answer["operation"], answer["service"]) != (operation, service.name):
        raise Difference(f"routed to {answer['service']}.{answer['operation']}")
    if answer["protocol"] != service.protocol:
        raise Difference(f"read as {answer['protocol']}")
    if answer["missing"]:
        raise Difference(f"missing: {answer['missing']}")
    meant = normalised(sent, model.input_shape, service.protocol, "input") if model.input_shape else {}
    drop_bound_parameters(answer["value"], model)
    compare(
        canonical(meant, model.input_shape, service.names_are_members, "input", service.protocol), answer["value"],
        dropping_empty_lists=service.config.get("validation", {}).get("empty_collections_for_missing", False))


def drop_bound_parameters(read, model):
    """A map of the query's parameters has all of them when a server reads it, also those that other members are, and those
    that the operation's URI has."""
    shape = model.input_shape
    members = shape.members.values() if shape else []
    bound = [member for member in members if member.serialization.get("location") == "querystring"]
    names = {member.serialization["name"] for member in bound if member.type_name != "map"}
    names |= set(urllib.parse.parse_qs(urllib.parse.urlsplit(model.http["requestUri"]).query, keep_blank_values=True))
    for name, member in (shape.members if shape else {}).items():
        if member in bound and member.type_name == "map" and name in read:
            read[name] = {key: value for key, value in read[name].items() if key not in names}
            if not read[name]:
                del read[name]


def compare(meant, read, dropping_empty_lists=False):
    if dropping_empty_lists:
        meant, read = ({k: v for k, v in value.items() if v not in ([], {})} for value in (meant, read))
    if meant != read:
        raise Difference(f"\n  meant {json.dumps(meant)}\n  read  {json.dumps(read)}")


def try_success(service, operation, values):
    model = service.model.operation_model(operation)
    parameters = values.of(model.input_shape, service.protocol, "input") if model.input_shape else {}
    output = values.of(model.output_shape, service.protocol, "output") if model.output_shape else {}
    value = canonical(output, model.output_shape, service.names_are_members, "output", service.protocol)
    response = service.echo.ask(
        ask="output", service=service.name, protocol=service.protocol, operation=operation, value=value)
    parsed, _ = service.call(operation, parameters, response)
    check_input(service, operation, parameters, service.received(service.request))
    parsed = {name: item for name, item in parsed.items() if name != "ResponseMetadata"}
    meant = normalised(output, model.output_shape, service.protocol, "output") if model.output_shape else {}
    for name in parsed:
        if hasattr(parsed[name], "read"):
            parsed[name] = parsed[name].read()
        elif model.output_shape.members[name].serialization.get("location") == "statusCode":
            meant.setdefault(name, response["status"])
        elif model.output_shape.members[name].serialization.get("name", "").lower() == "content-type":
            # There is one whether the output has it or not.
            meant.setdefault(name, parsed[name])
    compare(
        canonical(meant, model.output_shape, True, "output", service.protocol),
        canonical(parsed, model.output_shape, True, "parsed", service.protocol))


def try_error(service, operation, values):
    model = service.model.operation_model(operation)
    parameters = values.of(model.input_shape, service.protocol, "input") if model.input_shape else {}
    message = values.text(service.protocol, "output") or "m"
    shapes = model.error_shapes
    shape = values.random.choice(shapes) if shapes and values.random.random() < 0.9 else None
    name = shape.name if shape else values.random.choice(list(COMMON))
    fields = values.of(shape, service.protocol, "error") if shape else {}
    special = service.config.get("errors", {}).get("type_member")
    fields = {
        member: value for member, value in fields.items()
        if member.lower() not in ("message", "code") and member != special}
    response = service.echo.ask(
        ask="error", service=service.name, protocol=service.protocol, name=name, message=message, common=shape is None,
        fields=canonical(fields, shape, True, "output", service.protocol) if shape else {})
    try:
        service.call(operation, parameters, response)
        raise Difference(f"{name} is no error: {response['status']}")
    except ClientError as error:
        found = error
    check_input(service, operation, parameters, service.received(service.request))
    details = found.response["Error"]
    if details["Message"] != message:
        raise Difference(f"{name}: the message is {details['Message']!r}, not {message!r}")
    if shape is None:
        if name == "ServiceUnavailable" and "ServiceUnavailableException" in service.model.shape_names and \
                "error" not in service.model.shape_for("ServiceUnavailableException").metadata:
            name = "ServiceUnavailableException"
        expected = COMMON[name] if service.protocol == "query" or service.config.get("errors", {}).get("query_compatible") \
            else name
        if details["Code"] != expected:
            raise Difference(f"{name}: the code is {details['Code']!r}, not {expected!r}")
        return
    if type(found).__name__ != name:
        raise Difference(f"{name} is parsed as {type(found).__name__}, code {details['Code']}")
    status = shape.metadata.get("error", {}).get("httpStatusCode")
    if status and status != found.response["ResponseMetadata"]["HTTPStatusCode"]:
        raise Difference(f"{name}: the status is {response['status']}, not {status}")
    parsed = {member: found.response[member] for member in shape.members if member in found.response and member in fields}
    compare(
        canonical(normalised(fields, shape, service.protocol, "output"), shape, True, "output", service.protocol),
        canonical(parsed, shape, True, "parsed", service.protocol))


def services(echo, names):
    files = [tomllib.loads(path.read_text()) for path in sorted((ROOT / "Generator" / "services").glob("*.toml"))]
    configs = {config["prefix"]: config for config in files}
    for description in echo.ask(ask="services"):
        config = configs.get(description["name"])
        if config is None:
            raise SystemExit(f"{description['name']} is in no file of Generator/services")
        if not names or config["service"] in names:
            yield Service(echo, description, config)


def model_services(echo, names):
    """Services that the server has not, by their models; the name says that."""
    for text in names:
        name, _, protocol = text.partition(":")
        config = {"service": name, "protocols": [""], **({"protocol": protocol} if protocol else {})}
        yield Service(echo, {"name": f"model of {text}", "is_model": True}, config)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--services", default="")
    parser.add_argument("--models", default="", help="services of AWS to compare by their models: route53,cloudwatch:query")
    parser.add_argument("--case", type=int, help="repeat one case of the seed's run")
    arguments = parser.parse_args()
    echo = Echo()
    def listed(text):
        return [name for name in text.split(",") if name]
    known = [] if arguments.models and not arguments.services else list(services(echo, listed(arguments.services)))
    known += model_services(echo, listed(arguments.models))
    plan = [(service, operation) for service in known for operation in service.operations]
    print(f"seed {arguments.seed}, botocore {botocore.__version__}, {len(plan)} operations of "
          + ", ".join(f"{service.name} ({service.protocol})" for service in known), flush=True)
    end = time.monotonic() + arguments.seconds
    number, found = arguments.case or 0, {}
    # Every operation at least once each way, however short the time.
    while number < 2 * len(plan) or time.monotonic() < end or arguments.case is not None:
        service, operation = plan[number // 2 % len(plan)]
        # Events are not among the values that `wire-echo` takes.
        is_stream = service.model.operation_model(operation).has_event_stream_output
        attempt = try_error if (number % 2 or is_stream) and not service.is_model else try_success
        try:
            attempt(service, operation, Values(f"{arguments.seed}:{number}", service.config.get("transcoded", ())))
        except Exception as error:
            key = (service.name, operation, attempt.__name__)
            if key not in found:
                found[key] = error
                kind = "" if isinstance(error, Difference) else f"{type(error).__name__}: "
                print(f"case {number}: {service.name}.{operation} ({attempt.__name__[4:]}): {kind}{str(error)[:1_000_000 if arguments.case is not None else 6000]}",
                      flush=True)
        if arguments.case is not None:
            break
        number += 1
    echo.close()
    print(f"{number} cases, {len(found)} of them differ in kind")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
