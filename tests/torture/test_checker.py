"""The checker must find each fault in receipts that somebody made by hand, and none in good ones."""
import copy

from checker import check_all


def receipt(at, key, status, accepted=True, episode="e1", thing="t", begun=10.0):
    return {"at": at, "key": key, "accepted": accepted, "alerts": [{"episode": episode, "thing": thing, "status": status}],
            "begun": {episode: begun}}


SCRIPT = {"t": [[10.0, 20.0]]}
GOOD = [receipt(10.5, "k1", "firing"), receipt(20.5, "k2", "resolved")]
HISTORY = [{"id": "e1", "thing": "t", "begun": 10.0, "excused": False}]
SEEN = [("t", 10.0, 20.0)]
KILL = [{"from": 20.7, "to": 20.7, "most": 1}]

FAULTS = {
    "a lost episode": dict(receipts=[]),
    "a condition without an episode": dict(receipts=[], history=[]),
    "a phantom": dict(receipts=[receipt(50.5, "k1", "firing", begun=50.0), receipt(51, "k2", "resolved", begun=50.0)]),
    "resolved before firing": dict(receipts=[receipt(10.4, "k2", "resolved"), receipt(10.5, "k1", "firing")]),
    "resolved without firing": dict(receipts=[receipt(20.5, "k2", "resolved")]),
    "never resolved": dict(receipts=[receipt(10.5, "k1", "firing")]),
    "resolved twice": dict(receipts=GOOD + [receipt(21, "k3", "resolved")]),
    "a repeat without a kill": dict(receipts=GOOD + [receipt(21, "k2", "resolved")]),
    "a repeat at another time than the kill": dict(receipts=GOOD + [receipt(21, "k2", "resolved")],
                                                   doubts=[{"from": 5.0, "to": 5.0, "most": 1}]),
    "more repeats than kills": dict(receipts=GOOD + [receipt(21, "k2", "resolved"), receipt(22, "k2", "resolved")], doubts=KILL),
}


def run(tap):
    base = dict(script=SCRIPT, receipts=GOOD, doubts=[], history=HISTORY, seen=SEEN)
    tap.check(check_all(**base) == [], "the checker accepts good receipts", check_all(**base))
    for name, change in FAULTS.items():
        case = copy.deepcopy(base)
        case.update(change)
        tap.check(check_all(**case), f"the checker finds {name}")
    repeated = dict(base, receipts=GOOD + [receipt(21, "k2", "resolved")], doubts=KILL)
    tap.check(check_all(**repeated) == [], "one repeat after a kill is allowed", check_all(**repeated))
