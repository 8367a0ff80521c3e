"""Plays hermes on a board file: what the board contract says that hermes does, and nothing that Talaria adds.

Sections in brackets are the contract's. Every method that changes something is one BEGIN IMMEDIATE ... COMMIT with its
precondition in the UPDATE, followed by hermes's look at the file's length, which opens and closes the file [1.5].

  hermes.py serve <db>             one JSON request a line: {"op": name, "now": seconds, "args": {...}}; one JSON answer a line
  hermes.py load <db> <seed> <n>   n random operations as fast as the board lets it; prints what was acknowledged
"""
import fcntl, json, os, random, socket, sqlite3, struct, sys, time

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT, assignee TEXT, status TEXT NOT NULL,
  priority INTEGER DEFAULT 0, created_by TEXT, created_at INTEGER NOT NULL, started_at INTEGER, completed_at INTEGER,
  workspace_kind TEXT NOT NULL DEFAULT 'scratch', workspace_path TEXT, branch_name TEXT, claim_lock TEXT, claim_expires INTEGER,
  tenant TEXT, result TEXT, idempotency_key TEXT, consecutive_failures INTEGER NOT NULL DEFAULT 0, worker_pid INTEGER,
  last_failure_error TEXT, max_runtime_seconds INTEGER, last_heartbeat_at INTEGER, current_run_id INTEGER,
  workflow_template_id TEXT, current_step_key TEXT, skills TEXT, model_override TEXT, max_retries INTEGER, session_id TEXT);
