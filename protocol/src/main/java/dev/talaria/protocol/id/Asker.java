package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;

/** Who asks a board for something, and where its answers go: the key of a record on {@code replies}. */
public sealed interface Asker permits LauncherKey, CallerKey {
  /** Reads the address of a launcher or a caller; throws {@link IllegalArgumentException} on any other form. */
  @JsonCreator
  static Asker parse(String text) {
    return CallerKey.isCaller(text) ? CallerKey.parse(text) : LauncherKey.parse(text);
  }
}
