package dev.talaria.cli;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A board of another host, for a verb that turns to it more than once. One thread. */
public interface FarBoard {
  /** What a verb came to there. */
  record Answer(int exit, String out, String err) {
    public boolean isDone() {
      return exit == Exit.DONE;
    }
  }

  /** Its name. */
  BoardKey key();

  /** For how long an answer is waited for. */
  Duration patience();

  /**
   * Has a verb carried out there; prints nothing. Without an answer in time the exit code is {@link Exit#NO_ANSWER} and
   * {@code err} says what may become of it.
   *
   * @param arguments the verb and what follows it
   */
  Answer ask(List<String> arguments);

  /**
   * Waits a moment for events that were published since this invocation began, and passes them on in their order, each once.
   *
   * @return false when the user has ended it, or nobody reads the output any more
   */
  boolean next(Consumer<Transition> each);
}
