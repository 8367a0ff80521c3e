package dev.talaria.board.notify;

import dev.talaria.board.text.BoardJson;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Event kinds that are told. */
public final class Kinds {
  /** What hermes's notifier tells. */
  public static final List<String> TOLD =
      List.of("completed", "blocked", "gave_up", "crashed", "timed_out");

  private Kinds() {}

  /** The kinds as one bound value; null stands for all. */
  static @Nullable String parameter(Collection<String> kinds) {
    return kinds.isEmpty() ? null : BoardJson.array(kinds).toString();
  }
}
