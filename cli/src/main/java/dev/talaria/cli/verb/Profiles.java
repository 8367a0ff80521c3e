package dev.talaria.cli.verb;

import dev.talaria.board.task.Assignees;
import dev.talaria.board.text.HermesText;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Profiles that people type. */
final class Profiles {
  private static final Set<String> NOBODY = Set.of("none", "-", "null");

  private Profiles() {}

  /** The profile in its one spelling; null for nobody. */
  static @Nullable String orNobody(String text) {
    boolean nobody = NOBODY.contains(HermesText.lower(HermesText.strip(text)));
    return nobody ? null : Assignees.canonical(text);
  }

  /** As it is told. */
  static String told(@Nullable String profile) {
    return profile == null ? "nobody" : profile;
  }
}
