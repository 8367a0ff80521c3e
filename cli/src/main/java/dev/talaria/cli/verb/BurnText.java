package dev.talaria.cli.verb;

import dev.talaria.board.event.EventRow;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.TaskHistory;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a task's failed runs have cost since its last completion or {@code unblock --more}, for people. */
final class BurnText {
  private BurnText() {}

  /** Such as {@code 3 failed runs, 125 s}; null for nothing. */
  static @Nullable String of(List<EventRow> events) {
    var fold = new PolicyFold(new Wire());
    TaskHistory history = TaskHistory.EMPTY;
    for (EventRow row : events) {
      var event = new PolicyEvent(
          1, row.id(), row.runId(), row.kind(), row.createdAt(), row.payloadObject());
      try {
        history = fold.advance(history, event, Circumstances.NONE).history();
      } catch (MalformedMessageException e) {
        // one that cannot be read costs nothing
      }
    }
    Burn burn = history.burn();
    if (burn == null) {
      return null;
    }
    String runs = burn.attempts() == 1 ? "1 failed run" : burn.attempts() + " failed runs";
    String cost =
        burn.costMicros() == 0 ? "" : String.format(Locale.ROOT, ", cost %.2f", burn.cost());
    return "%s, %d s%s".formatted(runs, burn.seconds(), cost);
  }
}
