"""kafka_world: what the tests on the real Kafka stack share: connectors, mail server, configuration, listeners.

Made once for a run and closed at its end. The stack itself is started and stopped by story.sh.
"""
import json
import pathlib
import re
import signal
import socket
import subprocess

from harness import TOP, Daemon, Mailbox, Slack, Stream, call, until

WORKERS = ("http://127.0.0.1:18083", "http://127.0.0.1:18084")

CONFIGURATION = """
external_url = "https://tocsin.example.com/";
sources = (
  {{ name = "connect"; kind = "connect"; interval = "1s"; labels = {{ cluster = "stack"; }};
    workers = [ "http://127.0.0.1:18083", "http://127.0.0.1:18084" ];
    jolokia = [ "http://127.0.0.1:18778/jolokia/", "http://127.0.0.1:18779/jolokia/" ]; }},
  {{ name = "lag"; kind = "kafka"; interval = "1s"; labels = {{ cluster = "stack"; }}; brokers = [ "127.0.0.1:19092" ]; }}
);
rules = (
  {{ name = "TaskFailed"; kind = "state"; object = "task"; keep_firing_for = "2s";
    levels = ( {{ severity = "critical"; raise = [ "FAILED" ]; clear = [ "RUNNING" ]; }} ); }},
  {{ name = "ErrorRate"; kind = "error_rate"; window = "6s"; min_count = 10; keep_firing_for = "2s";
    levels = ( {{ severity = "warning"; raise = "5%"; clear = "2%"; }} ); }},
  {{ name = "ThroughputDrop"; kind = "throughput_drop"; against = "baseline"; window = "4s"; min_windows = 2;
    min_usual = 20; match = "connector='slows'"; for = "1s"; keep_firing_for = "2s";
    levels = ( {{ severity = "warning"; raise = "40%"; clear = "70%"; }} ); }},
  {{ name = "Lag"; kind = "lag"; match = "connector='fifo'"; keep_firing_for = "2s";
    levels = ( {{ severity = "warning"; raise = 3000; clear = 1000; }} ); }},
  {{ name = "Stall"; kind = "stall"; window = "5s"; match = "connector='fifo'"; min_lag = 100; }},
  {{ name = "SourceDown"; kind = "threshold"; metric = "source_up"; op = "<"; for = "3s"; keep_firing_for = "2s";
    levels = ( {{ severity = "critical"; raise = 1; clear = 1; }} ); }}
);
smtp = {{ host = "localhost"; port = {port}; tls = "starttls"; user = "tocsin"; password_file = "{password}";
         from = "Tocsin <tocsin@example.com>"; ca_file = "{certificate}"; }};
receivers = ( {{ name = "everyone"; slack = ( {{ url_file = "{slack}"; }} ); email = ( {{ to = [ "oncall@example.com" ]; }} );
               toast = ( {{}} ); }} );
route = {{ receiver = "everyone"; group_by = [ "alertname", "connector" ]; group_wait = "1s"; group_interval = "1s";
          repeat_interval = "4h"; }};
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Connect:
    """The cluster's REST interface, by whichever worker answers."""

    def call(self, path, method="GET", body=None):
        """Waits out a rebalance (409), an election (500) and a worker that is away."""
        answer = (0, "")

        def once():
            nonlocal answer
            for worker in WORKERS:
                try:
                    answer = call(worker + path, method, body)
                except OSError:
                    continue
                if answer[0] < 400 or answer[0] in (400, 404):
                    return True
            return False
        until(once, 40, 0.5)
        return answer

    def put(self, name, **settings):
        config = {key.replace("_", "."): str(value) for key, value in settings.items()}
        status, answer = self.call(f"/connectors/{name}/config", "PUT", config)
        if status not in (200, 201):
            raise RuntimeError(f"connector {name}: {status} {answer}")

    def trouble(self, name, rate=20, **more):
        self.put(name, **{"connector_class": "tocsin.test.TroubleSource", "tasks_max": 1, "topic": name, "rate": rate, **more})

    def running(self, name):
        """Whether the connector and every task of it run."""
        status, answer = self.call(f"/connectors/{name}/status")
        return status == 200 and answer["tasks"] and all(
            one["state"] == "RUNNING" for one in [answer["connector"], *answer["tasks"]])

    def workers_of(self, name):
        status, answer = self.call(f"/connectors/{name}/status")
        return {task["worker_id"] for task in answer["tasks"]} if status == 200 else set()

    def clear(self):
        for name in self.call("/connectors")[1]:
            self.call(f"/connectors/{name}", "DELETE")


