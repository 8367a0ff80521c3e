package dev.talaria.cli.demo;

import dev.talaria.cli.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was expected, and whether it came so. */
final class Checks {
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";

  private final List<Check> checks = new ArrayList<>();

  /** @param difference how what was found differs; null when it does not */
  record Check(String what, @Nullable String difference) {
    boolean passed() {
      return difference == null;
    }
  }

  /** One check of several facts; the first that differs is named. */
  final class Expectation {
    private final String what;
    private @Nullable String difference;

    private Expectation(String what) {
      this.what = what;
    }

    Expectation that(String fact, @Nullable Object expected, @Nullable Object found) {
      if (difference == null && !Objects.equals(expected, found)) {
        difference = "%s: expected %s, found %s".formatted(fact, expected, found);
      }
      return this;
    }

    /** That a text holds another. */
    Expectation holds(String fact, String part, @Nullable String found) {
      if (difference == null && (found == null || !found.contains(part))) {
        difference = "%s: expected it to hold \"%s\", found \"%s\"".formatted(fact, part, found);
      }
      return this;
    }

    void end() {
      checks.add(new Check(what, difference));
    }
  }

  Expectation expect(String what) {
    return new Expectation(what);
  }

  List<Check> all() {
    return List.copyOf(checks);
  }

  boolean passed() {
    return checks.stream().allMatch(Check::passed);
  }

  /** One line each; a second one where something differs. */
  List<String> lines(Terminal terminal) {
    List<String> lines = new ArrayList<>();
    for (Check check : checks) {
      lines.add(mark(terminal, check.passed()) + check.what());
      if (check.difference() != null) {
        lines.add("        " + check.difference());
      }
    }
    return lines;
  }

  private static String mark(Terminal terminal, boolean passed) {
    String word = passed ? "ok    " : "FAILED";
    String shown = terminal.colour() ? (passed ? GREEN : RED) + word + PLAIN : word;
    return shown + "  ";
  }
}
