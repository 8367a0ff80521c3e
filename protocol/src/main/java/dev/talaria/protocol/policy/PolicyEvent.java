package dev.talaria.protocol.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What the policy sees of one row of {@code task_events}, from the topic or from the board alike.
 *
 * @param lineage of the board's file
 * @param id {@code task_events.id}
 * @param run the run it speaks of
 * @param kind the event kind
 * @param at epoch seconds
 * @param payload the row's payload
 */
public record PolicyEvent(
    long lineage,
    long id,
    @Nullable Long run,
    String kind,
    long at,
    @Nullable ObjectNode payload) {
  /** Payload key: the run's end waits for a decision. */
  public static final String DECISION_PENDING = "decision_pending";

  /** Payload key: the {@link RetryPolicy} in force. */
  public static final String POLICY = "policy";

  /** Payload key: the {@link FailureClass}. */
  public static final String CLASS = "class";

  /** Payload key: the task's {@code model_override} at the end of the run. */
  public static final String OVERRIDE = "model_override";

  /** Payload key: the model that the launcher reported. */
  public static final String MODEL = "model";

  /** Payload key: the lane in which the run was, its task's assignee at its end. */
  public static final String LANE = "lane";

  /** Payload key: how long the run took, in seconds. */
  public static final String SECONDS = "seconds";

  /** Payload key: the same as hermes writes it, with a run that took too long. */
  public static final String ELAPSED = "elapsed_seconds";

  /** Payload key of {@code unblocked}: how many more runs an operator allows. */
  public static final String MORE = "more";

  /** Payload key: what went wrong, in one line. */
  public static final String ERROR = "error";

  /** Payload key: the launcher that ran it. */
  public static final String LAUNCHER = "launcher";

  /** Payload key: the end of what the worker wrote. */
  public static final String LOG_TAIL = "log_tail";

  /** Payload key: what of the failure is the same when it happens again; absent where nothing is known. */
  public static final String FINGERPRINT = "fingerprint";

  /** Whether it ends a run and asks for a decision. */
  public boolean isPending() {
    return payload != null && payload.path(DECISION_PENDING).asBoolean(false);
  }

  /** A text of the payload, or null. */
  public @Nullable String text(String key) {
    JsonNode value = payload == null ? null : payload.get(key);
    return value == null || !value.isTextual() ? null : value.textValue();
  }
}
