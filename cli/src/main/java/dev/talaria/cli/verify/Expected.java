package dev.talaria.cli.verify;

import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.streams.HistoryAudit;
import dev.talaria.streams.HistoryAudit.Entry;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the topology should remember of one task, as a fresh fold has it. The topology drops entries of closed tasks at a time
 * of its own; when such a task goes on, either of two entries is right.
 */
final class Expected {
  /** The topology's clock is not that of the events. */
  private static final long SLACK_MILLIS = Duration.ofHours(1).toMillis();

  /** After these nothing of what was judged before counts any more. */
  private static final Set<String> SETTLING =
      Set.of("decided", "completed", "submitted", "unblocked");

  private final HistoryAudit audit;
  private final boolean known;
  private @Nullable Entry kept;
  private @Nullable Entry dropped;
  private boolean mayBeDropped;
  private boolean judging;

  /** @param known whether its events are known from the first on */
  Expected(HistoryAudit audit, boolean known) {
    this.audit = audit;
    this.known = known;
  }

  void advance(Transition t) {
    if (wasClosedLong(kept, t.at() * 1_000)) {
      mayBeDropped = true;
      dropped = null;
    }
    kept = audit.advance(kept, t);
    if (mayBeDropped) {
      dropped = audit.advance(dropped, t);
      mayBeDropped = !Objects.equals(kept, dropped);
    }
    if (SETTLING.contains(t.kind())) {
      judging = false;
    } else if (!t.isBackfill()
        && t.payload() != null
        && t.payload().path(PolicyEvent.DECISION_PENDING).asBoolean(false)) {
      judging = true;
    }
  }

  private static boolean wasClosedLong(@Nullable Entry entry, long now) {
    Long closedAt = entry == null ? null : entry.closedAt();
    return closedAt != null && now - closedAt > HistoryAudit.closedKeptMillis() - SLACK_MILLIS;
  }

  /** Whether a fresh fold can tell: not of a task whose verdict is out, since that depends on other tasks too. */
  boolean isCertain() {
    return known && !judging;
  }

  /** Whether an entry is right; null is an absent one. */
  boolean agrees(@Nullable Entry stored, long now) {
    return same(kept, stored)
        || mayBeDropped && same(dropped, stored)
        || stored == null && wasClosedLong(kept, now);
  }

  @Nullable
  Entry entry() {
    return kept;
  }

  /**
   * An absent entry says as much as a blank one. Which event was the last to change it can differ: the topology knew what it
   * decided before the board said so.
   */
  private static boolean same(@Nullable Entry one, @Nullable Entry other) {
    if (one == null || one.isBlank()) {
      return other == null || other.isBlank();
    }
    return other != null && one.history().saysSameAs(other.history());
  }
}
