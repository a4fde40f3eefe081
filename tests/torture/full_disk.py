"""full_disk: the state directory has no room left, not for a byte; then it has again."""
import os

from harness import call, until

LEFT = 24 << 20  # below what the daemon wants to keep free, more than its ballast


class Filler:
    def __init__(self, directory):
        self.path = directory / "filler"
        self.file = open(self.path, "wb", buffering=0)

    def fill(self, leave):
        info = os.statvfs(self.path)
        try:
            os.posix_fallocate(self.file.fileno(), 0, os.fstat(self.file.fileno()).st_size + info.f_bavail * info.f_frsize - leave)
        except OSError:
            pass  # somebody else took the room

    def to_the_last_byte(self):
        block = 1 << 20
        while block:
            try:
                if self.file.seek(0, os.SEEK_END) < 0 or not self.file.write(b"x" * block):
                    block //= 2
            except OSError:
                block //= 2

    def remove(self):
        self.file.close()
        self.path.unlink()


def store(torture):
    return torture.daemon.get("/api/v1/status")["store"]


def case(torture_class, build, disk, seed):
    def a_full_disk(tap):
        torture = torture_class(build, disk / "tocsin", seed, faults=False)
        torture.live()
        tap.check(until(lambda: len(torture.accepted()) > 3, 20), "before the disk is full, messages come", torture.daemon.tail())
        filler = Filler(disk)
        filler.fill(LEFT)
        problem = until(lambda: not store(torture)["accepts"] and store(torture), 20)
        tap.check(problem and "nearly full" in problem["problem"], "a nearly full disk is said", store(torture))
        told = len(torture.accepted())
        tap.check(until(lambda: len(torture.accepted()) > told + 2, 20), "what is owed is told all the same", torture.daemon.tail())
        torture.blind()
        refusals = store(torture)["refusals"]
        filler.to_the_last_byte()

        def refused():
            filler.to_the_last_byte()
            return store(torture)["refusals"] > refusals + 1
        tap.check(until(refused, 30), "a full disk refuses commits, and the daemon lives on", torture.daemon.tail())
        url = f"{torture.daemon.base}/api/v1/alerts/{torture.accepted()[0]['alerts'][0]['episode']}/ack"
        busy = until(lambda: call(url, "POST", {"by": "ada"}, timeout=3)[0] == 503, 30)
        tap.check(busy, "meanwhile an acknowledgement is refused, not kept waiting", torture.daemon.tail())
        filler.remove()
        torture.sees()
        tap.check(until(lambda: store(torture)["accepts"], 30), "with room again it recovers by itself", store(torture))
        told = len(torture.accepted())
        tap.check(until(lambda: len(torture.accepted()) > told + 2, 30), "and tells again", torture.daemon.tail())
        torture.verdict(tap, "a full disk")
    return a_full_disk
