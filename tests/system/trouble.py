"""trouble: further ways in which real connectors and workers fail; cases of the run of story.py."""
import fcntl
import os
import threading

from harness import until

CAST = {"transforms": "cast", "transforms_cast_type": "org.apache.kafka.connect.transforms.Cast$Value",
        "transforms_cast_spec": "int32", "errors_tolerance": "all"}


class Fifo:
    """A pipe in the file system with a small buffer, and a reader who reads while `reading` is set."""

    def __init__(self, path):
        self.path = path
        self.read = 0
        self.reading = threading.Event()
        os.mkfifo(path)
        path.chmod(0o666)
        self.descriptor = os.open(path, os.O_RDWR)
        fcntl.fcntl(self.descriptor, fcntl.F_SETPIPE_SZ, 4096)
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        while self.reading.wait():
            self.read += len(os.read(self.descriptor, 65536))


def sink(world, name, topics, path, **more):
    world.connect.put(name, connector_class="org.apache.kafka.connect.file.FileStreamSinkConnector", tasks_max=1,
                      topics=topics, file=path, **more)


def prepare(world):
    """Everything that takes time to get going starts at once; what fails later runs well for now."""
    world.connect.trouble("casts", rate=50, **CAST)
    world.connect.trouble("slows", rate=100)
    world.connect.trouble("plain", rate=50)
    world.connect.trouble("flood", rate=2000)
    sink(world, "dead-letters", "plain", world.directory / "letters.txt")
    world.fifo = Fifo(world.directory / "fifo")
    world.fifo.reading.set()
    sink(world, "fifo", "flood", world.fifo.path)


def all_run(world):
    return all(world.connect.running(name) for name in ("casts", "slows", "plain", "flood", "dead-letters", "fifo"))


def healthy_connectors_are_quiet(world, tap):
    prepare(world)
    tap.check(until(lambda: all_run(world) and world.fifo.read > 50000, 60), "six more connectors run", world.connect.call("/connectors?expand=status"))
    tap.check(until(lambda: world.alerts_open() == [], 20), "none of them alerts", world.alerts_open())
    world.fifo.reading.clear()


def errors_behind_tolerance_are_seen(world, tap):
    world.connect.trouble("casts", rate=50, bad_every=3, **CAST)
    alert = world.fired("ErrorRate", connector="casts")
    tap.check(alert and 0.05 < alert["value"] <= 0.5, "a burst of tolerated errors is an alert with its rate",
              alert or world.alerts_open())
    world.connect.trouble("casts", rate=50, **CAST)


def dead_letters_alone_are_seen(world, tap):
    sink(world, "dead-letters", "plain", world.directory / "letters.txt", errors_tolerance="all",
         value_converter="org.apache.kafka.connect.json.JsonConverter",
         errors_deadletterqueue_topic_name="letters", errors_deadletterqueue_topic_replication_factor=1)
    alert = world.fired("ErrorRate", connector="dead-letters")
    tap.check(alert, "records that all go to the dead letter queue are an alert",
              alert or world.alerts_open())
    sink(world, "dead-letters", "plain", world.directory / "letters.txt")


def a_slower_connector_is_seen(world, tap):
    world.connect.trouble("slows", rate=5)
    alert = world.fired("ThroughputDrop", connector="slows")
    tap.check(alert and alert["value"] < 0.4, "a twentieth of the usual is an alert", alert or world.alerts_open())
    world.connect.trouble("slows", rate=100)


def a_blocked_sink_is_seen(world, tap):
    tap.check(world.fired("Stall", connector="fifo"), "a sink that writes nothing while there is lag is an alert",
              world.alerts_open())
    lag = world.fired("Lag", connector="fifo")
    tap.check(lag and lag["value"] > 3000, "its lag is an alert", lag or world.alerts_open())


def what_is_mended_resolves(world, tap):
    world.fifo.reading.set()
    world.connect.trouble("flood", rate=20)
    tap.check(until(lambda: world.alerts_open() == [], 60), "all of it resolves when it is mended", world.alerts_open())


def a_killed_worker_neither_resolves_nor_alerts(world, tap):
    told = len(world.slack.received)
    world.connect.trouble("orders", fail_after_ms=500)
    failed = world.fired("TaskFailed", connector="orders")
    tap.check(failed, "a task fails", world.alerts_open())
    until(lambda: len(world.slack.received) > told, 10)
    owner = world.connect.workers_of("orders")
    number = 2 if "127.0.0.1:18084" in owner else 1
    other = 3 - number
    world.kill_worker(number)
    address = f"127.0.0.1:{18777 + number}"
    tap.check(until(lambda: address in str([one["failure"] for one in world.daemon.get("/api/v1/status")["targets"]]), 15),
              "the status says which worker is away", world.daemon.get("/api/v1/status")["targets"])
    survivor = f"127.0.0.1:{18082 + other}"

    def moved():
        return all(world.connect.workers_of(name) == {survivor} for name in ("steady", "casts", "slows", "plain"))
    tap.check(until(moved, 60), "its tasks move to the other worker", world.connect.call("/connectors?expand=status"))
    others = [one for one in world.daemon.alerts() if one["rule"] == "TaskFailed" and one["labels"]["connector"] != "orders"]
    tap.check(others == [], "no task that moved is called failed", others)
    still = world.alert("TaskFailed", connector="orders")
    tap.check(still and still["id"] == failed["id"], "what had failed is the same alert as before", still)
    news = [text for text in world.slack.texts()[told:] if "task" in text and "orders" not in text]
    tap.check(news == [], "nobody is told of tasks that moved", news)
    world.start_worker(number)
    world.connect.trouble("orders")
    tap.check(until(lambda: world.alerts_open() == [], 60), "with both workers again all is quiet", world.alerts_open())


ALL = [healthy_connectors_are_quiet, errors_behind_tolerance_are_seen, dead_letters_alone_are_seen,
       a_slower_connector_is_seen, a_blocked_sink_is_seen, what_is_mended_resolves,
       a_killed_worker_neither_resolves_nor_alerts]


def bound(case, world):
    def bound_case(tap):
        case(world, tap)
    bound_case.__name__ = case.__name__
    return bound_case


def cases(world):
    return [bound(case, world) for case in ALL]
