#!/usr/bin/env python3
"""channels: how messages leave when the other side misbehaves, and how the daemon reloads, ends and dies.

An exporter of ours is the source: each case raises a queue of its own. channels.py BUILD DIRECTORY.
"""
import asyncio
import http.server
import pathlib
import signal
import sys
import threading

from harness import Daemon, Slack, Stream, run, until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from fake_smtp import Relay

CONFIGURATION = """
sources = ( { name = "queues"; kind = "openmetrics"; interval = "200ms"; url = "EXPORTER"; } );
rules = (
  { name = "QueueDepth"; kind = "threshold"; metric = "queue_depth";
    levels = ( { severity = "warning"; raise = 10; clear = 5; } );
    annotations = { summary = "{{labels.queue}} is deep"; }; }
);
receivers = (
  { name = "chat"; slack = ( { url_file = "SLACK"; timeout = "1s"; } ); },
  { name = "hook"; webhook = ( { url = "WEBHOOK"; } ); },
  MAIL_RECEIVERS
  { name = "page"; toast = ( {} ); }
);
smtp = { host = "127.0.0.1"; port = RELAY; tls = "none"; from = "tocsin@example.com"; };
route = { receiver = "page"; group_by = [ "queue" ]; group_wait = "0s"; group_interval = "1s"; repeat_interval = "4h";
          routes = ( MAIL_ROUTES { match = "queue=~'chat-.*'"; receiver = "chat"; }, { match = "queue=~'hook-.*'"; receiver = "hook"; } ); };
"""


class Exporter:
    """Prometheus text with the depth of each queue."""

    def __init__(self):
        self.depths = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                lines = ["# TYPE queue_depth gauge"]
                lines += [f'queue_depth{{queue="{name}"}} {depth}' for name, depth in sorted(outer.depths.items())]
                body = ("\n".join(lines) + "\n").encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/metrics"
        threading.Thread(target=server.serve_forever, daemon=True).start()


class HangingRelay(Relay):
    """Says nothing to who names an address at hang.example, until it is let go."""

    def __init__(self):
        super().__init__()
        self.hanging = 0
        started = threading.Event()
        threading.Thread(target=self.serve, args=(started,), daemon=True).start()
        started.wait()

    def serve(self, started):
        async def main():
            self.loop, self.go_on = asyncio.get_running_loop(), asyncio.Event()
            await self.start()
            started.set()
            await asyncio.Event().wait()

        asyncio.run(main())

    def let_go(self):
        self.loop.call_soon_threadsafe(self.go_on.set)

    def hold(self):
        self.hanging = 0
        self.loop.call_soon_threadsafe(self.go_on.clear)

    async def answer(self, writer, verb, default):
        if verb == "rcpt" and "hang.example" in self.commands[-1]:
            self.hanging += 1
            await self.go_on.wait()
        return await super().answer(writer, verb, default)


def mail_receiver(name, addresses):
    to = ", ".join(f'"{address}"' for address in addresses)
    return f'{{ name = "{name}"; email = ( {{ to = [ {to} ]; concurrency = 64; rate = 1000; burst = 1000; }} ); }},'


HANGING = ["mail-a", "mail-b", "mail-c"]
directory = pathlib.Path(sys.argv[2])
relay = HangingRelay()
exporter = Exporter()
slack, hook = Slack(), Slack()
secret = directory / "slack.url"
secret.write_text(slack.url + "\n")
secret.chmod(0o600)
configuration = CONFIGURATION.replace("EXPORTER", exporter.url).replace("SLACK", str(secret)).replace("WEBHOOK", hook.url)
configuration = configuration.replace("RELAY", str(relay.port)).replace("MAIL_RECEIVERS", "\n  ".join(
    [mail_receiver(name, [f"{i}@hang.example" for i in range(10)]) for name in HANGING] +
    [mail_receiver("mail-well", ["oncall@example.com"])]))
configuration = configuration.replace("MAIL_ROUTES", "".join(
    f"{{ match = \"queue='{name}'\"; receiver = \"{name}\"; }}, " for name in HANGING + ["mail-well"]))
daemon = Daemon(sys.argv[1], directory / "tocsin", config=configuration)


def about(queue, channel=slack):
    return [one for one in channel.received if queue in str(one["body"])]


def statuses(queue, channel=slack):
    return [one["status"] for one in about(queue, channel)]


expectations = {}  # queue -> the answers that its messages got


def story(tap, queue, script, expected, what):
    """Raise, lower: Slack answers by script; `expected` are the answers that the messages of this queue got."""
    expectations[queue] = expected
    slack.script = list(script)
    exporter.depths[queue] = 50
    tap.check(until(lambda: len(about(queue)) >= len(expected) - 1, 30), f"{what}: told",
              (statuses(queue), daemon.get("/api/v1/notifications")))
    exporter.depths[queue] = 1
    until(lambda: len(about(queue)) >= len(expected), 30)
    tap.check(until(lambda: daemon.alert("QueueDepth", queue=queue) is None, 10), f"{what}: resolved", daemon.alerts())
    tap.check(statuses(queue) == expected, f"{what}: as often as it takes, and one end", statuses(queue))


def start(tap):
    daemon.start()
    tap.check(until(lambda: daemon.get("/api/v1/status")["settled"], 20), "the daemon serves", daemon.tail())


def too_many_requests(tap):
    story(tap, "chat-429", [(429, {"Retry-After": "2"}, "rate_limited")], [429, 200, 200], "429")
    first, second = about("chat-429")[:2]
    tap.check(second["at"] - first["at"] >= 1.9, "Retry-After is waited for", second["at"] - first["at"])
    tap.check(first["body"] == second["body"], "the same message is sent again", (first["body"], second["body"]))


