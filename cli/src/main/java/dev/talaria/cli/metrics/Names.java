package dev.talaria.cli.metrics;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes label values of names that come from outside: those after the first so many, and what does not look like a name,
 * become {@code other}; so neither a flood of names nor a path gets into the registry. Thread-safe.
 */
final class Names {
  static final String NONE = "none";
  static final String OTHER = "other";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._:@/+-]{0,79}");

  private final int most;
  private final Set<String> known = new HashSet<>();

  /** @param most names that are told apart */
  Names(int most) {
    this.most = most;
  }

  /** The value for a name; {@code none} for an empty one. */
  synchronized String label(String name) {
    if (name.isEmpty()) {
      return NONE;
    }
    boolean told = known.contains(name)
        || known.size() < most && NAME.matcher(name).matches() && known.add(name);
    return told ? name : OTHER;
  }
}