CREATE TABLE IF NOT EXISTS task_links (parent_id TEXT NOT NULL, child_id TEXT NOT NULL, PRIMARY KEY (parent_id, child_id));
CREATE TABLE IF NOT EXISTS task_comments (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, author TEXT NOT NULL,
  body TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS task_events (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, run_id INTEGER,
  kind TEXT NOT NULL, payload TEXT, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS task_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, profile TEXT, step_key TEXT,
  status TEXT NOT NULL, claim_lock TEXT, claim_expires INTEGER, worker_pid INTEGER, max_runtime_seconds INTEGER,
  last_heartbeat_at INTEGER, started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, summary TEXT, metadata TEXT, error TEXT);
CREATE TABLE IF NOT EXISTS kanban_notify_subs (task_id TEXT NOT NULL, platform TEXT NOT NULL, chat_id TEXT NOT NULL,
  thread_id TEXT NOT NULL DEFAULT '', user_id TEXT, notifier_profile TEXT, created_at INTEGER NOT NULL,
  last_event_id INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (task_id, platform, chat_id, thread_id));
CREATE INDEX IF NOT EXISTS idx_tasks_assignee_status ON tasks(assignee, status);
CREATE INDEX IF NOT EXISTS idx_tasks_status ON tasks(status);
CREATE INDEX IF NOT EXISTS idx_links_child ON task_links(child_id);
CREATE INDEX IF NOT EXISTS idx_links_parent ON task_links(parent_id);
CREATE INDEX IF NOT EXISTS idx_comments_task ON task_comments(task_id, created_at);
CREATE INDEX IF NOT EXISTS idx_events_task ON task_events(task_id, created_at);
CREATE INDEX IF NOT EXISTS idx_runs_task ON task_runs(task_id, started_at);
CREATE INDEX IF NOT EXISTS idx_runs_status ON task_runs(status);
CREATE INDEX IF NOT EXISTS idx_notify_task ON kanban_notify_subs(task_id);
CREATE INDEX IF NOT EXISTS idx_tasks_tenant ON tasks(tenant);
CREATE INDEX IF NOT EXISTS idx_tasks_idempotency ON tasks(idempotency_key);
CREATE INDEX IF NOT EXISTS idx_tasks_session_id ON tasks(session_id);
CREATE INDEX IF NOT EXISTS idx_events_run ON task_events(run_id, id);
"""
FREE = "claim_lock = NULL, claim_expires = NULL, worker_pid = NULL"


class Torn(Exception):
    """The file is shorter than its header says."""


def first_line(text, cap):
    stripped = (text or "").strip()
    return stripped.splitlines()[0][:cap] if stripped else None


def alive(pid):
    try:
        os.kill(pid, 0)
        with open("/proc/%d/stat" % pid) as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Hermes:
    def __init__(self, path, lock=None, busy_ms=120000, checkpoints=100):
        self.path, self.lock, self.now = path, lock or "%s:%d" % (socket.gethostname(), os.getpid()), None
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path + ".init.lock", "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if os.path.exists(path) and os.path.getsize(path):
                with open(path, "rb") as file:  # [1.5 step 3]: open and close, while others hold connections
                    assert file.read(16) == b"SQLite format 3\0", "file is not a database"
            self.db = sqlite3.connect(path, isolation_level=None, timeout=busy_ms / 1000)
            self.db.row_factory = sqlite3.Row
            if self.one("PRAGMA journal_mode") != "wal":
                self.db.execute("PRAGMA journal_mode = WAL")
            for pragma in ("synchronous = FULL", "wal_autocheckpoint = %d" % checkpoints, "foreign_keys = ON", "secure_delete = ON", "cell_size_check = ON"):
                self.db.execute("PRAGMA " + pragma)
            for statement in SCHEMA.split(";"):
                if statement.strip():
                    self.db.execute(statement)

    # ---- plumbing

    def time(self):
        return int(time.time()) if self.now is None else self.now

    def one(self, sql, *args):
        row = self.db.execute(sql, args).fetchone()
        return row[0] if row else None

    def change(self, sql, *args):
        return self.db.execute(sql, args).rowcount

    def write(self, work):
        self.db.execute("BEGIN IMMEDIATE")
        try:
            result = work()
            self.db.execute("COMMIT")
        except BaseException:
            try:
                self.db.execute("ROLLBACK")
            except sqlite3.Error:
                pass
            raise
        self.check_length()
        return result

    def check_length(self):
        with open(self.path, "rb") as file:
            header = file.read(100)
            size = os.fstat(file.fileno()).st_size
        page = struct.unpack(">H", header[16:18])[0]
        page = 65536 if page == 1 else page
        claimed = struct.unpack(">I", header[28:32])[0]
        if claimed and size // page < claimed:
            raise Torn("torn extend: %d pages claimed, %d there" % (claimed, size // page))

    def task(self, id):
        return self.db.execute("SELECT * FROM tasks WHERE id = ?", (id,)).fetchone()

    def event(self, task, run, kind, payload=None):
        text = json.dumps(payload, ensure_ascii=False) if payload else None
        self.db.execute("INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, ?, ?)", (task, run, kind, text, self.time()))

    def end_run(self, task, status, outcome=None, summary=None, error=None, metadata=None):
        run = self.one("SELECT current_run_id FROM tasks WHERE id = ?", task)
        if run is None:
            return None
        text = json.dumps(metadata, ensure_ascii=False) if metadata else None
        self.change("UPDATE task_runs SET status = ?, outcome = ?, summary = ?, error = ?, metadata = ?, ended_at = ?, " + FREE + " WHERE id = ? AND ended_at IS NULL",
                    status, outcome or status, summary, error, text, self.time(), run)
        self.change("UPDATE tasks SET current_run_id = NULL WHERE id = ?", task)
        return run

    def synthesise(self, task, status, summary=None, metadata=None):
        text = json.dumps(metadata, ensure_ascii=False) if metadata else None
        return self.db.execute("INSERT INTO task_runs (task_id, profile, step_key, status, outcome, summary, metadata, started_at, ended_at) SELECT id, assignee, current_step_key, ?, ?, ?, ?, ?, ? FROM tasks WHERE id = ?",
                               (status, status, summary, text, self.time(), self.time(), task)).lastrowid

    def close_leaked(self, task, note):
        run = self.one("SELECT current_run_id FROM tasks WHERE id = ?", task)
        if run is not None:
            self.change("UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', summary = COALESCE(summary, ?), ended_at = ?, " + FREE + " WHERE id = ? AND ended_at IS NULL", note, self.time(), run)
            self.change("UPDATE tasks SET current_run_id = NULL WHERE id = ?", task)

    def unfinished(self, task, satisfied=("done", "archived")):
        marks = ",".join("?" * len(satisfied))
        return self.one("SELECT 1 FROM task_links l JOIN tasks p ON p.id = l.parent_id WHERE l.child_id = ? AND p.status NOT IN (%s) LIMIT 1" % marks, task, *satisfied) is not None

    # ---- creation and structure [3.5]

    def create(self, id, title, assignee=None, parents=(), initial_status="running", triage=False, created_by=None, idempotency_key=None, max_retries=None, priority=0):
        if idempotency_key:
            known = self.one("SELECT id FROM tasks WHERE idempotency_key = ? AND status <> 'archived' ORDER BY created_at DESC LIMIT 1", idempotency_key)
            if known:
                return known
        def work():
            statuses = [self.one("SELECT status FROM tasks WHERE id = ?", p) for p in parents]
            if None in statuses:
                raise ValueError("unknown parent")
            status = "blocked" if initial_status == "blocked" else "triage" if triage else "ready" if all(s == "done" for s in statuses) else "todo"
            self.change("INSERT INTO tasks (id, title, assignee, status, priority, created_by, created_at, idempotency_key, max_retries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        id, title, assignee, status, priority, created_by, self.time(), idempotency_key, max_retries)
            for parent in parents:
                self.change("INSERT OR IGNORE INTO task_links (parent_id, child_id) VALUES (?, ?)", parent, id)
            self.event(id, None, "created", {"assignee": assignee, "status": status, "parents": list(parents), "tenant": None, "branch_name": None, "skills": None})
            return id
        return self.write(work)

    def link(self, parent, child):
        def work():
            if parent == child or not self.task(parent) or not self.task(child):
                raise ValueError("cannot link")
            if self.one("WITH RECURSIVE below(id) AS (SELECT ? UNION SELECT l.child_id FROM task_links l JOIN below b ON l.parent_id = b.id) SELECT 1 FROM below WHERE id = ?", child, parent):
                raise ValueError("cycle")
            self.change("INSERT OR IGNORE INTO task_links (parent_id, child_id) VALUES (?, ?)", parent, child)
            if self.task(parent)["status"] != "done":
                self.change("UPDATE tasks SET status = 'todo' WHERE id = ? AND status = 'ready'", child)
            self.event(child, None, "linked", {"parent": parent, "child": child})
        self.write(work)

    def unlink(self, parent, child):
        def work():
            if self.change("DELETE FROM task_links WHERE parent_id = ? AND child_id = ?", parent, child) == 0:
                return False
            self.event(child, None, "unlinked", {"parent": parent, "child": child})
            return True
        if not self.write(work):
            return False
        self.recompute()
        return True

    def assign(self, task, assignee):
        def work():
            row = self.task(task)
            if row is None:
                return False
            if row["status"] == "running" and row["claim_lock"]:
                raise RuntimeError("running")
            self.change("UPDATE tasks SET assignee = ? WHERE id = ?", assignee, task)
            if row["assignee"] != assignee:
                self.change("UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = ?", task)
            self.event(task, None, "assigned", {"assignee": assignee})
            return True
        return self.write(work)

    def comment(self, task, author, body):
        def work():
            if not body.strip() or not author.strip() or not self.task(task):
                raise ValueError("cannot comment")
            id = self.db.execute("INSERT INTO task_comments (task_id, author, body, created_at) VALUES (?, ?, ?, ?)", (task, author.strip(), body.strip(), self.time())).lastrowid
            self.event(task, None, "commented", {"author": author, "len": len(body)})
            return id
        return self.write(work)

    def archive(self, task):
        def work():
            if self.change("UPDATE tasks SET status = 'archived', " + FREE + " WHERE id = ? AND status <> 'archived'", task) == 0:
                return False
            self.event(task, self.end_run(task, "reclaimed", summary="task archived with run still active"), "archived")
            return True
        if not self.write(work):
            return False
        self.recompute()
        return True

    def delete(self, task):
        def work():
            if not self.task(task):
                return False
            self.change("DELETE FROM task_links WHERE parent_id = ? OR child_id = ?", task, task)
            for table in ("task_comments", "task_events", "task_runs", "kanban_notify_subs"):
                self.change("DELETE FROM %s WHERE task_id = ?" % table, task)
            self.change("DELETE FROM tasks WHERE id = ?", task)
            return True
        if not self.write(work):
            return False
        self.recompute()
        return True

    # ---- claim and liveness [3.5]

    def claim(self, task, ttl=900, lock=None, source="ready"):
        lock = lock or self.lock
        def work():
            if source == "ready" and self.unfinished(task):
                self.change("UPDATE tasks SET status = 'todo' WHERE id = ? AND status = 'ready'", task)
                self.event(task, None, "claim_rejected", {"reason": "parents_not_done"})
                return None
            row = self.task(task)
            if row is not None and row["status"] == source and row["claim_lock"] is None:
                self.close_leaked(task, "invariant recovery on re-claim")
            now, expires = self.time(), self.time() + max(1, ttl)
            if self.change("UPDATE tasks SET status = 'running', claim_lock = ?, claim_expires = ?, started_at = COALESCE(started_at, ?) WHERE id = ? AND status = ? AND claim_lock IS NULL", lock, expires, now, task, source) == 0:
                return None
            run = self.db.execute("INSERT INTO task_runs (task_id, profile, step_key, status, claim_lock, claim_expires, max_runtime_seconds, started_at) SELECT id, assignee, current_step_key, 'running', ?, ?, max_runtime_seconds, ? FROM tasks WHERE id = ?", (lock, expires, now, task)).lastrowid
            self.change("UPDATE tasks SET current_run_id = ? WHERE id = ?", run, task)
            payload = {"lock": lock, "expires": expires, "run_id": run}
            if source != "ready":
                payload["source_status"] = source
            self.event(task, run, "claimed", payload)
            return run
        return self.write(work)

    def claim_review(self, task, ttl=900, lock=None):
        return self.claim(task, ttl, lock, "review")

    def heartbeat_claim(self, task, lock=None, ttl=900):
        def work():
            expires = self.time() + max(1, ttl)
            if self.change("UPDATE tasks SET claim_expires = ? WHERE id = ? AND status = 'running' AND claim_lock = ?", expires, task, lock or self.lock) == 0:
                return False
            self.change("UPDATE task_runs SET claim_expires = ? WHERE id = (SELECT current_run_id FROM tasks WHERE id = ?)", expires, task)
            return True
        return self.write(work)

    def heartbeat(self, task, note=None, run=None):
        def work():
            if self.change("UPDATE tasks SET last_heartbeat_at = ? WHERE id = ? AND status = 'running' AND (? IS NULL OR current_run_id = ?)", self.time(), task, run, run) == 0:
                return False
            current = self.task(task)["current_run_id"]
            self.change("UPDATE task_runs SET last_heartbeat_at = ? WHERE id = ?", self.time(), current)
            self.event(task, current, "heartbeat", {"note": note} if note else None)
            return True
        return self.write(work)

    def set_worker_pid(self, task, pid):
        def work():
            self.change("UPDATE tasks SET worker_pid = ? WHERE id = ?", pid, task)
            current = self.task(task)["current_run_id"]
            self.change("UPDATE task_runs SET worker_pid = ? WHERE id = ?", pid, current)
            self.event(task, current, "spawned", {"pid": pid})
        self.write(work)

    def release_stale(self, ttl=900):
        host, reclaimed = socket.gethostname() + ":", 0
        for row in self.db.execute("SELECT * FROM tasks WHERE status = 'running' AND claim_expires < ?", (self.time(),)).fetchall():
            task, lock, pid = row["id"], row["claim_lock"], row["worker_pid"]
            local = (lock or "").startswith(host)
            def extend():
                until = self.time() + ttl
                if self.change("UPDATE tasks SET claim_expires = ? WHERE id = ? AND status = 'running' AND claim_lock IS ? AND claim_expires < ?", until, task, lock, self.time()) == 1:
                    self.change("UPDATE task_runs SET claim_expires = ? WHERE id = ?", until, row["current_run_id"])
                    self.event(task, row["current_run_id"], "claim_extended", {"reason": "pid_alive", "worker_pid": pid, "claim_lock": lock, "claim_expires_was": row["claim_expires"], "claim_expires_now": until, "last_heartbeat_at": row["last_heartbeat_at"]})
            def take_back():
                if self.change("UPDATE tasks SET status = 'ready', " + FREE + " WHERE id = ? AND status = 'running' AND claim_lock IS ? AND claim_expires < ?", task, lock, self.time()) == 0:
                    return 0
                ended = {"prev_pid": pid, "host_local": local, "termination_attempted": False, "terminated": False, "sigkill": False}
                run = self.end_run(task, "reclaimed", error="stale_lock=%s" % lock, metadata=ended)
                self.event(task, run, "reclaimed", dict({"stale_lock": lock, "worker_pid": pid, "claim_expires": row["claim_expires"], "last_heartbeat_at": row["last_heartbeat_at"], "now": self.time()}, **ended))
                return 1
            if local and pid and alive(pid):
                self.write(extend)
            else:
                reclaimed += self.write(take_back)
        return reclaimed

    def detect_crashed(self, grace=30):
        host, crashed = socket.gethostname() + ":", []
        def work():
            for row in self.db.execute("SELECT * FROM tasks WHERE status = 'running' AND worker_pid IS NOT NULL").fetchall():
                if not (row["claim_lock"] or "").startswith(host) or self.time() - (row["started_at"] or 0) < grace or alive(row["worker_pid"]):
                    continue
                if self.change("UPDATE tasks SET status = 'ready', " + FREE + " WHERE id = ? AND status = 'running'", row["id"]) == 1:
                    error, payload = "pid %d not alive" % row["worker_pid"], {"pid": row["worker_pid"], "claimer": row["claim_lock"]}
                    self.event(row["id"], self.end_run(row["id"], "crashed", error=error, metadata=payload), "crashed", payload)
                    crashed.append((row["id"], error, payload))
        self.write(work)
        for id, error, payload in crashed:
            self.fail(id, error, "crashed", extra=payload)
        return [id for id, _, _ in crashed]

    def reclaim(self, task, reason=None):
        row = self.task(task)
        if row is None or (row["status"] != "running" and not row["claim_lock"]):
            return False
        def work():
            if self.change("UPDATE tasks SET status = 'ready', " + FREE + " WHERE id = ? AND status IN ('running', 'ready', 'blocked') AND claim_lock IS ?", task, row["claim_lock"]) == 0:
                return False
            ended = {"prev_pid": row["worker_pid"], "host_local": False, "termination_attempted": False, "terminated": False, "sigkill": False}
            run = self.end_run(task, "reclaimed", error="manual_reclaim: " + reason if reason else "manual_reclaim lock=%s" % row["claim_lock"], metadata=ended)
            self.event(task, run, "reclaimed", dict({"manual": True, "reason": reason, "prev_lock": row["claim_lock"]}, **ended))
            return True
        if not self.write(work):
            return False
        self.write(lambda: self.change("UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = ?", task))
        return True

    # ---- finishing and gating [3.5]

    def complete(self, task, result=None, summary=None, metadata=None, run=None):
        handoff = summary if summary is not None else result
        def work():
            if self.change("UPDATE tasks SET status = 'done', result = ?, completed_at = ?, " + FREE + " WHERE id = ? AND status IN ('running', 'ready', 'blocked') AND (? IS NULL OR current_run_id = ?)", result, self.time(), task, run, run) == 0:
                return False
            closed = self.end_run(task, "done", "completed", handoff, None, metadata)
            if closed is None and (summary or metadata or result):
                closed = self.synthesise(task, "completed", handoff, metadata)
            self.event(task, closed, "completed", {"result_len": len(result or ""), "summary": first_line(handoff, 400)})
            return True
        if not self.write(work):
            return False
        self.write(lambda: self.change("UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = ?", task))
        self.recompute()
        return True

    def stop(self, kind, statuses, task, reason, run):
        def work():
            if self.change("UPDATE tasks SET status = ?, " + FREE + " WHERE id = ? AND status IN (%s) AND (? IS NULL OR current_run_id = ?)" % statuses, kind, task, run, run) == 0:
                return False
            closed = self.end_run(task, kind, summary=reason)
            if closed is None and reason:
                closed = self.synthesise(task, kind, reason)
            self.event(task, closed, kind, {"reason": reason})
            return True
        return self.write(work)

    def block(self, task, reason=None, run=None):
        return self.stop("blocked", "'running', 'ready'", task, reason, run)

    def schedule(self, task, reason=None, run=None):
        return self.stop("scheduled", "'todo', 'ready', 'running', 'blocked'", task, reason, run)

    def unblock(self, task):
        def work():
            row = self.task(task)
            if row is None or row["status"] not in ("blocked", "scheduled"):
                return False
            self.close_leaked(task, "invariant recovery on unblock")
            to = "todo" if self.unfinished(task, ("done",)) else "ready"
            self.change("UPDATE tasks SET status = ?, current_run_id = NULL, consecutive_failures = 0, last_failure_error = NULL WHERE id = ?", to, task)
            self.event(task, None, "unblocked", None if to == "ready" else {"status": to})
            return True
        return self.write(work)

    def promote(self, task, actor="user", reason=None, force=False):
        def work():
            row = self.task(task)
            if row is None or row["status"] not in ("todo", "blocked") or (not force and self.unfinished(task)):
                return False
            self.change("UPDATE tasks SET status = 'ready' WHERE id = ?", task)
            self.event(task, None, "promoted_manual", {"actor": actor, "reason": reason, "forced": force})
            return True
        return self.write(work)

    def recompute(self):
        def work():
            promoted = 0
            for row in self.db.execute("SELECT id, status FROM tasks WHERE status IN ('todo', 'blocked')").fetchall():
                if row["status"] == "blocked" and self.one("SELECT kind FROM task_events WHERE task_id = ? AND kind IN ('blocked', 'unblocked') ORDER BY id DESC LIMIT 1", row["id"]) == "blocked":
                    continue
                if self.unfinished(row["id"]):
                    continue
                if row["status"] == "blocked":
                    self.change("UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = ?", row["id"])
                self.change("UPDATE tasks SET status = 'ready' WHERE id = ? AND status = ?", row["id"], row["status"])
                self.event(row["id"], None, "promoted")
                promoted += 1
            return promoted
        return self.write(work)

    # ---- failures [4.1]

    def fail(self, task, error, outcome, limit=None, spawn=False, extra=None):
        def work():
            row = self.task(task)
            if row is None:
                return False
            failures, source = row["consecutive_failures"] + 1, "dispatcher"
            effective = limit if limit is not None else 2
            if row["max_retries"] is not None:
                effective, source = row["max_retries"], "task"
            self.change("UPDATE tasks SET consecutive_failures = ?, last_failure_error = ? WHERE id = ?", failures, error[:500], task)
            if failures >= effective:
                if self.change("UPDATE tasks SET status = 'blocked', " + FREE + " WHERE id = ? AND status IN ('running', 'ready')", task) == 0:
                    return False
                payload = dict({"failures": failures, "effective_limit": effective, "limit_source": source, "error": error[:500], "trigger_outcome": outcome}, **(extra or {}))
                run = self.end_run(task, "gave_up", error=error[:500], metadata={"failures": failures, "trigger_outcome": outcome, "effective_limit": effective, "limit_source": source}) if spawn else None
                self.event(task, run, "gave_up", payload)
                return True
            if spawn and self.change("UPDATE tasks SET status = 'ready', " + FREE + " WHERE id = ? AND status = 'running'", task) == 1:
                run = self.end_run(task, "spawn_failed", error=error[:500], metadata={"failures": failures})
                self.event(task, run, "spawn_failed", {"error": error[:500], "failures": failures})
            return False
        return self.write(work)

    def spawn_failed(self, task, error, limit=None):
        return self.fail(task, error, "spawn_failed", limit, True)

    # ---- reading and notifying [7.1, 7.4, 8]

    def list(self):
        self.recompute()
        return [dict(row) for row in self.db.execute("SELECT * FROM tasks WHERE status <> 'archived' ORDER BY priority DESC, created_at ASC")]

    def show(self, task):
        row = self.task(task)
        if row is None:
            return None
        rows = lambda sql: [dict(r) for r in self.db.execute(sql, (task,))]
        return {"task": dict(row), "events": rows("SELECT * FROM task_events WHERE task_id = ? ORDER BY id"), "runs": rows("SELECT * FROM task_runs WHERE task_id = ? ORDER BY started_at, id"),
                "comments": rows("SELECT * FROM task_comments WHERE task_id = ? ORDER BY created_at"), "parents": [r["parent_id"] for r in rows("SELECT parent_id FROM task_links WHERE child_id = ? ORDER BY parent_id")]}

    def subscribe(self, task, platform, chat_id, thread_id=None):
        self.write(lambda: self.change("INSERT OR IGNORE INTO kanban_notify_subs (task_id, platform, chat_id, thread_id, created_at) VALUES (?, ?, ?, ?, ?)", task, platform, chat_id, thread_id or "", self.time()))

    def claim_unseen(self, task, platform, chat_id, kinds, thread_id=""):
        key = (task, platform, chat_id, thread_id)
        where = " WHERE task_id = ? AND platform = ? AND chat_id = ? AND thread_id = ?"
        def work():
            old = self.one("SELECT last_event_id FROM kanban_notify_subs" + where, *key)
            if old is None:
                return [0, 0, []]
            rows = self.db.execute("SELECT id, kind FROM task_events WHERE task_id = ? AND id > ? AND kind IN (%s) ORDER BY id" % ",".join("?" * len(kinds)), (task, old, *kinds)).fetchall()
            if not rows or self.change("UPDATE kanban_notify_subs SET last_event_id = ?" + where + " AND last_event_id = ?", rows[-1]["id"], *key, old) == 0:
                return [old, old, []]
            return [old, rows[-1]["id"], [r["kind"] for r in rows]]
        return self.write(work)

    def rewind(self, task, platform, chat_id, claimed, old, thread_id=""):
        return self.write(lambda: self.change("UPDATE kanban_notify_subs SET last_event_id = ? WHERE task_id = ? AND platform = ? AND chat_id = ? AND thread_id = ? AND last_event_id = ?", old, task, platform, chat_id, thread_id, claimed)) == 1

    def schema(self):
        columns = {t: [list(r)[1:6] for r in self.db.execute("PRAGMA table_info(%s)" % t)] for t in ("tasks", "task_links", "task_comments", "task_events", "task_runs", "kanban_notify_subs")}
        names = [r[0] for r in self.db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'idx_%' ORDER BY name")]
        return {"columns": columns, "indexes": names}

    def hostname(self):
        return socket.gethostname()

    def integrity(self):
        return self.one("PRAGMA integrity_check")


def serve(hermes):
    for line in sys.stdin:
        request = json.loads(line)
        hermes.now = request.get("now")
        try:
            answer = {"ok": getattr(hermes, request["op"])(**request.get("args", {}))}
        except (ValueError, RuntimeError) as refused:
            answer = {"refused": str(refused)}
        except Exception as failure:
            answer = {"failed": "%s: %s" % (type(failure).__name__, failure)}
        print(json.dumps(answer), flush=True)


def load(hermes, seed, steps):
    """Claims ready work, finishes most of it, and does what else a gateway does; prints every acknowledged change."""
    chance, held = random.Random(seed), []
    for step in range(steps):
        if held and chance.random() < 0.5:
            task, run = held.pop(chance.randrange(len(held)))
            act = chance.choice(["complete", "complete", "complete", "block", "beat"])
            if act == "complete":
                did = hermes.complete(task, summary="by %s" % hermes.lock, run=run)
            elif act == "block":
                did = hermes.block(task, "stop", run) and hermes.unblock(task)
            else:
                did = hermes.heartbeat_claim(task) and hermes.heartbeat(task, "still here", run)
                held.append((task, run))
            print(act, task, run, did, flush=True)
            continue
        rows = hermes.db.execute("SELECT id FROM tasks WHERE status = 'ready' AND claim_lock IS NULL ORDER BY priority DESC, created_at ASC LIMIT 8").fetchall()
        if rows:
            task = chance.choice(rows)["id"]
            run = hermes.claim(task)
            if run is not None:
                held.append((task, run))
                print("claim", task, run, True, flush=True)
        elif chance.random() < 0.3:
            hermes.recompute()
        time.sleep(0.001)  # SQLite's lock is not fair: without a pause one side takes all
    for task, run in held:
        print("complete", task, run, hermes.complete(task, summary="at the end", run=run), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(Hermes(sys.argv[2], lock=sys.argv[3] if len(sys.argv) > 3 else None))
    else:
        # a checkpoint of its own can make the file look torn to hermes; what this load is to show is that ours do not
        load(Hermes(sys.argv[2], lock="hermes:%d" % os.getpid(), checkpoints=0), int(sys.argv[3]), int(sys.argv[4]))
