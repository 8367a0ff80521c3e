package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Records of {@code transitions} as relays write them when every run fails: each asks for a decision. Tasks come back after
 * a while and fail again, every second failure is one of a few that many tasks share, 50 of them a second by the
 * records' own time, over several boards. The same seed makes the same records.
 */
final class ManyFailures {
  private static final int BOARDS = 8;
  private static final int SHARED = 20;
  private static final int PER_SECOND = 50;
  private static final long START = 1_800_000_000L;
  private static final String TAIL = """
      INFO  step %d of the plan: run the tests
      Traceback (most recent call last):
        File "/srv/work/t/agent.py", line 211, in main
          session.run(plan)
        File "/srv/work/t/session.py", line 88, in run
          raise ToolError(reply)
      ToolError: %s
      """;

  private final Wire wire = new Wire();
  private final Random random = new Random(7);
  private final ObjectNode policy = wire.tree(RetryPolicy.DEFAULT.forTask(100));
  private final int tasks;
  private final long[] events = new long[BOARDS];
  private long made;

  /** @param tasks over how many tasks the failures are spread */
  ManyFailures(int tasks) {
    this.tasks = Math.max(BOARDS, tasks);
  }

  /** The next so many, in the order in which they come. */
  List<Transition> next(int count) {
    List<Transition> next = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      next.add(one());
    }
    return next;
  }

  private Transition one() {
    int number = random.nextInt(tasks);
    int board = number % BOARDS;
    long event = ++events[board];
    long at = START + ++made / PER_SECOND;
    String error = random.nextBoolean()
        ? "reply %s has no field 'result'".formatted(word(random.nextInt(SHARED)))
        : "no such tool: %s".formatted(word(random.nextInt(Integer.MAX_VALUE)));
    String id = "t_%08x".formatted(number);
    return new Transition(
        new BoardKey("host" + board, "default"),
        1,
        event,
        id,
        event,
        "crashed",
        at,
        "ready",
        payload(error, event),
        new Image(columns(id, at), null, wire.mapper().createArrayNode(), null),
        null);
  }

  ObjectNode payload(String error, long event) {
    ObjectNode payload = wire.object();
    payload.put("pid", 1_000 + event % 30_000);
    payload.put("ending", "exited").put("exit_kind", "nonzero_exit").put("exit_code", 1);
    payload.put("seconds", random.nextInt(600));
    payload.put(PolicyEvent.MODEL, event % 3 == 0 ? "opus" : "sonnet");
    payload.put(PolicyEvent.ERROR, "pid %d exited with code 1".formatted(event));
    payload.put("launcher", "host9/launcher/main");
    payload.set(PolicyEvent.CLASS, wire.tree(FailureClass.TASK));
    payload.put(PolicyEvent.LANE, "coder");
    payload.put("log_tail", TAIL.formatted(event % 9, error));
    payload.put(PolicyEvent.FINGERPRINT, "crashed: toolerror: " + error);
    payload.put(PolicyEvent.DECISION_PENDING, true);
    payload.set(PolicyEvent.POLICY, policy);
    return payload;
  }

  ObjectNode columns(String id, long at) {
    ObjectNode columns = wire.object();
    columns.put("id", id).put("title", "Mend the flaky test of the importer");
    columns.put("body", "It fails once in twenty runs. ".repeat(10));
    columns.put("assignee", "coder").put("status", "ready").put("priority", 5);
    columns.put("created_by", "ann").put("created_at", at - 600).put("started_at", at - 60);
    columns.putNull("completed_at").put("workspace_kind", "scratch").putNull("workspace_path");
    columns.put("claim_lock", "decision:1").putNull("claim_expires").putNull("worker_pid");
    columns.put("consecutive_failures", 1).put("last_failure_error", "exited with code 1");
    columns.put("max_retries", 100).putNull("current_run_id").putNull("model_override");
    return columns;
  }

  /** Words without digits, since a fingerprint has none. */
  private static String word(int number) {
    StringBuilder word = new StringBuilder();
    for (int rest = number; word.length() < 7; rest /= 26) {
      word.append((char) ('a' + rest % 26));
    }
    return word.toString();
  }
}
