"""checker: what the receipts must look like, whatever happened to the daemon. Pure: reads the script and the receipts.

A receipt is {"at", "key", "accepted", "alerts": [{"episode", "thing", "status"}]} in the order of arrival; accepted means
the sink answered 200. script[thing] is a list of [begin, end] of the times the condition was true. A doubt is {"from", "to", "most"}:
in that time (a kill -9 is a moment) at most so many messages may have left without the daemon's knowing.
"""


def episodes(receipts):
    """episode -> {"thing", "firing": [accepted receipts], "resolved": [...]} in order of arrival."""
    found = {}
    for receipt in receipts:
        if not receipt["accepted"]:
            continue
        for alert in receipt["alerts"]:
            one = found.setdefault(alert["episode"], {"thing": alert["thing"], "firing": [], "resolved": []})
            one[alert["status"]].append(receipt)
    return found


def check_phantoms(script, receipts, slack=1.5):
    """Each episode told began while its condition was true."""
    for episode, one in episodes(receipts).items():
        first = (one["firing"] or one["resolved"])[0]
        begun = first["begun"][episode]
        if not any(begin - slack <= begun <= end + slack for begin, end in script[one["thing"]]):
            yield f"phantom: {episode} of {one['thing']} began at {begun:.2f}, when its condition was not true"


def check_order(receipts):
    """RESOLVED never before FIRING, and exactly one key of RESOLVED for a FIRING that was told."""
    for episode, one in episodes(receipts).items():
        if not one["firing"]:
            yield f"order: {episode} was resolved, but nobody was told that it fired"
            continue
        if one["resolved"] and one["resolved"][0]["at"] < one["firing"][0]["at"]:
            yield f"order: {episode} was resolved before it fired"
        keys = {receipt["key"] for receipt in one["resolved"]}
        if len(keys) != 1:
            yield f"resolved: {episode} was told {len(keys)} times that it is over (different keys), not once"


def check_repeats(receipts, doubts):
    """A key is taken twice only around a doubt, and at most as often as all of them allow."""
    last, repeats = {}, 0
    for receipt in receipts:
        if not receipt["accepted"]:
            continue
        before = last.get(receipt["key"])
        last[receipt["key"]] = receipt
        if before is None:
            continue
        repeats += 1
        if not any(before["at"] - 0.5 <= doubt["to"] and doubt["from"] <= receipt["at"] for doubt in doubts):
            yield f"repeat: {receipt['key'][:12]} came twice without a doubt between"
    most = sum(doubt["most"] for doubt in doubts)
    if repeats > most:
        yield f"repeat: {repeats} repeats where {most} are allowed"


def check_losses(history, receipts, script, seen):
    """Every episode in the history was told (or its not being told has a reason), and every condition that the daemon saw
    for long enough has an episode. seen: [(thing, begin)] of those."""
    told = episodes(receipts)
    for one in history:
        if one["id"] not in told and not one["excused"]:
            yield f"loss: {one['id']} of {one['thing']} is in the history, but no receipt and no reason"
    for thing, begin, end in seen:
        if not any(h["thing"] == thing and begin - 1.5 <= h["begun"] <= end + 1.5 for h in history):
            yield f"loss: {thing} was over its limit from {begin:.2f} to {end:.2f}, and no episode says so"


def check_all(script, receipts, doubts, history, seen):
    problems = []
    problems += check_phantoms(script, receipts)
    problems += check_order(receipts)
    problems += check_repeats(receipts, doubts)
    problems += check_losses(history, receipts, script, seen)
    return problems
