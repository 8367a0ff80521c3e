"""A worker that speaks to its board through the worker API, with Python's standard library. Argument: a gate's path."""
import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ["TALARIA_WORKER_URL"]
HEADERS = {
    "Authorization": "Bearer " + os.environ["TALARIA_WORKER_TOKEN"],
    "Content-Type": "application/json",
}
TASK = os.environ["HERMES_KANBAN_TASK"]


def api(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, HEADERS)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


granted = api("/task")
assert granted["task"]["id"] == TASK, granted
assert not os.path.exists(os.environ["HERMES_KANBAN_DB"]), "no board is here"
print("works on", granted["task"]["title"], flush=True)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.05)
api("/comment", {"body": "found it 👍"})
child = api(
    "/create",
    {"title": "follow up", "assignee": "nobody", "parents": [TASK], "requires": {"gpu": "true"}},
)["task_id"]
try:
    api("/complete", {"summary": "made up", "created_cards": [child, "t_deadbeef"]})
    sys.exit("a phantom was taken")
except urllib.error.HTTPError as e:
    print("refused", e.code, json.load(e)["error"], flush=True)
for i in range(100):
    print("line", i, "ü" * 40, flush=True)
api("/complete", {"summary": "all done", "metadata": {"files": 3}, "created_cards": [child]})
print("the last word", flush=True)
