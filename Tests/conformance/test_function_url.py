"""Point 3: functions behind URLs, called with curl in the host form and in the path form."""

import json
import re
import subprocess

import functions

WEB = """
import json
def handler(event, context):
    path = event["rawPath"]
    if path == "/text":
        return {"statusCode": 418, "headers": {"x-kind": "teapot"}, "cookies": ["a=1", "b=2"], "body": "short and stout"}
    if path == "/binary":
        return {"statusCode": 200, "isBase64Encoded": True, "body": "AAEC"}
    if path == "/raise":
        raise RuntimeError("no")
    return event
"""


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", "-i", *arguments], capture_output=True, check=True)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
    return int(lines[0].split()[1]), headers, body


def made(server, role, name, auth="NONE"):
    client = functions.create(server, name, role, functions.python(WEB))
    url = client.create_function_url_config(FunctionName=name, AuthType=auth)["FunctionUrl"]
    if auth == "NONE":
        client.add_permission(
            FunctionName=name, StatementId="public", Action="lambda:InvokeFunctionUrl", Principal="*",
            FunctionUrlAuthType="NONE")
    return client, url


def host_form(server, url):
    host = re.match(r"https?://([^/:]+)", url).group(1)
    return f"http://{host}:{server.port}", ["--resolve", f"{host}:{server.port}:127.0.0.1"]


def test_host_form_with_the_documented_event(server, role):
    _, url = made(server, role, "url-host")
    assert re.fullmatch(r"http://[a-z0-9]{32}\.lambda-url\.us-east-1\.localhost:\d+/", url)
    base, resolve = host_form(server, url)
    status, headers, body = curl(
        *resolve, "-X", "POST", "-H", "Content-Type: text/plain", "-H", "Cookie: k=v; l=w", "-d", "hello",
        f"{base}/a/b%20c?x=1&x=2&y=")
    assert status == 200
    assert ("content-type", "application/json") in [(k.lower(), v) for k, v in headers]
    event = json.loads(body)
    assert event["version"] == "2.0"
    assert event["rawPath"] == "/a/b%20c"
    assert event["rawQueryString"] == "x=1&x=2&y="
    assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert event["cookies"] == ["k=v", "l=w"]
    assert event["headers"]["content-type"] == "text/plain"
    assert event["body"] == "hello" and event["isBase64Encoded"] is False
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["http"]["path"] == "/a/b%20c"
    assert event["requestContext"]["domainName"].endswith(".localhost")


def test_path_form(server, role):
    _, url = made(server, role, "url-path")
    identifier = re.match(r"http://([a-z0-9]{32})\.", url).group(1)
    status, _, body = curl(f"{server.endpoint}/_apus/function-url/{identifier}/deep/path")
    assert status == 200
    assert json.loads(body)["rawPath"] == "/deep/path"


def test_structured_answers(server, role):
    _, url = made(server, role, "url-answers")
    base, resolve = host_form(server, url)
    status, headers, body = curl(*resolve, f"{base}/text")
    assert status == 418 and body == b"short and stout"
    assert ("x-kind", "teapot") in headers
    assert [v for k, v in headers if k.lower() == "set-cookie"] == ["a=1", "b=2"]
    assert curl(*resolve, f"{base}/binary")[2] == b"\x00\x01\x02"
    assert curl(*resolve, f"{base}/raise")[0] == 502


# https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
def test_other_pages_read_what_the_settings_of_cors_say(server, role):
    client, url = made(server, role, "url-cors")
    cors = {"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"], "AllowHeaders": ["x-a"],
            "ExposeHeaders": ["x-kind"], "MaxAge": 60, "AllowCredentials": True}
    client.update_function_url_config(FunctionName="url-cors", Cors=cors)
    assert client.get_function_url_config(FunctionName="url-cors")["Cors"] == cors
    base, resolve = host_form(server, url)

    def told(*arguments):
        status, headers, _ = curl(*resolve, *arguments, f"{base}/text")
        return status, {name.lower()[len("access-control-"):]: value for name, value in headers
                        if name.lower().startswith("access-control-")}

    asked = ["-X", "OPTIONS", "-H", "Access-Control-Request-Method: GET", "-H", "Access-Control-Request-Headers: x-a"]
    status, preflight = told(*asked, "-H", "Origin: https://example.com")
    assert status in (200, 204) and preflight == {
        "allow-origin": "https://example.com", "allow-methods": "GET", "allow-headers": "x-a", "max-age": "60",
        "allow-credentials": "true"}
    status, simple = told("-H", "Origin: https://example.com")
    assert status == 418 and simple["allow-origin"] == "https://example.com"
    assert simple["expose-headers"] == "x-kind" and simple["allow-credentials"] == "true"
    assert "allow-origin" not in told("-H", "Origin: https://example.org")[1]
    assert "allow-origin" not in told(*asked, "-H", "Origin: https://example.org")[1]


def test_signed_urls_refuse_strangers(server, role):
    _, url = made(server, role, "url-iam", auth="AWS_IAM")
    base, resolve = host_form(server, url)
    status, _, body = curl(*resolve, f"{base}/")
    assert status == 403
    assert json.loads(body) == {"Message": "Forbidden"}
    status, _, body = curl(
        *resolve, "--aws-sigv4", "aws:amz:us-east-1:lambda", "--user", "test:test", f"{base}/signed")
    assert status == 200
    assert json.loads(body)["rawPath"] == "/signed"


def test_public_urls_need_the_permission(server, role):
    client, url = made(server, role, "url-private")
    client.remove_permission(FunctionName="url-private", StatementId="public")
    base, resolve = host_form(server, url)
    assert curl(*resolve, f"{base}/")[0] == 403


def test_unknown_url_is_refused(server):
    status, _, _ = curl(f"{server.endpoint}/_apus/function-url/{'a' * 32}/")
    assert status in (403, 404)
