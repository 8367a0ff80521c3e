package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.TaskHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Records of {@code transitions} as relays write them when every run fails: of each run that it was claimed, that its worker
 * was spawned, how it ended, which asks for a decision, and what was decided. Many runs go on side by side over several
 * boards, tasks come back after a while and fail again, every second failure is one of a few that many tasks share, 50 of
 * them a second by the records' own time. The same seed makes the same records.
 */
final class ManyFailures {
  /** Records of a run. */
  static final int OF_A_RUN = 4;

  private static final int BOARDS = 8;
  private static final int AT_ONCE = 64;
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
  private final Run[] running = new Run[AT_ONCE];
  private long ended;
  private long runs;

  /** @param tasks over how many tasks the failures are spread */
  ManyFailures(int tasks) {
    this.tasks = Math.max(AT_ONCE, tasks);
  }

  /** The next so many, in the order in which they come. */
  List<Transition> next(int count) {
    List<Transition> next = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int slot = random.nextInt(AT_ONCE);
      Run run = running[slot];
      if (run == null || run.told == OF_A_RUN) {
        // each task in one slot only: none has two runs at a time
        int number = random.nextInt(tasks / AT_ONCE) * AT_ONCE + slot;
        run = new Run(number, ++runs);
        running[slot] = run;
      }
      next.add(run.next());
    }
    return next;
  }

  private final class Run {
    private final int board;
    private final String task;
    private final long id;
    private int told;

    Run(int number, long id) {
      this.board = number % BOARDS;
      this.task = "t_%08x".formatted(number);
      this.id = id;
    }

    Transition next() {
      return switch (told++) {
        case 0 -> of("claimed", "running", claimed(), true);
        case 1 -> of("spawned", null, spawned(), true);
        case 2 -> {
          ended++;
          yield of("crashed", "ready", payload(error(), id), true);
        }
        default -> of("decided", null, decided(), false);
      };
    }

    private Transition of(
        String kind, @Nullable String status, ObjectNode payload, boolean withImage) {
      long at = START + ended / PER_SECOND;
      Image image = withImage
          ? new Image(
              columns(task, at).put("status", told == OF_A_RUN - 1 ? "ready" : "running"),
              null,
              wire.mapper().createArrayNode(),
              null)
          : null;
      return new Transition(
          new BoardKey("host" + board, "default"),
          1,
          ++events[board],
          task,
          id,
          kind,
          at,
          status,
          payload,
          image,
          null);
    }

    private ObjectNode claimed() {
      return wire.object().put("lock", "host9:16875:main").put("expires", START).put("run_id", id);
    }

    private ObjectNode spawned() {
      return wire.object().put("pid", 1_000 + id % 30_000).put("launcher", "host9/launcher/main");
    }

    private ObjectNode decided() {
      ObjectNode payload = wire.object().put("action", "retry").put("count", 1).put("limit", 100);
      payload.put("source", "task").put("reason", "crashed: failure 1 of 100: try again");
      payload.set("history", wire.tree(new TaskHistory(1, 1, 0, 0, 0, 0, false, 1, events[board])));
      return payload.put("run", id).put("by", "topology");
    }
  }

  private String error() {
    return random.nextBoolean()
        ? "reply %s has no field 'result'".formatted(word(random.nextInt(SHARED)))
        : "no such tool: %s".formatted(word(random.nextInt(Integer.MAX_VALUE)));
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
