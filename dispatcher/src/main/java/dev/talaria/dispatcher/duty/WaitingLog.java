package dev.talaria.dispatcher.duty;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Allowance;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.Waiting;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why ready tasks are not granted, each reason when it begins and when it ends. A reason that is gone at the next look
 * is not spoken of: a launcher that starts is heard some seconds later. One thread.
 */
public final class WaitingLog {
  private static final Logger log = LoggerFactory.getLogger(WaitingLog.class);

  private final BoardKey board;
  private final Predicate<Lane> isServed;
  private Map<String, String> before = Map.of();
  private Map<String, String> told = Map.of();

  /**
   * For one board.
   *
   * @param isServed whether some launcher that lives serves a lane
   */
  public WaitingLog(BoardKey board, Predicate<Lane> isServed) {
    this.board = board;
    this.isServed = isServed;
  }

  /** Looks, and tells what is new. */
  public void look(Tx tx, Allowance allowance) {
    Map<String, String> reasons = reasons(tx, allowance);
    Map<String, String> lasting = new LinkedHashMap<>(reasons);
    lasting.keySet().retainAll(before.keySet());
    Set<String> known = told.keySet();
    lasting.forEach((reason, words) -> {
      if (!known.contains(reason)) {
        log.info("Board '{}': {}", board, words);
      }
    });
    told.forEach((reason, words) -> {
      if (!reasons.containsKey(reason)) {
        log.info("Board '{}': no more: {}", board, words);
      }
    });
    Map<String, String> next = new LinkedHashMap<>();
    reasons.forEach((reason, words) -> {
      if (known.contains(reason) || lasting.containsKey(reason)) {
        next.put(reason, told.getOrDefault(reason, words));
      }
    });
    told = next;
    before = reasons;
  }

  private Map<String, String> reasons(Tx tx, Allowance allowance) {
    Map<String, String> reasons = new LinkedHashMap<>();
    Waiting waiting = Waiting.of(tx);
    if (waiting.unassigned() > 0) {
      reasons.put(
          "unassigned",
          "%d ready tasks wait: nobody is named for them. Assign them, or set kanban.default_assignee."
              .formatted(waiting.unassigned()));
    }
    if (waiting.guarded() > 0) {
      reasons.put(
          "guarded",
          "%d ready tasks wait: the respawn guard keeps them back; their event respawn_guarded says why."
              .formatted(waiting.guarded()));
    }
    if (waiting.scheduled() > 0) {
      reasons.put(
          "scheduled",
          "%d tasks are scheduled, and wait for their time or an unblock."
              .formatted(waiting.scheduled()));
    }
    Map<String, Long> ready = GrantClaims.readyCountByLane(tx);
    if (!ready.isEmpty() && allowance.left() == 0) {
      reasons.put(
          "board cap",
          "ready tasks wait: as many run as kanban.max_in_progress and max_spawn allow.");
    }
    ready.forEach((lane, n) -> {
      if (!Lane.isLane(lane) || !isServed.test(new Lane(lane))) {
        reasons.put(
            "lane " + lane,
            "%d ready tasks of '%s' wait: no launcher serves that lane.".formatted(n, lane));
      } else if (allowance.isProfileFull(lane)) {
        reasons.put(
            "cap " + lane,
            "%d ready tasks of '%s' wait: %d of it run, as many as kanban.max_in_progress_per_profile allows."
                .formatted(n, lane, allowance.running(lane)));
      }
    });
    return reasons;
  }
}
