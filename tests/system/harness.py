"""harness: what the system tests share: the daemon, a scripted Slack, mailboxes, stream clients, TAP.

Everything listens on loopback. A test waits for conditions, with a bound, never for a time.
"""
import email
import email.policy
import http.server
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]


class Tap:
    """Counts and prints; the exit status says whether all held."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def check(self, held, name, why=""):
        self.number += 1
        print(f"{'ok' if held else 'not ok'} {self.number} - {name}", flush=True)
        if not held:
            self.failed += 1
            for line in str(why).splitlines()[:20]:
                print(f"# {line[:1500]}", flush=True)
        return held

    def skip(self, name, why):
        self.number += 1
        print(f"ok {self.number} - {name} # SKIP {why}", flush=True)

    def end(self):
        print(f"1..{self.number}", flush=True)
        return 1 if self.failed else 0


def until(condition, seconds=30.0, every=0.1):
    """The first true value of condition(), or its last value when the bound is reached."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = condition()
        except (OSError, ValueError, KeyError):
            value = None
        if value or time.monotonic() >= deadline:
            return value
        threading.Event().wait(every)


def call(url, method="GET", body=None, headers=None, timeout=10):
    """Status and decoded body (JSON if it is JSON)."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


class Slack:
    """An incoming webhook that answers by script: a list of (status, headers, body), then 200 ok for ever.

    Status HANG never answers, status CLOSE announces more than it says.
    """

    HANG, CLOSE = -1, -2

    def __init__(self):
        self.received = []
        self.script = []
        self.end_of_hanging = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                step = outer.script.pop(0) if outer.script else (200, {}, "ok")
                outer.received.append({"at": time.monotonic(), "status": step[0], "headers": dict(self.headers),
                                       "body": json.loads(body)})
                if step[0] == Slack.HANG:
                    outer.end_of_hanging.wait(60)
                    self.close_connection = True
                    return
                if step[0] == Slack.CLOSE:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok")
                    self.close_connection = True
                    return
                self.send_response(step[0])
                for name, value in step[1].items():
                    self.send_header(name, value)
                payload = step[2].encode()
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/services/T/B/X"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def texts(self, status=200):
        return [one["body"].get("text", "") for one in self.received if one["status"] == status]


class Stream:
    """One client of the event stream; keeps what it heard."""

    def __init__(self, base, last_id=None):
        self.events = []
        self.closed = False
        headers = {"Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        self.request = urllib.request.Request(f"{base}/api/v1/stream", headers=headers)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            with urllib.request.urlopen(self.request, timeout=60) as answer:
                name, data, number = "message", [], None
                for raw in answer:
                    line = raw.decode().rstrip("\r\n")
                    if not line:
                        if data:
                            self.events.append({"name": name, "id": number, "data": json.loads("\n".join(data))})
                        name, data = "message", []
                    elif line.startswith("event:"):
                        name = line[6:].strip()
                    elif line.startswith("data:"):
                        data.append(line[5:].strip())
                    elif line.startswith("id:"):
                        number = line[3:].strip()
        except (OSError, ValueError):
            pass
        self.closed = True

    def named(self, name):
        return [event for event in self.events if event["name"] == name]


class Daemon:
    """A real tocsind on a free port; restart() keeps its state directory."""

    def __init__(self, build, directory, config=None, demo=False, environment=None):
        self.build = pathlib.Path(build)
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config = self.directory / "tocsin.conf"
        if config is not None:
            self.config.write_text(config)
        self.demo = demo
        self.environment = environment or {}
        self.process = None
        self.base = None
        self.log = None

    def start(self, **more):
        arguments = [str(self.build / "tocsind"), "--listen", "127.0.0.1:0", "--state", str(self.directory / "state")]
        arguments += ["--demo"] if self.demo else ["--config", str(self.config)]
        environment = dict(os.environ, TOCSIN_LIBEXECDIR=str(self.build), **self.environment, **more)
        self.log = open(self.directory / "tocsind.log", "a")
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=self.log, env=environment, text=True)
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else ""
        if "http://" not in line:
            raise RuntimeError(f"tocsind did not start: {line!r}; see {self.directory}/tocsind.log\n{self.tail()}")
        self.base = "http://" + line.split("http://", 1)[1].strip().rstrip("/")
        return self

    def tail(self):
        return (self.directory / "tocsind.log").read_text()[-3000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=30):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return -1

    def get(self, path):
        return call(self.base + path)[1]

    def alerts(self, query=""):
        return self.get(f"/api/v1/alerts{query}")["items"]

    def alert(self, rule, **labels):
        for one in self.alerts():
            if one["rule"] == rule and all(one["labels"].get(k) == v for k, v in labels.items()):
                return one
        return None

    def client(self, *arguments):
        """tocsinctl: exit status, standard output, standard error."""
        done = subprocess.run([str(self.build / "tocsinctl"), "--server", self.base, *arguments], capture_output=True,
                              text=True, timeout=30)
        return done.returncode, done.stdout, done.stderr


class Mailbox:
    """A Maildir that a real mail server fills."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def mails(self):
        found = []
        for part in ("new", "cur"):
            for name in sorted((self.path / part).glob("*"), key=lambda one: one.stat().st_mtime_ns):
                found.append(email.message_from_bytes(name.read_bytes(), policy=email.policy.default))
        return found

    def text(self, mail):
        return mail.get_body(("plain",)).get_content()


def run(cases):
    """Runs the cases in order."""
    tap = Tap()
    for case in cases:
        try:
            case(tap)
        except Exception as error:  # a case that breaks is a failure, with its place
            import traceback
            tap.check(False, f"{case.__name__} ran to its end", "".join(traceback.format_exception(error)))
            break  # what follows builds on it
    sys.exit(tap.end())
