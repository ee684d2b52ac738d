"""Extensions, of layers and within the runtime: the whole way from PublishLayerVersion to the SHUTDOWN event; what they hear by
the Telemetry API and by the Logs API."""

import functions
from apus import eventually

EXTENSION = """#!/usr/bin/python3 -u
import http.client, http.server, json, os, threading, time
api = os.environ["AWS_LAMBDA_RUNTIME_API"]
def call(method, path, body=None, **headers):
    c = http.client.HTTPConnection(api)
    c.request(method, path, body, {"Lambda-Extension-" + k: v for k, v in headers.items()})
    r = c.getresponse()
    return r, r.read()
def say(line):
    # One write, so that two threads' lines stay whole.
    os.write(1, (line + "\\n").encode())
class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
            if event["type"].startswith("platform."): say("heard " + event["type"])
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
r, _ = call("POST", "/2020-01-01/extension/register", '{"events": ["INVOKE", "SHUTDOWN"]}', Name="watcher")
me = r.getheader("Lambda-Extension-Identifier")
call("PUT", "/2022-07-01/telemetry", json.dumps({
    "schemaVersion": "2022-12-13", "types": ["platform"], "buffering": {"timeoutMs": 25},
    "destination": {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{server.server_port}"}}), Identifier=me)
while True:
    event = json.loads(call("GET", "/2020-01-01/extension/event/next", Identifier=me)[1])
    say(f"event {event['eventType']} {event.get('requestId') or event['shutdownReason']}")
    if event["eventType"] == "SHUTDOWN": break
time.sleep(0.5)
"""


def publish(client, layer, source, name="watcher"):
    """A layer with one extension."""
    content = functions.archive({f"extensions/{name}": source}, executable=[f"extensions/{name}"])
    return client.publish_layer_version(
        LayerName=layer, CompatibleRuntimes=["python3.11"], Content={"ZipFile": content})["LayerVersionArn"]


def test_an_extension_of_a_layer_lives_beside_the_function(server, role):
    client = server.client("lambda")
    layer = publish(client, "watching", EXTENSION)
    functions.create(
        server, "watched", role, functions.python("def handler(event, context): return event"), Layers=[layer])
    answer = client.invoke(FunctionName="watched", Payload=b'"seen"')
    request = answer["ResponseMetadata"]["RequestId"]
    assert answer["Payload"].read() == b'"seen"' and "FunctionError" not in answer
    client.delete_function(FunctionName="watched")
    wanted = [
        "EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]",
        "TELEMETRY\tName: watcher\tState: Subscribed\tTypes: [Platform]",
        f"event INVOKE {request}", "heard platform.initStart", "heard platform.report", "event SHUTDOWN SPINDOWN"]
    eventually(lambda: set(wanted) <= set(functions.logged(server, "watched")))


# Beside the function's code in the runtime's process, as agents are: started before it by a wrapper script.
INSIDE = """
import http.client, json, os, threading
def call(method, path, body=None, **headers):
    c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    c.request(method, "/2020-01-01/extension/" + path, body, {"Lambda-Extension-" + k: v for k, v in headers.items()})
    r = c.getresponse()
    return r.status, json.loads(r.read()), r.getheader("Lambda-Extension-Identifier")
def say(line): os.write(1, (line + "\\n").encode())
status, answer, _ = call("POST", "register", '{"events": ["INVOKE", "SHUTDOWN"]}', Name="inside")
say(f"inside refused {status} {answer['errorType']}")
status, answer, me = call("POST", "register", '{"events": ["INVOKE"]}', Name="inside")
say(f"inside registered {status} {answer['functionName']} {answer['functionVersion']} {answer['handler']}")
def listen():
    while True:
        event = call("GET", "event/next", Identifier=me)[1]
        say(f"inside event {event['eventType']} {event.get('requestId')} {event.get('invokedFunctionArn')}")
threading.Thread(target=listen, daemon=True).start()
"""
AGENT_WRAPPER = '#!/bin/sh\nexport PYTHONPATH=/var/task/agent\nexec "$@"\n'


# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
def test_an_internal_extension_hears_of_invocations_and_not_of_the_shutdown(server, role):
    client = server.client("lambda")
    layer = publish(client, "beside", EXTENSION)
    package = functions.archive(
        {"app.py": "def handler(event, context): return event", "agent/sitecustomize.py": INSIDE, "wrap": AGENT_WRAPPER},
        executable=["wrap"])
    functions.create(
        server, "inhabited", role, package, Layers=[layer],
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrap"}})
    requests = []
    for number in range(2):
        answer = client.invoke(FunctionName="inhabited", Payload=str(number).encode())
        assert answer["Payload"].read() == str(number).encode() and "FunctionError" not in answer
        requests.append(answer["ResponseMetadata"]["RequestId"])
    client.delete_function(FunctionName="inhabited")
    # The external one is told of the end, after which there is nothing more.
    lines = eventually(lambda: "event SHUTDOWN SPINDOWN" in functions.logged(server, "inhabited") and functions.logged(server, "inhabited"))
    assert "EXTENSION\tName: inside\tState: Ready\tEvents: [INVOKE]" in lines
    arn = "arn:aws:lambda:us-east-1:000000000000:function:inhabited"
    assert [line for line in lines if line.startswith("inside ")] == [
        "inside refused 400 ShutdownEventNotSupportedForInternalExtension",
        "inside registered 200 inhabited $LATEST app.handler",
        *(f"inside event INVOKE {request} {arn}" for request in requests)]


LOGS_EXTENSION = EXTENSION[:EXTENSION.index("class Listener")] + """
from collections import Counter
class Listener(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kinds = Counter(event["type"] for event in events)
        say(f"batch {len(events)} {self.path} {kinds.pop('function', 0)} of the function")
        for event in events:
            if event["type"] != "function": say("heard " + event["type"] + " " + json.dumps(event["record"]))
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
r, _ = call("POST", "/2020-01-01/extension/register", '{"events": ["SHUTDOWN"]}', Name="ears")
me = r.getheader("Lambda-Extension-Identifier")
def subscribe(path="/2020-08-15/logs", version="2021-03-18", items=1000):
    r, body = call("PUT", path, json.dumps({
        "schemaVersion": version, "types": ["platform", "function"],
        "buffering": {"maxItems": items, "maxBytes": 262144, "timeoutMs": 30000},
        "destination": {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{server.server_port}/logs", "method": "PUT"},
        }), Identifier=me)
    say(f"subscription {r.status} {body.decode().strip()}")
subscribe(items=999)
subscribe()
subscribe()
subscribe("/2022-07-01/telemetry", "2022-12-13")
event = json.loads(call("GET", "/2020-01-01/extension/event/next", Identifier=me)[1])
say(f"event {event['eventType']} {event['shutdownReason']}")
time.sleep(1)
"""

TALKER = """
import os
def handler(event, context):
    if event is None: os._exit(1)
    for number in range(event): print("line", number)
"""


# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html
def test_the_logs_api_gathers_lines_and_tells_of_the_platform(server, role):
    client = server.client("lambda")
    layer = publish(client, "listening", LOGS_EXTENSION, name="ears")
    functions.create(server, "heard", role, functions.python(TALKER), Layers=[layer])
    spoke = client.invoke(FunctionName="heard", Payload=b"1500")["ResponseMetadata"]["RequestId"]

    def batches():
        # The extension stands still as long as nothing is invoked.
        client.invoke(FunctionName="heard", Payload=b"0")
        return [line for line in functions.logged(server, "heard") if line.startswith("batch ")]

    # Full long before its time, of 30 seconds, is over.
    assert eventually(batches)[0].startswith("batch 1000 /logs ")
    answer = client.invoke(FunctionName="heard", Payload=b"null")
    ended = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    # "Lambda flushes the logs if any of the input streams are closed, for example, if the runtime crashes."
    fault = f'heard platform.fault "RequestId: {ended} Process exited before completing request"'
    lines = eventually(lambda: fault in functions.logged(server, "heard") and functions.logged(server, "heard"))
    answers = [line.removeprefix("subscription ") for line in lines if line.startswith("subscription ")]
    assert answers[1:3] == ['200 "OK"'] * 2
    assert '"errorType":"Logs.ValidationError"' in answers[0] and answers[0].startswith("400 ")
    assert '"errorType":"ValidationError"' in answers[3] and answers[3].startswith("400 ")
    # Two subscriptions that are the same are one.
    assert sum(int(line.split()[3]) for line in lines if line.startswith("batch ")) == 1500
    told = [line.removeprefix("heard ") for line in lines if line.startswith("heard ")]
    assert f'platform.runtimeDone {{"requestId": "{spoke}", "status": "success"}}' in told
    assert f'platform.runtimeDone {{"requestId": "{ended}", "status": "failure"}}' in told
    assert f'platform.end {{"requestId": "{spoke}"}}' in told
    kinds = {line.split()[0] for line in told}
    assert {"platform.start", "platform.report", "platform.extension", "platform.logsSubscription"} <= kinds
    assert not [kind for kind in kinds if "init" in kind]
