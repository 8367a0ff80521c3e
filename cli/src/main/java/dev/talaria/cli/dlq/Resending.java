package dev.talaria.cli.dlq;

import java.util.Optional;

/**
 * Whether a bad record may be put back where it came from. A pure function: what would only make another dead letter, or go
 * round in a loop, needs somebody's force; what could do harm is never done.
 *
 * @param most how often one record may be put back
 * @param force whether somebody has insisted
 */
record Resending(SourceTopics sources, int most, boolean force) {
  /** An answer. */
  sealed interface Answer {}

  /**
   * It may.
   *
   * @param times how often it will have been put back then
   */
  record May(Original original, int times) implements Answer {}

  /** It may not, with what to do about it. */
  record MayNot(String why) implements Answer {}

  Answer judge(Letter letter, Optional<Original> found) {
    Optional<String> never = sources.obstacle(letter);
    if (never.isPresent()) {
      return new MayNot(never.get());
    }
    if (found.isEmpty() || !found.get().whole()) {
      return new MayNot(
          "'%s' does not hold it any more, and its letter has %s of its %d bytes: it cannot be put back. Drop it."
              .formatted(letter.id().topic(), Math.max(0, letter.kept()), letter.size()));
    }
    Original original = found.get();
    int times = Math.max(letter.resent(), original.times());
    if (force) {
      return new May(original, times + 1);
    }
    if (!letter.isOpen()) {
      return new MayNot(
          "It was %s already; --force does it nevertheless.".formatted(letter.state()));
    }
    if (times >= most) {
      return new MayNot(
          "It was put back %s and came back as a dead letter: its reader has not changed. --force does it nevertheless."
              .formatted(times == 1 ? "once" : times + " times"));
    }
    return sources
        .problem(letter.id().topic(), original.key(), original.value())
        .<Answer>map(problem -> new MayNot(
            "It would be a dead letter again: %s. --force does it nevertheless, for readers of another version."
                .formatted(problem)))
        .orElseGet(() -> new May(original, times + 1));
  }
}