class World:
    def __init__(self, build, stack, directory):
        self.stack = pathlib.Path(stack)
        self.directory = pathlib.Path(directory)
        self.connect = Connect()
        self.connect.clear()
        self.slack = Slack()
        port = free_port()
        self.postfix = self.directory / "postfix"
        self.script("postfix.sh", "start", self.postfix, port)
        self.mailbox = Mailbox(self.postfix / "mail" / "inbox")
        password = self.directory / "password"
        password.write_text("secret\n")
        slack_url = self.directory / "slack.url"
        slack_url.write_text(self.slack.url + "\n")
        for secret in (password, slack_url):
            secret.chmod(0o600)
        text = CONFIGURATION.format(port=port, password=password, certificate=self.postfix / "cert.pem", slack=slack_url)
        self.daemon = Daemon(build, self.directory / "tocsin", config=text)
        self.streams = []
        self.story = None

    def script(self, name, *arguments):
        subprocess.run([TOP / "tests" / "support" / name, *map(str, arguments)], check=True, timeout=180)

    def start(self):
        self.daemon.start()
        self.streams += [Stream(self.daemon.base), Stream(self.daemon.base)]
        return until(lambda: self.daemon.get("/api/v1/status")["settled"], 30)

    def crash(self):
        """kill -9, and start again on the same state."""
        self.daemon.kill()
        self.start()

    def alert(self, rule, **labels):
        return self.daemon.alert(rule, **labels)

    def fired(self, rule, seconds=40, **labels):
        return until(lambda: self.alert(rule, **labels), seconds, 0.3)

    def resolved(self, rule, seconds=40, **labels):
        return until(lambda: self.alert(rule, **labels) is None, seconds, 0.3)

    def alerts_open(self):
        return [f"{one['rule']} {one['labels']}" for one in self.daemon.alerts()]

    def history(self):
        return json.dumps(self.daemon.get("/api/v1/history"))

    def polled_again(self):
        """Whether every target was read since the daemon started."""
        status = self.daemon.get("/api/v1/status")
        return all(one["last_poll_at"] and one["last_poll_at"] > status["started_at"] for one in status["targets"])

    def check_acknowledged(self, tap, when):
        name = self.story["id"]
        listed = [one for one in self.daemon.alerts() if one["id"] == name]
        tap.check(listed and (listed[0]["acknowledged"] or {}).get("by") == "ada", f"the list has the acknowledgement{when}", listed)
        detail = self.daemon.get(f"/api/v1/alerts/{name}")
        tap.check("looking at the connector" in json.dumps(detail), f"its page has it{when}", detail)

    def slack_about(self, words):
        return [text for text in self.slack.texts() if all(word in text for word in words)]

    def mails_about(self, *words):
        return [mail for mail in self.mailbox.mails() if all(word in mail["Subject"] + self.mailbox.text(mail) for word in words)]

    def toasts(self, stream, connector):
        return [event for event in stream.named("toast") if connector in str(event["data"])]

    def heard_ack(self, stream, name):
        return any(event["data"]["alert"]["id"] == name and (event["data"]["alert"]["acknowledged"] or {}).get("by") == "ada"
                   for event in stream.named("alert"))

    def kill_worker(self, number):
        pid = int((self.stack / f"connect{number}.pid").read_text())
        subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(pid)], check=True)

    def start_worker(self, number):
        self.script("kafka/stack.sh", "worker", self.stack, number)

    def close(self):
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.stop()
        self.script("postfix.sh", "stop", self.postfix)


def identity(mail):
    """Message-ID and the ids it refers to."""
    return mail["Message-ID"].strip(), re.findall(r"<[^>]+>", mail.get("References", ""))
