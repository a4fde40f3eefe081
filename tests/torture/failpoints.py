"""failpoints: every place where the program can be made to fail, with each of its three actions, and what must come of it."""
import re
import threading
import time

from harness import TOP, until

LIVES_ON, STARTS_AGAIN = None, 74
# What the action error does: how the process ends, what the log or the receipts then show, how many messages come twice.
ERRORS = {
    "app.reload": (LIVES_ON, "failpoint app.reload", 0),
    "delivery.claimed": (LIVES_ON, None, 0),
    "delivery.result": (LIVES_ON, None, 1),
    "delivery.sent": (LIVES_ON, None, 1),
    "engine.publish": (LIVES_ON, "failpoint engine.publish", 0),
    "engine.step": (LIVES_ON, None, 0),
    "sources.start": (LIVES_ON, "failpoint sources.start", 0),
    "store.begin": (LIVES_ON, "commit refused; trying again", 0),
    "store.commit": (LIVES_ON, "commit refused; trying again", 0),
    "store.committed": (STARTS_AGAIN, "nobody knows whether a commit was kept", 0),
}


def in_the_program():
    found = set()
    for room in ("base", "store", "sources", "notifiers", "engine", "api", "cmd"):
        for path in (TOP / room).glob("*.c"):
            found |= set(re.findall(r'FAILPOINT\("([a-z.]+)"\)', path.read_text()))
    return found


class Reloads:
    """Asks for the configuration to be read again and again, where that is what is to fail."""

    def __init__(self, torture, name):
        self.over = threading.Event()
        self.torture = torture
        self.thread = threading.Thread(target=self.run, daemon=True)
        if name in ("app.reload", "sources.start"):
            self.thread.start()

    def run(self):
        while not self.over.wait(0.4):
            if self.torture.daemon.process.poll() is None:
                self.torture.reload()

    def end(self):
        self.over.set()
        if self.thread.ident:
            self.thread.join()


def kill(torture, name):
    def case(tap):
        one = torture(f"kill-{name}", faults=True)
        one.live_until(f"{name}=kill@2")
        reloads = Reloads(one, name)
        tap.check(one.ended() == -9, f"{name}: the second time kills", one.daemon.tail())
        reloads.end()
        one.died()
        one.live()
        until(lambda: len(one.accepted()) > 4, 10)
        one.verdict(tap, f"{name} kills")
    case.__name__ = f"kill at {name}"
    return case


def error(torture, name):
    status, words, repeats = ERRORS[name]

    def case(tap):
        one = torture(f"error-{name}", faults=False)
        one.live_until(f"{name}=error@2")
        begun = time.time()
        reloads = Reloads(one, name)
        if status is not LIVES_ON:
            tap.check(one.ended() == status, f"{name} errs: the process ends with {status}", one.daemon.process.poll())
            one.died()
            one.live()
        until(lambda: len(one.accepted()) > 4, 10)
        if words:
            tap.check(until(lambda: words in (one.daemon.directory / "tocsind.log").read_text(), 10),
                      f"{name} errs: the log says it", one.daemon.tail())
        reloads.end()
        if repeats:
            one.doubt(begun, time.time(), repeats)
        one.verdict(tap, f"{name} errs")
        tap.check(one.repeats() == repeats, f"{name} errs: {repeats} of its messages come twice", one.repeats())
    case.__name__ = f"error at {name}"
    return case


def sleep(torture, name):
    def case(tap):
        one = torture(f"sleep-{name}", faults=False)
        one.live(TOCSIN_FAILPOINTS=f"{name}=sleep(150)")
        reloads = Reloads(one, name)
        until(lambda: len(one.accepted()) > 4, 10)
        reloads.end()
        one.verdict(tap, f"{name} is slow")
    case.__name__ = f"sleep at {name}"
    return case


def cases(tap, torture):
    names = in_the_program()
    tap.check(names == set(ERRORS), "every failpoint of the program is in the table", names ^ set(ERRORS))
    return [action(torture, name) for name in sorted(ERRORS) for action in (kill, error, sleep)]
