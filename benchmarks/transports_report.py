"""What has become of the alerts and letters of a night: see transports.py, which asks for it."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from email import message_from_string
from email.policy import default

from fsm.io.journal.codec import unpacked

BY_XMPP = "superevent"  # the topic that comes by LVAlert; all others come by Kafka
FOUND = 120.0  # seconds after the return of a server, within which what was lost must be found


def report(night, status, healthy):
    """Print what has come of it; returns the exit status."""
    figures = [*compared(night), *told(night, healthy),
               ("letters that wait", status["letters_waiting"] + status["outbox"]["waiting"]),
               ("given up", status["outbox"]["given_up"])]
    for words, number in figures:
        print(f"{number:7d}  {words}")
    for listener in status["listeners"]:
        print(f"{listener['restarts']:7d}  restarts of {listener['name']} within the last hour, "
              f"{'well' if listener['well'] else 'not well'} at the end: {listener['reason']}")
    wrong = ("lost", "doubled", "letters doubled", "false messages",
             f"... after more than {FOUND:g} s")
    return int(any(number for words, number in figures if words in wrong))


def journaled(path):
    """(alerts as text to how often they are there, [(time, topic) of these], [(time, GraceID) of
    answers about all of a candidate])."""
    alerts, came, answers = Counter(), [], []
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT time, graceid, kind, body FROM inputs "
                          "WHERE kind IN ('alert', 'answer')").fetchall()
    for at, graceid, kind, body in rows:
        plain = json.loads(unpacked(body))
        if kind == "alert":
            alerts[json.dumps(plain["payload"])] += 1
            came.append((at, plain["topic"]))
        elif not plain["question"]:
            answers.append((at, graceid))
    return alerts, came, answers


def returns(night, came):
    """Seconds from the return of each server until an alert of its was taken again."""
    for name, _, end in night.hindered:
        yield min((at - end for at, topic in came
                   if at > end and (topic == BY_XMPP) == (name == "lvalert")), default=0.0)


def compared(night):
    """What has become of the alerts, as (words, number) pairs."""
    taken, came, answers = journaled(night.folder / "journal.db")
    sent = Counter(payload for *_, payload in night.sent)
    missing, late, lost, longest = 0, 0, 0, 0.0
    for at, name, graceid, payload in night.sent:
        if taken[payload]:
            continue
        missing += 1
        back = min((end for one, begin, end in night.hindered
                    if one == name and begin - 10 <= at <= end + 30), default=at)
        found = min((time for time, about in answers if about == graceid and time > at),
                    default=None)
        lost += found is None
        if found is not None:
            longest = max(longest, found - max(back, at))
            late += found - max(back, at) > FOUND
    doubled = sum(max(0, taken[payload] - number) for payload, number in sent.items())
    return [("alerts sent", len(night.sent)), ("taken", len(night.sent) - missing),
            ("found later", missing - lost), (f"... after more than {FOUND:g} s", late),
            ("... after seconds at most", round(longest)), ("lost", lost), ("doubled", doubled),
            ("seconds until heard again at most", round(max(returns(night, came))))]


def told(night, healthy):
    """What has become of letters, likewise."""
    letters = [message_from_string(text, policy=default) for text in night.mail.read]
    known = Counter((letter["To"], letter["Message-ID"]) for letter in letters)
    same = Counter((letter["To"], letter["Subject"], letter.get_content()) for letter in letters)
    lines = (night.folder / "messages.jsonl").read_text().splitlines()
    messages = [json.loads(line) for line in lines]
    false = [one for one in messages if one["outcome"] == "failure" and one["graceid"] in healthy]
    for one in false[:20]:
        print("false:", one["graceid"], one["process"], one["check"], one["message"])
    for one in messages:
        if not one["graceid"]:
            print(f"about itself: {one['check']}: {one['outcome']}: {one['message']}")
    return [("letters sent", len(letters)),
            ("letters doubled", sum(number - 1 for number in (known | same).values())),
            ("messages", len(messages)), ("false messages", len(false)),
            ("messages about itself", sum(not one["graceid"] for one in messages))]
