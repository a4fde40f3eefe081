"""torture: a real tocsind, killed with -9 again and again, and at each failpoint; a checker over what its receiver got.

    torture.py BUILD DIRECTORY [KILLS] [SEED]
"""
import datetime
import http.server
import json
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from checker import check_all  # noqa: E402
from harness import Daemon, Tap, until  # noqa: E402
import test_checker  # noqa: E402

THINGS = [f"thing-{i}" for i in range(80)]
TIMES = 3  # each gets into trouble at most so often: a fourth time would be flapping, which is another promise
CONFIG = """
sources = ( {{ name = "torture"; kind = "openmetrics"; interval = "200ms"; url = "{exporter}"; }} );
rules = ( {{ name = "Trouble"; kind = "threshold"; metric = "trouble"; op = ">"; keep_firing_for = "400ms";
             levels = ( {{ severity = "critical"; raise = 0.5; clear = 0.4; }} ); }} );
receivers = ( {{ name = "sink"; webhook = ( {{ url = "{sink}"; concurrency = 4; rate = 1000.0; timeout = "2s"; }} ); }} );
route = {{ receiver = "sink"; group_by = [ "thing" ]; group_wait = "0s"; group_interval = "1s"; repeat_interval = "4h"; }};
"""
FAILPOINTS = ["store.begin", "store.commit", "store.committed", "delivery.claimed", "delivery.sent", "delivery.result",
              "engine.step", "engine.publish"]


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


class Torture:
    def __init__(self, build, directory, seed):
        self.world = World(seed)
        config = CONFIG.format(exporter=self.world.exporter, sink=self.world.sink)
        self.daemon = Daemon(build, directory, config)
        self.kills, self.lives, self.born = [], [], None

    def live(self, **environment):
        self.daemon.start(**environment)
        self.born = time.time()

    def die(self, kill=True):
        if kill:
            self.daemon.kill()
        self.kills.append(time.time())
        self.lives.append((self.born, self.kills[-1]))

    def quiet(self):
        """All conditions are over: waits until the last message is out."""
        self.world.settle()

        calm = 0

        def idle():
            nonlocal calm
            status = self.daemon.get("/api/v1/status")
            queued = sum(one["queued"] + one["sending"] for one in status["integrations"])
            calm = calm + 1 if status["alerts"]["open"] == 0 and queued == 0 else 0
            return calm > 15  # longer than a group waits for its next message

        done = until(idle, 90, 0.2)
        self.lives.append((self.born, time.time()))
        return done

    def history(self):
        items, cursor = [], ""
        while cursor is not None:
            page = self.daemon.get(f"/api/v1/history?limit=200{'&cursor=' + cursor if cursor else ''}")
            items += page["items"]
            cursor = page["next"]
        told = {alert["episode"] for receipt in self.world.receipts for alert in receipt["alerts"]}
        return [{"id": one["id"], "thing": one["labels"]["thing"], "begun": wall(one["started_at"]),
                 "excused": one["id"] not in told and self.excuse(one["id"])} for one in items]

    def excuse(self, episode):
        """Resolved before its first message could leave: the timeline says so."""
        text = json.dumps(self.daemon.get(f"/api/v1/alerts/{episode}"))
        if any(f'"{word}"' in text for word in ("merged", "never_told")):
            return True
        print(f"# not told: {text[:4000]}", flush=True)
        return False

    def verdict(self, tap, name, most_in_flight=4):
        tap.check(self.quiet(), f"{name}: the outbox runs empty and every alert resolves", self.daemon.tail())
        world = self.world
        problems = check_all(world.script, world.receipts, self.kills, self.history(), world.seen(self.lives), most_in_flight)
        accepted = [receipt for receipt in world.receipts if receipt["accepted"]]
        print(f"# {name}: {len(self.kills)} kills, {len(accepted)} receipts taken, {len(world.receipts) - len(accepted)} refused, "
              f"{len(accepted) - len({receipt['key'] for receipt in accepted})} repeats", flush=True)
        tap.check(len(accepted) > 0, f"{name}: messages came")
        tap.check(not problems, f"{name}: no loss, no phantom, order, one resolved, repeats only around kills", "\n".join(problems))
        self.daemon.stop()


def pause(seconds):
    threading.Event().wait(seconds)


def random_kills(tap, build, directory, kills, seed):
    torture = Torture(build, directory / "random", seed)
    choose = random.Random(seed + 1)
    torture.live()
    for _ in range(kills):
        pause(choose.uniform(0.05, 1.2))
        torture.die()
        torture.live()
    pause(4)
    torture.verdict(tap, f"{kills} random kills")


def fault_free(tap, build, directory, seed):
    torture = Torture(build, directory / "calm", seed)
    torture.world.faults = False
    torture.live()
    pause(8)
    torture.verdict(tap, "no fault", most_in_flight=0)


def failpoints(tap, build, directory, seed):
    """Each point kills the daemon at its second hit; the next life runs without."""
    torture = Torture(build, directory / "failpoints", seed)
    hit = []
    for name in FAILPOINTS:
        torture.live(TOCSIN_FAILPOINTS=f"{name}=kill@2")
        if until(lambda: torture.daemon.process.poll() is not None, 25):
            hit.append(name)
            torture.die(kill=False)
        else:
            torture.die()
    tap.check(hit == FAILPOINTS, "every failpoint was reached", f"not reached: {set(FAILPOINTS) - set(hit)}")
    torture.live()
    pause(4)
    torture.verdict(tap, "a kill at each failpoint")


def main():
    build, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
    print(f"# seed {seed}, kills {kills}", flush=True)
    tap = Tap()
    test_checker.run(tap)
    fault_free(tap, build, directory, seed)
    failpoints(tap, build, directory, seed)
    random_kills(tap, build, directory, kills, seed)
    sys.exit(tap.end())


if __name__ == "__main__":
    main()
