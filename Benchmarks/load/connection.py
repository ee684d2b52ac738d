"""A kept connection that sends raw requests."""

import http.client
import json
import urllib.parse

BATCH = 10


class Connection:
    """One kept connection for raw requests."""

    def __init__(self, url):
        self.http = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
        self.http.connect()

    def ask(self, request):
        self.http.sock.sendall(request)
        response = http.client.HTTPResponse(self.http.sock)
        response.begin()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status} {body[:200]}")
        return json.loads(body) if body else {}
