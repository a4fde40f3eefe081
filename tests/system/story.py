#!/usr/bin/env python3
"""story: a task of a real connector fails, is told everywhere, acknowledged, survives two kill -9, and is resolved once.

Called by story.sh: story.py BUILD STACK DIRECTORY.
"""
import json
import sys

import kafka_world
import trouble
from harness import call, run, until

world = kafka_world.World(*sys.argv[1:4])


def a_failed_task_is_told_everywhere(tap):
    world.connect.trouble("orders")
    world.connect.trouble("steady")
    until(lambda: world.connect.running("orders") and world.connect.running("steady"), 40)
    tap.check(world.start(), "the daemon serves and has read its sources", world.daemon.tail())
    tap.check(until(lambda: all(one["up"] for one in world.daemon.get("/api/v1/status")["targets"]), 30),
              "workers, agents and brokers answer", world.daemon.get("/api/v1/status")["targets"])
    tap.check(world.alerts_open() == [], "a healthy cluster alerts of nothing", world.alerts_open())
    world.connect.trouble("orders", fail_after_ms=500)
    alert = world.fired("TaskFailed", connector="orders")
    tap.check(alert, "the failed task is an alert", world.daemon.alerts())
    world.story = alert
    status, out, err = world.daemon.client("alerts", "-o", "json")
    listed = json.loads(out) if status == 0 else err
    tap.check(alert["id"] in json.dumps(listed), "tocsinctl alerts lists it", listed)
    tap.check(until(lambda: world.slack_about(["orders"]), 15), "Slack has it", world.slack.received)
    tap.check(until(lambda: world.mails_about("orders"), 15), "a mail lies in the mailbox",
              world.daemon.get("/api/v1/notifications"))
    mail = world.mails_about("orders")[0]
    text = world.mailbox.text(mail)
    tap.check("orders" in mail["Subject"] and "orders" in text and "trouble was asked for" in text,
              "subject and text name the connector and the cause", f"{mail['Subject']}\n{text}")
    tap.check(until(lambda: all(world.toasts(one, "orders") for one in world.streams), 10), "both streams have a toast",
              [one.events for one in world.streams])
    tap.check(alert["id"] in world.history(), "history has its row", world.history())


def kill_after_firing_loses_nothing(tap):
    before = world.story
    world.crash()
    again = world.fired("TaskFailed", connector="orders")
    tap.check(again and again["id"] == before["id"] and again["started_at"] == before["started_at"],
              "after kill -9 it is the same alert", again)
    tap.check(until(world.polled_again, 20), "sources are read again", world.daemon.get("/api/v1/status"))
    tap.check(len(world.slack_about(["orders"])) == 1 and len(world.mails_about("orders")) == 1,
              "nothing is told twice", world.slack.texts())


def an_acknowledgement_shows_everywhere(tap):
    name = world.story["id"]
    status, answer = call(f"{world.daemon.base}/api/v1/alerts/{name}/ack", "POST",
                          {"by": "ada", "comment": "looking at the connector"})
    tap.check(status == 200, "it can be acknowledged over REST", f"{status} {answer}")
    world.check_acknowledged(tap, "")
    tap.check(until(lambda: all(world.heard_ack(stream, name) for stream in world.streams[-2:]), 10),
              "both streams say who acknowledged", world.streams[-1].events)
    world.crash()
    again = world.fired("TaskFailed", connector="orders")
    tap.check(again and again["id"] == name, "after a second kill -9 it is still the same alert", again)
    world.check_acknowledged(tap, " after kill -9")


def a_good_task_resolves_it_everywhere_once(tap):
    told = len(world.slack_about(["orders"])), len(world.mails_about("orders"))
    world.connect.trouble("orders")
    tap.check(world.resolved("TaskFailed", connector="orders"), "the alert is gone from the list", world.daemon.alerts())
    until(lambda: len(world.slack_about(["orders"])) > told[0] and len(world.mails_about("orders")) > told[1], 15)
    tap.check(len(world.slack_about(["orders"])) == told[0] + 1, "one message in Slack says resolved", world.slack.texts())
    mails = world.mails_about("orders")
    tap.check(len(mails) == told[1] + 1, "one mail says resolved", [str(mail["Subject"]) for mail in mails])
    first, last = kafka_world.identity(mails[0]), kafka_world.identity(mails[-1])
    tap.check(set(last[1]) & ({first[0]} | set(first[1])), "it belongs to the thread of the first", (first, last))
    toasts = [world.toasts(one, "orders") for one in world.streams[-2:]]
    tap.check([len(one) for one in toasts] == [1, 1], "one toast on each stream", toasts)
    closed = until(lambda: [one for one in world.daemon.get("/api/v1/history")["items"]
                            if one["id"] == world.story["id"] and one["ended_at"]], 10)
    tap.check(closed, "history has its end", world.history())
    tap.check(closed and closed[0]["acknowledged"] and closed[0]["acknowledged"]["by"] == "ada",
              "history says who acknowledged", closed)
    detail = world.daemon.get(f"/api/v1/alerts/{world.story['id']}")
    tap.check(detail.get("ended_at"), "its page has its end", detail)


story = [a_failed_task_is_told_everywhere, kill_after_firing_loses_nothing, an_acknowledgement_shows_everywhere,
         a_good_task_resolves_it_everywhere_once]
try:
    run(story + trouble.cases(world))
finally:
    world.close()
