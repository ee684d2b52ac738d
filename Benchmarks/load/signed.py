"""Signed requests as bytes, and boto3's clients, for a server at an address."""

import urllib.parse

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

KEY = SECRET = "test"
REGION = "us-east-1"


def client(service, url):
    return boto3.client(
        service, endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name=REGION,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=120))


def raw(url, path, service, headers, body):
    """The bytes of one signed POST; unsigned where `service` is None."""
    request = AWSRequest(method="POST", url=url + path, data=body, headers=headers)
    if service:
        SigV4Auth(Credentials(KEY, SECRET), service, REGION).add_auth(request)
    lines = [f"POST {path} HTTP/1.1", f"Host: {urllib.parse.urlsplit(url).netloc}"]
    lines += [f"{k}: {v}" for k, v in request.headers.items() if k.lower() not in ("host", "content-length")]
    lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
