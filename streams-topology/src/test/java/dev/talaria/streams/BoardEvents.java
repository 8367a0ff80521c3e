package dev.talaria.streams;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.TaskHistory;
import java.util.Locale;

/** Makes the transitions of one board as its relay would: ids and times only grow. */
final class BoardEvents {
  static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final long START = 1_800_000_000L;

  private final Wire wire;
  private final BoardKey board;
  private long lineage = 1;
  private long event;
  private long run;
  private long at = START;

  BoardEvents(Wire wire, BoardKey board) {
    this.wire = wire;
    this.board = board;
  }

  BoardEvents later(long seconds) {
    at += seconds;
    return this;
  }

  BoardEvents nextLineage() {
    lineage++;
    event = 0;
    return this;
  }

  /** An event that says nothing but its kind. */
  Transition plain(String task, String kind) {
    return transition(task, kind, null, null, null);
  }

  /** A whole payload of the caller's. */
  Transition with(String task, String kind, ObjectNode payload) {
    return transition(task, kind, ++run, null, payload);
  }

  Transition status(String task, String kind, String status) {
    return transition(task, kind, null, status, null);
  }

  /** An event at the end of its batch: with the task as it stands. */
  Transition image(String task, String kind, String status) {
    var columns = wire.object().put("id", task).put("status", status);
    return new Transition(
        board,
        lineage,
        ++event,
        task,
        null,
        kind,
        at,
        null,
        null,
        new Image(columns, null, wire.mapper().createArrayNode(), null),
        null);
  }

  BoardKey key() {
    return board;
  }

  /** Goes with another board's clock. */
  void sameTimeAs(BoardEvents other) {
    at = Math.max(at, other.at);
  }

  /** The run that was handed out last. */
  long lastRun() {
    return run;
  }

  /** A run ended in some way that is no failure. */
  Transition ended(String task, String kind, long runId, String status) {
    at++;
    return transition(task, kind, runId, status, null);
  }

  /** A task is started to see whether it fails still; its run is {@link #lastRun()}. */
  Transition probe(String task, Incident incident) {
    at++;
    return transition(task, "incident_probe", ++run, null, naming(incident));
  }

  Transition incidentClosed(String task, Incident incident, String by, String reason) {
    ObjectNode payload = naming(incident).put("by", by).put("reason", reason);
    return transition(task, "incident_closed", null, null, payload);
  }

  private ObjectNode naming(Incident incident) {
    return wire.object()
        .put("incident", incident.id())
        .put("lane", incident.lane())
        .put("fingerprint", incident.fingerprint());
  }

  Failure failed(String task, RetryPolicy policy) {
    return new Failure(task, policy);
  }

  /** What the board writes when a decision, whoever made it, is applied. */
  Transition decided(String task, TaskHistory history) {
    ObjectNode payload = wire.object();
    payload.set("history", wire.tree(history));
    return transition(task, "decided", run, null, payload);
  }

  static Transition asBackfill(Transition t) {
    return new Transition(
        t.board(),
        t.lineage(),
        t.event(),
        t.task(),
        t.run(),
        t.kind(),
        t.at(),
        t.status(),
        t.payload(),
        t.image(),
        true);
  }

  private Transition transition(
      String task, String kind, Long runId, String status, ObjectNode payload) {
    return new Transition(
        board, lineage, ++event, task, runId, kind, at, status, payload, null, null);
  }

  /** A record that ends a run and asks for a decision. */
  final class Failure {
    private final String task;
    private final ObjectNode payload = wire.object();
    private String kind = "crashed";

    private Failure(String task, RetryPolicy policy) {
      this.task = task;
      payload.put(PolicyEvent.DECISION_PENDING, true);
      payload.set(PolicyEvent.POLICY, wire.tree(policy));
      as(FailureClass.TASK);
    }

    Failure kind(String value) {
      kind = value;
      return this;
    }

    Failure as(FailureClass failure) {
      payload.put(PolicyEvent.CLASS, failure.name().toLowerCase(Locale.ROOT));
      return this;
    }

    Failure override(String model) {
      payload.put(PolicyEvent.OVERRIDE, model);
      return this;
    }

    Failure lane(String lane) {
      payload.put(PolicyEvent.LANE, lane);
      return this;
    }

    Failure launcher(String launcher) {
      payload.put(PolicyEvent.LAUNCHER, launcher);
      return this;
    }

    Failure tail(String text) {
      payload.put(PolicyEvent.LOG_TAIL, text);
      return this;
    }

    Failure model(String model) {
      payload.put(PolicyEvent.MODEL, model);
      return this;
    }

    Failure seconds(long ran) {
      payload.put(PolicyEvent.SECONDS, ran);
      return this;
    }

    Failure fingerprint(String text) {
      payload.put(PolicyEvent.FINGERPRINT, text);
      return this;
    }

    Transition end() {
      return end(++run);
    }

    /** Of a run that was granted before. */
    Transition end(long runId) {
      at++;
      return transition(task, kind, runId, "ready", payload);
    }
  }
}
