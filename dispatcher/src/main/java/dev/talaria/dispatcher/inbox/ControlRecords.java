package dev.talaria.dispatcher.inbox;

import dev.talaria.dispatcher.inbox.BoardInput.Command;
import dev.talaria.dispatcher.inbox.BoardInput.Content;
import dev.talaria.dispatcher.inbox.BoardInput.Decided;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the records of {@code commands} and {@code decisions} say, and whether they say it about the board of their key. */
public final class ControlRecords {
  private final TopicCatalogue topics;
  private final Wire wire;

  public ControlRecords(TopicCatalogue topics, Wire wire) {
    this.topics = topics;
    this.wire = wire;
  }

  /**
   * The board that a record is for.
   *
   * @throws MalformedMessageException when it has no key
   * @throws IllegalArgumentException when its key is none of its topic
   */
  public BoardKey boardOf(String topic, byte @Nullable [] key) {
    if (key == null) {
      throw new MalformedMessageException("the record has no key");
    }
    String text = new String(key, StandardCharsets.UTF_8);
    return topic.equals(topics.decisions()) ? TaskKey.parse(text).board() : BoardKey.parse(text);
  }

  /**
   * What it asks of that board.
   *
   * @throws MalformedMessageException when it cannot be read, or is about another board's run
   */
  public Content contentOf(String topic, BoardKey board, byte @Nullable [] value) {
    if (topic.equals(topics.decisions())) {
      Decision decision = wire.decode(value, Decision.class);
      requireOf(board, decision.run());
      return new Decided(decision);
    }
    BoardCommand command = wire.decode(value, BoardCommand.class);
    RunKey run = runOf(command);
    if (run != null) {
      requireOf(board, run);
    }
    return new Command(command);
  }

  /** Task and run ids mean something on their own board only. */
  private static void requireOf(BoardKey board, RunKey run) {
    if (!run.board().equals(board)) {
      throw new MalformedMessageException(
          "the record's key is of board '%s' and its run is '%s'".formatted(board, run));
    }
  }

  private static @Nullable RunKey runOf(BoardCommand command) {
    if (command instanceof BoardCommand.Started it) {
      return it.run();
    } else if (command instanceof BoardCommand.Exited it) {
      return it.run();
    } else if (command instanceof BoardCommand.NeverStarted it) {
      return it.run();
    } else if (command instanceof BoardCommand.Heartbeat it) {
      return it.run();
    } else if (command instanceof BoardCommand.Comment it) {
      return it.run();
    } else if (command instanceof BoardCommand.Complete it) {
      return it.run();
    } else if (command instanceof BoardCommand.Block it) {
      return it.run();
    } else if (command instanceof BoardCommand.Create it) {
      return it.run();
    } else if (command instanceof BoardCommand.Link it) {
      return it.run();
    }
    return null;
  }
}
