"""What hermes's kanban tools do to a board (contract 3.5 and 9), with nothing but the environment that a worker is given."""
import json
import os
import sqlite3
import sys
import time

TASK = os.environ["HERMES_KANBAN_TASK"]
RUN = int(os.environ["HERMES_KANBAN_RUN_ID"])
LOCK = os.environ["HERMES_KANBAN_CLAIM_LOCK"]
PROFILE = os.environ["HERMES_PROFILE"]
db = sqlite3.connect(os.environ["HERMES_KANBAN_DB"], isolation_level=None, timeout=120)
db.row_factory = sqlite3.Row


def now():
    return int(time.time())


def event(task, kind, payload, run=None):
    db.execute(
        "INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?,?,?,?,?)",
        (task, run, kind, json.dumps(payload) if payload else None, now()),
    )


class Txn:
    def __enter__(self):
        db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind, *rest):
        db.execute("COMMIT" if kind is None else "ROLLBACK")


def show(task):
    row = db.execute("SELECT * FROM tasks WHERE id = ?", (task,)).fetchone()
    comments = db.execute("SELECT body FROM task_comments WHERE task_id = ?", (task,)).fetchall()
    parents = db.execute("SELECT parent_id FROM task_links WHERE child_id = ?", (task,)).fetchall()
    return row, [c["body"] for c in comments], [p["parent_id"] for p in parents]


def heartbeat(note=None):
    with Txn():
        n = db.execute(
            "UPDATE tasks SET claim_expires = ? WHERE id = ? AND status = 'running' AND claim_lock = ?",
            (now() + 900, TASK, LOCK),
        ).rowcount
        assert n == 1, "the claim is not ours"
    with Txn():
        n = db.execute(
            "UPDATE tasks SET last_heartbeat_at = ? WHERE id = ? AND status = 'running' AND current_run_id = ?",
            (now(), TASK, RUN),
        ).rowcount
        assert n == 1, "the run is not current"
        db.execute("UPDATE task_runs SET last_heartbeat_at = ? WHERE id = ?", (now(), RUN))
        event(TASK, "heartbeat", {"note": note} if note else None, RUN)


def comment(task, body):
    with Txn():
        db.execute(
            "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (?,?,?,?)",
            (task, PROFILE, body.strip(), now()),
        )
        event(task, "commented", {"author": PROFILE, "len": len(body)})


def create(title, assignee, parents=()):
    task = "t_" + os.urandom(4).hex()
    with Txn():
        for parent in parents:
            assert show(parent)[0] is not None
        done = all(show(p)[0]["status"] == "done" for p in parents)
        status = "ready" if done else "todo"
        db.execute(
            "INSERT INTO tasks (id, title, assignee, status, priority, created_by, created_at, workspace_kind)"
            " VALUES (?,?,?,?,0,?,?,'scratch')",
            (task, title, assignee, status, PROFILE, now()),
        )
        for parent in parents:
            db.execute("INSERT OR IGNORE INTO task_links VALUES (?,?)", (parent, task))
        event(
            task,
            "created",
            {"assignee": assignee, "status": status, "parents": list(parents), "tenant": None,
             "branch_name": None, "skills": None},
        )
    return task


def link(parent, child):
    with Txn():
        db.execute("INSERT OR IGNORE INTO task_links VALUES (?,?)", (parent, child))
        event(child, "linked", {"parent": parent, "child": child})


def end(status, outcome, kind, summary, metadata, payload, result=None):
    with Txn():
        n = db.execute(
            "UPDATE tasks SET status = ?, result = COALESCE(?, result), claim_lock = NULL, claim_expires = NULL,"
            " worker_pid = NULL WHERE id = ? AND status IN ('running','ready','blocked') AND current_run_id = ?",
            (status, result, TASK, RUN),
        ).rowcount
        assert n == 1, "could not end the task"
        db.execute(
            "UPDATE task_runs SET status = ?, outcome = ?, summary = ?, metadata = ?, ended_at = ?, claim_lock = NULL"
            " WHERE id = ? AND ended_at IS NULL",
            ("done" if outcome == "completed" else status, outcome, summary,
             json.dumps(metadata) if metadata else None, now(), RUN),
        )
        db.execute("UPDATE tasks SET current_run_id = NULL WHERE id = ?", (TASK,))
        event(TASK, kind, payload, RUN)


def complete(summary, metadata=None, cards=()):
    payload = {"result_len": 0, "summary": summary}
    if cards:
        payload["verified_cards"] = list(cards)
    end("done", "completed", "completed", summary, metadata, payload)


def block(reason):
    end("blocked", "blocked", "blocked", reason, None, {"reason": reason})


row, comments, parents = show(TASK)
assert row["status"] == "running" and row["current_run_id"] == RUN and row["claim_lock"] == LOCK
print("works on", row["title"], "after", comments, flush=True)
plan = row["title"].split()[0]
if plan == "complete":
    heartbeat("half of it")
    comment(TASK, " found it 👍 ")
    first = create("follow up", "nobody")
    second = create("after that", "nobody", [first])
    comment(second, "mind the first")
    link(TASK, first)
    complete("all done", {"files": 3}, [first, second])
elif plan == "block":
    comment(TASK, "BLOCKED: which one?")
    block("which one?")
elif plan == "gated":  # gated <path> it: waits for <path>.1 and <path>.2
    gate = row["title"].split()[1]

    def passed(n):
        while not os.path.exists(gate + n):
            time.sleep(0.05)

    comment(TASK, "before")
    first = create("first", "nobody")
    passed(".1")
    comment(TASK, "while nobody looks")
    second = create("second", "nobody", [first])
    open(gate + ".written", "w").close()
    passed(".2")
    comment(TASK, "after")
    complete("all done", None, [first, second])
elif plan == "phantom":
    complete("made up", None, ["t_deadbeef"])
print("ends", flush=True)
sys.exit(0)
