package dev.talaria.cli.replay.story;

import dev.talaria.board.event.EventKind;
import dev.talaria.protocol.message.Transition;
import java.util.Optional;
import java.util.Set;

/** Tells the events that are not about a run. */
final class Acts {
  private static final int LONGEST = 400;

  /** What only a person does, or an agent for him. */
  private static final Set<String> OF_OPERATORS = Set.of(
      EventKind.ARCHIVED,
      EventKind.ASSIGNED,
      EventKind.BLOCKED,
      EventKind.COMMENTED,
      EventKind.COMPLETED,
      EventKind.EDITED,
      EventKind.LINKED,
      EventKind.PROMOTED_MANUAL,
      EventKind.REPRIORITIZED,
      EventKind.SCHEDULED,
      EventKind.STATUS,
      EventKind.SUBMITTED,
      EventKind.UNBLOCKED,
      EventKind.UNLINKED);

  private Acts() {}

  /**
   * The act that an event tells of.
   *
   * @param afterFailure whether it follows from the end of the run that it names, and nobody did it
   */
  static Act of(Transition event, boolean afterFailure) {
    var payload = new Payload(event);
    boolean operator = OF_OPERATORS.contains(event.kind())
            && !afterFailure
            && !payload.has("ceiling")
            && !payload.has("parent") // status, because a parent was taken up again
        || event.kind().equals(EventKind.RECLAIMED) && payload.flag("manual");
    return new Act(
        event.event(),
        event.at(),
        event.run(),
        event.kind(),
        event.status(),
        operator,
        words(event.kind(), payload));
  }

  private static String words(String kind, Payload payload) {
    return switch (kind) {
      case EventKind.CREATED -> {
        String assignee = payload.text("assignee");
        String status = Optional.ofNullable(payload.text("status")).orElse("todo");
        yield assignee == null ? status : "for '%s', %s".formatted(assignee, status);
      }
      case EventKind.COMMENTED ->
        "by %s, %s characters"
            .formatted(
                Optional.ofNullable(payload.text("author")).orElse("somebody"),
                Optional.ofNullable(payload.number("len")).map(String::valueOf).orElse("some"));
      case EventKind.MODEL_ESCALATED ->
        "from %s to '%s'"
            .formatted(
                Optional.ofNullable(payload.text("from"))
                    .map("'%s'"::formatted)
                    .orElse("the profile's default model"),
                Optional.ofNullable(payload.text("to")).orElse(""));
      default -> {
        String reason = payload.text("reason");
        yield reason != null ? Payload.cut(reason, LONGEST) : payload.words();
      }
    };
  }
}
