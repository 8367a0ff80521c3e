package dev.talaria.protocol.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Folds a task's events into its {@link TaskHistory}, and judges those that ask for a decision. The topology folds
 * records, the fall-back folds rows of the board, replay folds what it read: the outcome is the same.
 *
 * <p>Pure and thread-safe; the {@link Wire} only reads payloads.
 */
public final class PolicyFold {
  private static final long LONGEST_RUN_SECONDS = 366 * 86_400;

  private final Wire wire;

  /** Most records carry the policy that the one before carried, and each is asked for it several times. */
  private volatile @Nullable Read lastRead;

  /** Of a few words, the same one again and again. */
  private volatile @Nullable Word lastWord;

  private record Read(JsonNode node, RetryPolicy policy) {}

  private record Word(String text, FailureClass failure) {}

  public PolicyFold(Wire wire) {
    this.wire = wire;
  }

  /**
   * The history after an event, and the verdict where the event asks for one.
   *
   * @param history what is known now
   * @param verdict null where nothing is to be decided
   */
  public record Step(TaskHistory history, @Nullable Verdict verdict) {}

  /**
   * Takes in one event. An event that is not newer than the last one changes nothing. The first of a new lineage starts
   * from nothing: the file's whole history comes again, and what the former lineage knew would count twice.
   *
   * @param around what is known beyond the task
   * @throws MalformedMessageException when the event asks for a decision, or tells of one, and its record cannot be read
   */
  public Step advance(TaskHistory history, PolicyEvent event, Circumstances around) {
    if (!history.isBefore(event.lineage(), event.id())) {
      return new Step(history, null);
    }
    TaskHistory known = history.lineage() == event.lineage() ? history : TaskHistory.EMPTY;
    TaskHistory seen = known.seen(event.lineage(), event.id());
    if (event.isPending()) {
      Verdict verdict = RetryRules.judge(seen, runEnd(event), policy(event), around);
      return new Step(verdict.history(), verdict);
    }
    return new Step(fold(seen, event), null);
  }

  /** How the run ended, as a record that asks for a decision tells it. */
  public RunEnd runEnd(PolicyEvent event) {
    Long run = event.run();
    JsonNode failure = event.payload() == null ? null : event.payload().get(PolicyEvent.CLASS);
    if (run == null || failure == null) {
      throw new MalformedMessageException(
          "event %d (%s) asks for a decision without a run or a class"
              .formatted(event.id(), event.kind()));
    }
    return new RunEnd(
        run,
        event.at(),
        event.kind(),
        failureClass(failure),
        event.text(PolicyEvent.ERROR),
        event.text(PolicyEvent.OVERRIDE),
        event.text(PolicyEvent.MODEL),
        event.text(PolicyEvent.LANE),
        seconds(event));
  }

  private FailureClass failureClass(JsonNode said) {
    Word last = lastWord;
    if (last != null && last.text().equals(said.textValue())) {
      return last.failure();
    }
    FailureClass failure = wire.view(said, FailureClass.class);
    lastWord = said.isTextual() ? new Word(said.textValue(), failure) : null;
    return failure;
  }

  /**
   * The end of a run that was judged, or that waits for it: it carries a policy. Others, among them hermes's own and
   * runs that were lost, are no concern of a lane's budget.
   *
   * @throws MalformedMessageException when it cannot be read
   */
  public Optional<RunEnd> judgedEnd(PolicyEvent event) {
    ObjectNode payload = event.payload();
    return payload != null
            && event.run() != null
            && payload.has(PolicyEvent.CLASS)
            && payload.has(PolicyEvent.POLICY)
        ? Optional.of(runEnd(event))
        : Optional.empty();
  }

  /**
   * The budget in the policy of such a record, read alone: it is asked for more often than the rest.
   *
   * @throws MalformedMessageException when it cannot be read
   */
  public @Nullable Budget budget(PolicyEvent event) {
    JsonNode budget = event.payload() == null
        ? null
        : event.payload().path(PolicyEvent.POLICY).get("budget");
    return budget == null || budget.isNull() ? null : wire.view(budget, Budget.class);
  }

  private static long seconds(PolicyEvent event) {
    ObjectNode payload = event.payload();
    if (payload == null) {
      return 0;
    }
    JsonNode said = payload.path(PolicyEvent.SECONDS);
    long seconds =
        said.isNumber() ? said.asLong() : payload.path(PolicyEvent.ELAPSED).asLong(0);
    return Math.max(0, Math.min(seconds, LONGEST_RUN_SECONDS));
  }

  /** The policy that a record which asks for a decision carries. */
  public RetryPolicy policy(PolicyEvent event) {
    JsonNode policy = event.payload() == null ? null : event.payload().get(PolicyEvent.POLICY);
    if (policy == null) {
      throw new MalformedMessageException("event %d (%s) asks for a decision and carries no policy"
          .formatted(event.id(), event.kind()));
    }
    Read last = lastRead;
    if (last != null && last.node() == policy) {
      return last.policy();
    }
    RetryPolicy read = last != null && last.node().equals(policy)
        ? last.policy()
        : wire.view(policy, RetryPolicy.class);
    lastRead = new Read(policy, read);
    return read;
  }

  private TaskHistory fold(TaskHistory now, PolicyEvent event) {
    return switch (event.kind()) {
      case "completed" -> now.reset().withBurn(null);
      case "submitted" -> now.reset();
      case "unblocked" -> allowsMore(event) ? now.reset().withBurn(null) : now.reset();
      // hermes or we took a given-up task up again when its parents were done
      case "promoted" -> now.gaveUp() ? now.reset() : now;
      case "decided" -> decided(now, event);
      case "crashed", "timed_out", "spawn_failed" ->
        isOurs(event) ? now : now.failed().spent(hermessOwn(event));
      case "protocol_violation" -> isOurs(event) ? now : now.silent().spent(hermessOwn(event));
      case "gave_up" -> gaveUp(now, event);
      default -> now;
    };
  }

  /** The board's word on what was decided, whoever decided it. */
  private TaskHistory decided(TaskHistory now, PolicyEvent event) {
    JsonNode history = event.payload() == null ? null : event.payload().get("history");
    if (history == null) {
      return now;
    }
    TaskHistory said = wire.view(history, TaskHistory.class).seen(event.lineage(), event.id());
    // one that knows of no burn had it dropped on its way by an older dispatcher
    return said.burn() == null ? said.withBurn(now.burn()) : said;
  }

  /** An operator's word that it may spend as much again. */
  private static boolean allowsMore(PolicyEvent event) {
    return event.payload() != null && event.payload().path(PolicyEvent.MORE).asLong(0) > 0;
  }

  /** hermes says neither lane nor policy, so nothing is known of the price. */
  private static Burn hermessOwn(PolicyEvent event) {
    return new Burn(1, seconds(event), 0);
  }

  private static TaskHistory gaveUp(TaskHistory now, PolicyEvent event) {
    int counted = event.payload() == null ? 0 : event.payload().path("failures").asInt(0);
    return now.atLeast(counted).givenUp();
  }

  /** Our own closing records carry a class; hermes's do not, and count as it counts them. */
  private static boolean isOurs(PolicyEvent event) {
    return event.payload() != null && event.payload().has(PolicyEvent.CLASS);
  }
}
