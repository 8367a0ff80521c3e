package dev.talaria.board.waiting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Why one task does not run: what for people, and as fields for programs. */
public sealed interface WaitReason permits LaneReason, PlaceReason, TaskReason, StateReason {
  int LISTED = 4;

  WaitCode code();

  /** One or two sentences. */
  String text(TimeWords times);

  /** What to do about it, beginning with a verb; empty when there is nothing to do but to wait. */
  String advice();

  /** Adds what is known beyond the code to a JSON object. Times are epoch seconds. */
  default void describe(ObjectNode node) {}

  /** How a point of time is told, from epoch seconds. */
  @FunctionalInterface
  interface TimeWords {
    String of(long seconds);
  }

  /** The first few of a list, and how many more there are. */
  static String listed(List<String> items) {
    String first = String.join(", ", items.subList(0, Math.min(LISTED, items.size())));
    return items.size() <= LISTED
        ? first
        : "%s and %d more".formatted(first, items.size() - LISTED);
  }
}
