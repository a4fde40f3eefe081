"""world: the exporter whose values follow a seeded script, and the sink that notes every receipt."""
import datetime
import http.server
import json
import random
import threading
import time

THINGS = [f"thing-{i}" for i in range(80)]
TIMES = 3  # each gets into trouble at most so often: a fourth time would be flapping, which is another promise


def wall(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class World:
    """The exporter whose values follow a seeded script, and the sink that notes every receipt."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.script = {thing: [] for thing in THINGS}
        self.next = {thing: time.time() + self.random.uniform(0.5, 60 if i >= 20 else 4) for i, thing in enumerate(THINGS)}
        self.polls = []
        self.receipts = []
        self.faults = True
        self.calm = False
        self.exporter = self.serve(self.export)
        self.sink = self.serve(self.receive)

    def serve(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply()

            def do_POST(self):
                self.reply()

            def reply(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, text = answer(self.headers, body)
                if status is None:
                    return
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                except OSError:
                    pass  # the daemon was killed while we answered

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    def values(self, now):
        for thing in THINGS:
            if self.calm or now < self.next[thing]:
                continue
            spans = self.script[thing]
            if spans and spans[-1][1] is None:
                spans[-1][1] = now
                self.next[thing] = now + self.random.uniform(1.5, 4)
            elif len(spans) < TIMES:
                spans.append([now, None])
                self.next[thing] = now + self.random.uniform(1, 6)
        return {thing: bool(spans and spans[-1][1] is None) for thing, spans in self.script.items()}

    def settle(self):
        with self.lock:
            self.calm, self.faults = True, False
            for spans in self.script.values():
                if spans and spans[-1][1] is None:
                    spans[-1][1] = time.time()

    def export(self, _headers, _body):
        with self.lock:
            now = time.time()
            values = self.values(now)
            self.polls.append((now, values))
        lines = ["# TYPE trouble gauge"] + [f'trouble{{thing="{thing}"}} {int(value)}' for thing, value in values.items()]
        return 200, {"Content-Type": "text/plain; version=0.0.4"}, ("\n".join(lines) + "\n").encode()

    def receive(self, headers, body):
        message = json.loads(body)
        with self.lock:
            chance = self.random.random() if self.faults else 1.0
            accepted = chance >= 0.08
            ids = message["tocsin"]["alerts"]
            ids = [one["id"] if isinstance(one, dict) else one for one in ids]
            self.receipts.append({
                "at": time.time(), "key": headers["Idempotency-Key"], "accepted": accepted,
                "alerts": [{"episode": episode, "thing": alert["labels"]["thing"], "status": alert["status"]}
                           for episode, alert in zip(ids, message["alerts"])],
                "begun": {episode: wall(alert["startsAt"]) for episode, alert in zip(ids, message["alerts"])}})
        if accepted:
            return 200, {}, b"ok"
        if chance < 0.03:
            return 500, {}, b"not now"
        if chance < 0.06:
            return 429, {"Retry-After": "1"}, b"slower"
        return None, {}, b""

    def seen(self, lives):
        """Conditions that one life of the daemon polled for at least 2 s, and then lived on for another second."""
        found = []
        for thing, spans in self.script.items():
            for begin, end in spans:
                end = end or time.time()
                for born, died in lives:
                    polls = [at for at, values in self.polls if begin <= at <= end and born <= at < died and values[thing]]
                    if len(polls) > 2 and polls[-1] - polls[0] >= 2 and died - polls[-1] >= 1:
                        found.append((thing, begin, end))
                        break
        return found
