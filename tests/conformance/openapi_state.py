"""What calls need to find if they are to succeed: messages, leases, tickets and
turns, made over the same API."""

import http.client
import json
import os
import uuid
from urllib.parse import urlsplit


class State:
    """Of the daemon at this URL. Each method returns parts of a path."""

    def __init__(self, url):
        self.address = urlsplit(url).netloc
        self.held = []  # connections that keep a turn

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection(self.address, timeout=20)
        connection.request(method, target, body, {
            "Authorization": f"Bearer {os.environ['CONFORMANCE_TOKEN']}"})
        return connection, connection.getresponse()

    def value(self, *request):
        connection, response = self.ask(*request)
        body = response.read()
        connection.close()
        assert response.status < 300, body
        return json.loads(body) if body else response

    def message(self):
        connection, _ = self.ask("PUT", "/queues/stocked", "a message")
        connection.close()
        return {"queue": "stocked", "index": 0}

    def listed(self):
        self.message()
        messages = self.value("GET", "/queues/stocked/messages?limit=1")
        return {"queue": "stocked", "id": messages["messages"][0]["id"]}

    def lease(self):
        self.message()
        connection, response = self.ask(
            "POST", "/queues/stocked/head?lease=1m")
        connection.close()
        return {"queue": "stocked", "lease": response.headers["Syncq-Lease"]}

    def ticket(self):
        fifo = self.value("POST", "/fifo/new?allow_overrides=1")["uuid"]
        return {"fifo": fifo,
                **self.value("POST", f"/fifo/{fifo}/ticket")}

    def ended(self):
        path = self.ticket()
        self.value("POST", "/fifo/{fifo}/cancel/{ticket}".format(**path))
        return path

    def accepted(self):
        path = self.ticket()
        self.value("POST", "/fifo/{fifo}/wait/{ticket}".format(**path))
        return path

    def waiting(self):
        path = self.ticket()
        return {"fifo": path["fifo"],
                **self.value("POST", f"/fifo/{path['fifo']}/ticket")}

    def turn(self):
        """Kept by a connection until let_go()."""
        fifo = f"held-{uuid.uuid4()}"
        connection, stream = self.ask(
            "POST", f"/fifo/{fifo}/hold?create=1&allow_overrides=1")
        self.held.append(connection)
        return {"fifo": fifo, "ticket": json.loads(stream.readline())["ticket"]}

    def let_go(self):
        while self.held:
            self.held.pop().close()
