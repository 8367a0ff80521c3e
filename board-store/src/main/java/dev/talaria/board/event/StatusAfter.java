package dev.talaria.board.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status that an event implies (contract 3.7, and Talaria's own kinds), for readers that have no row image. */
public final class StatusAfter {
  private StatusAfter() {}

  /** The status right after this event; empty when the event changes none, or does not say. */
  public static Optional<String> of(String kind, @Nullable ObjectNode payload) {
    return switch (kind) {
      case "created" -> Optional.of(said(payload).orElse("todo"));
      case "status" -> said(payload);
      case "unblocked" -> Optional.of(said(payload).orElse("ready"));
      case "promoted", "promoted_manual" -> Optional.of("ready");
      case "claimed" -> Optional.of("running");
      case "reclaimed",
          "crashed",
          "protocol_violation",
          "timed_out",
          "stale",
          "spawn_failed",
          "rate_limited",
          "launcher_lost",
          "interrupted" -> Optional.of(source(payload));
      case "specified", "decomposed" -> Optional.of("todo");
      case "completed" -> Optional.of("done");
      case "blocked", "gave_up" -> Optional.of("blocked");
      case "scheduled" -> Optional.of("scheduled");
      case "submitted" -> Optional.of("review");
      case "archived" -> Optional.of("archived");
      default -> Optional.empty();
    };
  }

  private static Optional<String> said(@Nullable ObjectNode payload) {
    return payload != null && payload.path("status").isTextual()
        ? Optional.of(payload.path("status").asText())
        : Optional.empty();
  }

  private static String source(@Nullable ObjectNode payload) {
    boolean review = payload != null && payload.path("source_status").asText().equals("review");
    return review ? "review" : "ready";
  }
}
