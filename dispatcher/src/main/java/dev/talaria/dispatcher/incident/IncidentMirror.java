package dev.talaria.dispatcher.incident;

import dev.talaria.board.Tx;
import dev.talaria.board.incident.Incidents;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the open incidents into a board's table, where they are looked at in the transaction that grants. While Kafka is
 * away, the table stays as it was. All but {@link #heard} is used by the board's owner thread alone.
 */
public final class IncidentMirror {
  private static final Logger log = LoggerFactory.getLogger(IncidentMirror.class);

  private final BoardKey board;
  private final boolean pauses;
  private volatile @Nullable List<Incident> told;
  private @Nullable List<Incident> copied;
  private @Nullable List<Incident> copying;

  /** @param pauses whether the configuration lets incidents hold lanes */
  public IncidentMirror(BoardKey board, boolean pauses) {
    this.board = board;
    this.pauses = pauses;
  }

  /** These are open now. */
  public void heard(List<Incident> open) {
    told = List.copyOf(open);
  }

  /** Whether something else was told than was copied last. */
  public boolean isBehind() {
    List<Incident> now = told;
    return now != null && !now.equals(copied);
  }

  /** They are to be copied again: the board is another one. */
  public void startOver() {
    copied = null;
  }

  /** Copies them; {@link #settle} ends it, whatever becomes of the transaction. */
  public void copy(Tx tx) {
    List<Incident> now = told;
    if (now == null || now.equals(copied)) {
      return;
    }
    boolean changed = Incidents.replace(tx, now, pauses);
    if (changed
        && !ids(now).equals(ids(copied))) { // not for each failure that an open one takes in
      log.info(
          "Open incidents of board '{}': {}",
          board,
          now.stream().map(it -> it.id() + " in lane " + it.lane()).toList());
    }
    copying = now;
  }

  private static List<String> ids(@Nullable List<Incident> incidents) {
    return incidents == null ? List.of() : incidents.stream().map(Incident::id).toList();
  }

  /** What was copied is durable, or was undone and is to be copied again. */
  public void settle(boolean durable) {
    if (copying != null && durable) {
      copied = copying;
    }
    copying = null;
  }
}
