package dev.talaria.streams;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import org.jspecify.annotations.Nullable;

/** What a record that ends a run says of its failure beyond the task. */
final class FailureFacts {
  /** A fingerprint is 200 characters and a kind; one that is longer was not made by us. */
  private static final int FINGERPRINT_CHARS = 300;

  private FailureFacts() {}

  /** Where the failures of a board with one fingerprint are kept; null for a failure that says nothing of other tasks. */
  static @Nullable String windowKey(
      Transition transition, PolicyEvent event, FailureClass failure) {
    String print = fingerprint(event);
    if (print == null) {
      return null;
    }
    return switch (failure) {
      case TASK -> transition.board() + "|" + print;
      // apart from the others: a silent end is no failure that counts toward giving up
      case PROTOCOL -> transition.board() + "|silent|" + print;
      case PROVIDER, INFRA, LOST -> null;
    };
  }

  /** The lane of a record that ends a run, or null where it does not tell. */
  static @Nullable String lane(Transition transition, PolicyEvent event) {
    String lane = event.text(PolicyEvent.LANE);
    if (lane == null && transition.image() != null) {
      lane = transition.image().task().path("assignee").asText(null);
    }
    return lane != null && Lane.isLane(lane) ? lane : null;
  }

  static @Nullable String host(PolicyEvent event) {
    String launcher = event.text(PolicyEvent.LAUNCHER);
    return launcher == null || launcher.indexOf('/') <= 0
        ? null
        : launcher.substring(0, launcher.indexOf('/'));
  }

  static @Nullable String fingerprint(PolicyEvent event) {
    String text = event.text(PolicyEvent.FINGERPRINT);
    if (text == null || text.isBlank()) {
      return null;
    }
    return text.length() <= FINGERPRINT_CHARS ? text : text.substring(0, FINGERPRINT_CHARS);
  }

  static String fingerprintOf(PolicyEvent event) {
    String print = fingerprint(event);
    return print == null ? "" : print;
  }
}
