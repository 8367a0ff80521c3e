package dev.talaria.dispatcher.inbox;

import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.Decision;

/**
 * One record that is for a board, with the place that it was read from.
 *
 * @param source which partition
 * @param offset the record's offset there
 * @param content what it asks
 */
public record BoardInput(Source source, long offset, Content content) {
  /**
   * A partition of a topic as it is now.
   *
   * @param topicId a topic that was made again has another one
   */
  public record Source(String topic, int partition, String topicId, int partitions) {}

  /** A command or a decision. */
  public sealed interface Content {}

  /** A launcher's command. */
  public record Command(BoardCommand command) implements Content {}

  /** The topology's decision. */
  public record Decided(Decision decision) implements Content {}

  /** Nothing for this board; only the offset moves. */
  public record Passed() implements Content {}
}
