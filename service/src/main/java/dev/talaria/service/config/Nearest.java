package dev.talaria.service.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word that somebody most likely meant. */
public final class Nearest {
  private Nearest() {}

  /** The nearest by edits, unless more than {@code limit} would be needed. */
  public static Optional<String> to(String word, Collection<String> known, int limit) {
    return known.stream()
        .filter(candidate -> edits(word, candidate) <= limit)
        .min(Comparator.<String>comparingInt(candidate -> edits(word, candidate))
            .thenComparing(Comparator.naturalOrder()));
  }

  static int edits(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(swap, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
