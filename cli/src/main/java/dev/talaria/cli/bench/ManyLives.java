package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.board.text.BoardJson;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryRules;
import dev.talaria.protocol.policy.RunEnd;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What relays publish of boards on which much happens: tasks that crash once and are then completed, and each fiftieth that
 * gives up. Records have the form, and about the size, of real ones.
 */
final class ManyLives {
  private static final int BOARDS = 8;
  private static final int GIVES_UP = 50;
  private static final RetryPolicy POLICY = RetryPolicy.DEFAULT;

  private final Wire wire = new Wire();
  private final ManyFailures failures = new ManyFailures(1);
  private final long[] events = new long[BOARDS];
  private final long[] runs = new long[BOARDS];
  private final long start;
  private int tasks;

  /** @param start epoch seconds of the first task */
  ManyLives(long start) {
    this.start = start;
  }

  /** A task whose story is long enough to be told. */
  static String gaveUp() {
    return new BoardKey("host0", "default") + "#t_00000000";
  }

  /** All that happens to the next task. */
  List<Transition> next() {
    return new Life(tasks++).events();
  }

  private final class Life {
    private final int number;
    private final int board;
    private final String id;
    private final long at;
    private final List<Transition> told = new ArrayList<>();
    private TaskHistory history = TaskHistory.EMPTY;

    Life(int number) {
      this.number = number;
      this.board = number % BOARDS;
      this.id = "t_%08x".formatted(number);
      this.at = start + number / 100;
    }

    List<Transition> events() {
      add(
          EventKind.CREATED,
          null,
          BoardJson.object().put("assignee", "coder").put("status", "ready"),
          true);
      crash();
      if (number % GIVES_UP == 0) {
        crash();
        ObjectNode payload = BoardJson.object().put("failures", 2).put("effective_limit", 2);
        payload.put("limit_source", "dispatcher").put("trigger_outcome", EventKind.CRASHED);
        add(EventKind.GAVE_UP, runs[board], payload.put("reason", "failure 2 of 2"), true);
      } else {
        long run = begin();
        add(EventKind.COMPLETED, run, BoardJson.object().put("summary", "It passes now."), true);
      }
      return told;
    }

    private long begin() {
      long run = ++runs[board];
      add(
          EventKind.CLAIMED,
          run,
          BoardJson.object()
              .put("lock", "host9:4100:main")
              .put("expires", at + 900)
              .put("run_id", run),
          true);
      add(EventKind.SPAWNED, run, BoardJson.object().put("pid", 1_000 + run % 30_000), false);
      return run;
    }

    private void crash() {
      long run = begin();
      ObjectNode payload = failures.payload("reply has no field 'result'", events[board]);
      payload.set(PolicyEvent.POLICY, wire.tree(POLICY));
      add(EventKind.CRASHED, run, payload, true);
      var end = new RunEnd(run, at, EventKind.CRASHED, FailureClass.TASK, null, null, null);
      Verdict verdict = RetryRules.judge(history, end, POLICY, Circumstances.NONE);
      history = verdict.history();
      ObjectNode decided = wire.tree(verdict);
      add(EventKind.DECIDED, run, decided.put("run", run).put("by", "topology"), false);
    }

    private void add(String kind, @Nullable Long run, ObjectNode payload, boolean withImage) {
      told.add(new Transition(
          new BoardKey("host" + board, "default"),
          1,
          ++events[board],
          id,
          run,
          kind,
          at,
          StatusAfter.of(kind, payload).orElse(null),
          payload,
          withImage
              ? new Image(failures.columns(id, at), null, wire.mapper().createArrayNode(), null)
              : null,
          null));
    }
  }
}
