"""torture: a real tocsind, killed with -9 again and again, failed at each failpoint, and without room; a checker over what its
receiver got.

    torture.py BUILD DIRECTORY [KILLS] [SEED]

TOCSIN_SMALL_DISK names an empty folder on a small file system of its own.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from checker import check_all  # noqa: E402
from harness import Daemon, Tap, until  # noqa: E402
from world import World, wall  # noqa: E402
import failpoints  # noqa: E402
import full_disk  # noqa: E402
import test_checker  # noqa: E402

WORLDS = 4  # random kills are shared by so many daemons
IN_FLIGHT = 4
CONFIG = """
sources = ( {{ name = "torture"; kind = "openmetrics"; interval = "200ms"; url = "{exporter}"; }} );
rules = ( {{ name = "Trouble"; kind = "threshold"; metric = "trouble"; op = ">"; keep_firing_for = "400ms";
             levels = ( {{ severity = "critical"; raise = 0.5; clear = 0.4; }} ); }} );
receivers = ( {{ name = "sink"; webhook = ( {{ url = "{sink}"; concurrency = 4; rate = 1000.0; timeout = "2s"; }} ); }} );
route = {{ receiver = "sink"; group_by = [ "thing" ]; group_wait = "0s"; group_interval = "1s"; repeat_interval = "4h"; }};
"""


class Torture:
    """One world, one daemon in it, and what was done to it."""

    everywhere = []

    def __init__(self, build, directory, seed, faults=True):
        self.world = World(seed)
        self.world.faults = faults
        config = CONFIG.format(exporter=self.world.exporter, sink=self.world.sink)
        self.daemon = Daemon(build, directory, config)
        self.doubts, self.lives, self.born = [], [], None
        Torture.everywhere.append(self)

    def live(self, **environment):
        self.daemon.start(**environment)
        self.born = time.time()

    def live_until(self, failpoint):
        """A failpoint that ends the process may do so before it serves: `ended` tells how."""
        self.born = time.time()
        try:
            self.daemon.start(TOCSIN_FAILPOINTS=failpoint)
        except RuntimeError:
            if self.ended() is None:
                raise

    def doubt(self, begin, end, most):
        """From begin to end at most so many messages may have left without our knowing."""
        self.doubts.append({"from": begin, "to": end, "most": most})

    def blind(self):
        """From now on nobody can expect it to see what goes on, until `sees`."""
        self.lives.append((self.born, time.time()))

    def sees(self):
        self.born = time.time()

    def died(self):
        now = time.time()
        self.doubt(now, now, IN_FLIGHT)
        self.blind()

    def die(self):
        self.daemon.kill()
        self.died()

    def ended(self, seconds=25):
        """The exit status of a daemon that ends by itself; None if it lives on."""
        until(lambda: self.daemon.process.poll() is not None, seconds)
        return self.daemon.process.poll()

    def reload(self):
        self.daemon.process.send_signal(signal.SIGHUP)

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
        told = {alert["episode"] for receipt in self.accepted() for alert in receipt["alerts"]}
        return [{"id": one["id"], "thing": one["labels"]["thing"], "begun": wall(one["started_at"]),
                 "excused": one["id"] not in told and self.excuse(one["id"])} for one in items]

    def excuse(self, episode):
        """Resolved before its first message could leave: the timeline says so."""
        text = json.dumps(self.daemon.get(f"/api/v1/alerts/{episode}"))
        if any(f'"{word}"' in text for word in ("merged", "never_told")):
            return True
        print(f"# not told: {text[:4000]}", flush=True)
        return False

    def log_gaps(self):
        """Numbers that are missing in the event log: each would be a commit that was dropped. A full disk takes the oldest."""
        numbers, after = [], 0
        while after is not None:
            page = self.daemon.get(f"/api/v1/events?after={after}&limit=1000")
            numbers += [event["seq"] for event in page["items"]]
            after = page["next"]
        return sorted(set(range(min(numbers), max(numbers) + 1)) - set(numbers))

    def accepted(self):
        return [receipt for receipt in self.world.receipts if receipt["accepted"]]

    def repeats(self):
        return len(self.accepted()) - len({receipt["key"] for receipt in self.accepted()})

    def verdict(self, tap, name):
        tap.check(self.quiet(), f"{name}: the outbox runs empty and every alert resolves", self.daemon.tail())
        world = self.world
        problems = check_all(world.script, world.receipts, self.doubts, self.history(), world.seen(self.lives))
        print(f"# {name}: {len(self.accepted())} receipts taken, {len(world.receipts) - len(self.accepted())} refused, "
              f"{self.repeats()} repeats", flush=True)
        tap.check(len(self.accepted()) > 0, f"{name}: messages came")
        tap.check(not problems, f"{name}: no loss, no phantom, order, one resolved, repeats only where allowed", "\n".join(problems))
        tap.check(self.log_gaps() == [], f"{name}: the event log has every number", self.log_gaps())
        tap.check(self.daemon.stop() == 0, f"{name}: it ends in order", self.daemon.tail())


class Notes:
    """What one of several cases at once found: told later, in order."""

    def __init__(self):
        self.checks = []

    def check(self, held, name, why=""):
        self.checks.append((held, name, why))
        return held

    def tell(self, tap):
        for check in self.checks:
            tap.check(*check)


def together(tap, cases, at_once):
    """Runs the cases, each with a tap, so many at once: they mostly wait."""
    def run(case):
        notes = Notes()
        try:
            case(notes)
        except Exception as error:  # a case that breaks is a failure, not an end
            notes.check(False, f"{case.__name__} ran to its end", repr(error))
        return notes

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for notes in pool.map(run, cases):
            notes.tell(tap)


def pause(seconds):
    threading.Event().wait(seconds)


def random_kills(build, directory, kills, seed):
    def case(tap):
        torture = Torture(build, directory, seed)
        choose = random.Random(seed + 1)
        torture.live()
        for _ in range(kills):
            pause(choose.uniform(0.05, 1.2))
            torture.die()
            torture.live()
        pause(4)
        torture.verdict(tap, f"{kills} random kills, seed {seed}")
    return case


def fault_free(build, directory, seed):
    def case(tap):
        torture = Torture(build, directory, seed, faults=False)
        torture.live()
        pause(8)
        torture.verdict(tap, "no fault")
    return case


def main():
    build, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
    print(f"# seed {seed}, kills {kills}", flush=True)
    tap = Tap()
    test_checker.run(tap)

    def torture(name, number=0, **more):
        return Torture(build, directory / name, seed + number, **more)

    cases = [fault_free(build, directory / "calm", seed)] + failpoints.cases(tap, torture)
    disk = os.environ.get("TOCSIN_SMALL_DISK")
    if disk:
        cases.append(full_disk.case(Torture, build, pathlib.Path(disk), seed))
    else:
        tap.skip("a full disk", "nobody may mount a file system here")
    together(tap, cases, 6)
    together(tap, [random_kills(build, directory / f"random-{n}", kills // WORLDS, seed + 100 * n) for n in range(WORLDS)], WORLDS)
    for one in Torture.everywhere:  # a case that broke off leaves its daemon
        if one.daemon.process and one.daemon.process.poll() is None:
            one.daemon.kill()
    sys.exit(tap.end())


if __name__ == "__main__":
    main()
