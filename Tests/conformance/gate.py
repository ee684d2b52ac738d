"""A place where functions tell what they have, and wait until a test lets them go on."""

import socket
import threading

# For functions: tells one line of text at the gate, and returns when it is open.
PASS = """
import socket
def pass_gate(port, text):
    with socket.create_connection(("127.0.0.1", port)) as end:
        end.sendall(text.encode() + b"\\n")
        end.recv(1)
"""


class Gate:
    """Listens in the host's network, which is the functions' too."""

    def __init__(self):
        self.told = []
        self.lock = threading.Lock()
        self.waiting = []
        self.most_waiting = 0
        self.is_open = False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                end, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.hear, args=(end,), daemon=True).start()

    def hear(self, end):
        with end.makefile() as lines:
            line = lines.readline().rstrip("\n")
        with self.lock:
            self.told.append(line)
            if self.is_open:
                end.close()
                return
            self.waiting.append(end)
            self.most_waiting = max(self.most_waiting, len(self.waiting))

    def open(self):
        with self.lock:
            self.is_open = True
            for end in self.waiting:
                end.close()

    def __enter__(self):
        return self

    def __exit__(self, *arguments):
        self.open()
        self.listener.close()