def server_errors(tap):
    story(tap, "chat-500", [(500, {}, "server_error")], [500, 200, 200], "500")


def no_answer(tap):
    story(tap, "chat-hang", [(Slack.HANG, {}, "")], [Slack.HANG, 200, 200], "no answer")
    slack.end_of_hanging.set()


def half_an_answer(tap):
    story(tap, "chat-half", [(Slack.CLOSE, {}, "")], [Slack.CLOSE, 200, 200], "half an answer")


def refused_blocks(tap):
    story(tap, "chat-blocks", [(400, {}, "invalid_blocks")], [400, 200, 200], "invalid_blocks")
    first, second = about("chat-blocks")[:2]
    tap.check(first["body"] != second["body"], "the built-in text goes out instead", second["body"])


def webhook(tap):
    exporter.depths["hook-1"] = 50
    until(lambda: about("hook-1", hook), 20)
    exporter.depths["hook-1"] = 1
    tap.check(until(lambda: len(about("hook-1", hook)) == 2, 20), "the webhook hears begin and end", hook.received)
    bodies = [one["body"] for one in about("hook-1", hook)]
    tap.check([one["status"] for one in bodies] == ["firing", "resolved"] and bodies[0]["version"] == "4",
              "in Alertmanager's form", bodies)
    headers = [{name.lower(): value for name, value in one["headers"].items()} for one in about("hook-1", hook)]
    keys = [one.get("idempotency-key") for one in headers]
    tap.check(all(keys) and keys[0] != keys[1] and keys == [one.get("webhook-id", key) for one, key in zip(headers, keys)],
              "each with a key of its own", headers)


def mail_that_hangs_delays_no_other(tap):
    """Three receivers of ten addresses each, and a relay that answers none of them."""
    for name in HANGING:
        exporter.depths[name] = 50
    tap.check(until(lambda: relay.hanging >= len(HANGING), 30), "mail hangs", (relay.hanging, daemon.tail()))
    exporter.depths["mail-well"] = 50
    tap.check(until(lambda: any(b"mail-well" in mail for mail in relay.mails), 30), "and another receiver gets its own",
              (relay.hanging, len(relay.mails), daemon.tail()))
    tap.check(len(relay.mails) == 1, "while they still hang", len(relay.mails))
    relay.let_go()
    tap.check(until(lambda: len(relay.mails) >= 31, 60), "then theirs arrive too", len(relay.mails))
    for name in HANGING + ["mail-well"]:
        exporter.depths[name] = 1
    tap.check(until(lambda: len(relay.mails) >= 62, 60), "and all ends", len(relay.mails))


def a_broken_file_changes_nothing(tap):
    good = daemon.config.read_text()
    daemon.config.write_text(good.replace("raise = 10;", "rise = 10;"))
    daemon.process.send_signal(signal.SIGHUP)
    error = until(lambda: daemon.get("/api/v1/status")["config"]["reload_error"], 10)
    tap.check(error and "tocsin.conf:5" in error and "rise" in error, "the status says file, line and key", error)
    story(tap, "chat-broken", [], [200, 200], "with a broken file the old rules")
    daemon.config.write_text(good.replace("raise = 10;", "raise = 40;"))
    daemon.process.send_signal(signal.SIGHUP)
    tap.check(until(lambda: daemon.get("/api/v1/status")["config"]["generation"] > 1, 10), "the mended file is taken",
              daemon.get("/api/v1/status")["config"])
    tap.check(daemon.get("/api/v1/status")["config"]["reload_error"] is None, "and the error is gone")


def an_orderly_end(tap):
    streams = [Stream(daemon.base), Stream(daemon.base)]
    until(lambda: all(one.events for one in streams), 10)
    exporter.depths["chat-kept"] = 50
    until(lambda: statuses("chat-kept") == [200], 15)
    before = daemon.alert("QueueDepth", queue="chat-kept")
    relay.hold()
    exporter.depths["mail-a"] = 50
    until(lambda: relay.hanging > 0, 20)
    status = daemon.stop(30)
    relay.let_go()
    tap.check(status == 0, "SIGTERM with streams open and mail that hangs ends with status 0", (status, daemon.tail()))
    tap.check(until(lambda: all(one.closed for one in streams), 5), "the streams are closed")
    tap.check(all(one.named("bye") for one in streams), "with a word of farewell", [one.events for one in streams])
    daemon.start()
    after = until(lambda: daemon.alert("QueueDepth", queue="chat-kept"), 10)
    tap.check(after and before and after["id"] == before["id"], "the alert outlives it", (before, after))


def a_sudden_end(tap):
    before = daemon.alert("QueueDepth", queue="chat-kept")
    daemon.kill()
    exporter.depths["chat-kept"] = 1
    daemon.start()
    tap.check(until(lambda: len(about("chat-kept")) == 2, 20), "what ended while it was dead is told", statuses("chat-kept"))
    ended = [one for one in daemon.get("/api/v1/history")["items"] if before and one["id"] == before["id"]]
    tap.check(ended and ended[0]["ended_at"], "and stands in history", ended)
    tap.check(daemon.stop(15) == 0, "and it ends in order")


def nothing_came_later(tap):
    """Long after, over a reload, an orderly and a sudden end, no queue was spoken of again."""
    tap.check({queue: statuses(queue) for queue in expectations} == expectations, "nothing was told again",
              {queue: statuses(queue) for queue in expectations})


try:
    run([start, too_many_requests, server_errors, no_answer, half_an_answer, refused_blocks, webhook,
         mail_that_hangs_delays_no_other,
         a_broken_file_changes_nothing, an_orderly_end, a_sudden_end, nothing_came_later])
finally:
    if daemon.process and daemon.process.poll() is None:
        daemon.kill()
