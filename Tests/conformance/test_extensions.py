"""Extensions from a layer: the whole way from PublishLayerVersion to the SHUTDOWN event, and telemetry in the log."""

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


def test_an_extension_of_a_layer_lives_beside_the_function(server, role):
    client = server.client("lambda")
    layer = client.publish_layer_version(
        LayerName="watching", CompatibleRuntimes=["python3.11"], Content={"ZipFile": functions.archive(
            {"extensions/watcher": EXTENSION}, executable=["extensions/watcher"])})["LayerVersionArn"]
    functions.create(
        server, "watched", role, functions.python("def handler(event, context): return event"), Layers=[layer])
    answer = client.invoke(FunctionName="watched", Payload=b'"seen"')
    request = answer["ResponseMetadata"]["RequestId"]
    assert answer["Payload"].read() == b'"seen"' and "FunctionError" not in answer
    client.delete_function(FunctionName="watched")
    logs = server.client("logs")

    def messages():
        try:
            found = logs.filter_log_events(logGroupName="/aws/lambda/watched")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return False
        lines = [event["message"].strip() for event in found]
        wanted = [
            "EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]",
            "TELEMETRY\tName: watcher\tState: Subscribed\tTypes: [Platform]",
            f"event INVOKE {request}", "heard platform.initStart", "heard platform.report", "event SHUTDOWN SPINDOWN"]
        return all(line in lines for line in wanted)

    eventually(messages)
