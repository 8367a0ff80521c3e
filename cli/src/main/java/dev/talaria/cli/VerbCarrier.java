package dev.talaria.cli;

import dev.talaria.protocol.id.BoardKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has a verb carried out on a board of another host. Needs Kafka, so it is loaded only then. */
public interface VerbCarrier {
  /**
   * What is asked.
   *
   * @param board whose board
   * @param anyBoard whether any other board of that host does as well: the verb is about the host
   * @param arguments the verb and what follows it
   * @param reach whether it may be asked of another host, and how it is carried out there
   * @param patience how long to wait for the answer
   * @param commandId of an earlier command whose answer did not come; null for a new one
   */
  record Order(
      BoardKey board,
      boolean anyBoard,
      List<String> arguments,
      Reach reach,
      Duration patience,
      @Nullable String commandId) {}

  /** Whether this is the host that is meant. */
  boolean isHere(String host);

  /** Has it done, prints what it printed there, and says its exit code. */
  int carry(Order order);

  /** Lets a verb go on with the board, and says its exit code. */
  int follow(Order order, Follower verb);
}
