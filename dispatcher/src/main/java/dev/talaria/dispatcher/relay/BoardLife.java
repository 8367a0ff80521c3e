package dev.talaria.dispatcher.relay;

import dev.talaria.protocol.message.RelayCursor;
import java.util.Optional;

/**
 * What the relay asks of the board's owner, who alone writes to it. Each call waits for the owner and returns when the
 * change is durable.
 */
public interface BoardLife {
  /**
   * The board's lineage, as its file says.
   *
   * @return 1 for a board that was never published
   */
  long lineage();

  /**
   * The file was put back from a backup: no id that was given out before may be given out again. Raises the board's
   * sequences above the recorded values and starts the next lineage.
   *
   * @param recorded what the former file had reached
   * @return the new lineage
   */
  long startNextLineage(RelayCursor recorded);

  /**
   * The relay knows where the board stands; from here on runs may be granted.
   *
   * @param cursor where it starts from, or nothing for a board that was never published
   */
  void verified(Optional<RelayCursor> cursor);

  /**
   * Events up to this id are published, in the present lineage. Returns at once: it is written down with the next tidying,
   * for garbage collection.
   */
  void published(long event);
}
