package dev.talaria.launcher.api;

import java.util.Locale;
import java.util.Optional;

/** What a worker may ask for. */
public enum Verb {
  HEARTBEAT(false, false),
  COMMENT(true, true),
  COMPLETE(true, true),
  BLOCK(true, true),
  CREATE(true, true),
  LINK(true, true);

  private final boolean waits;
  private final boolean sameBodySameCall;

  Verb(boolean waits, boolean sameBodySameCall) {
    this.waits = waits;
    this.sameBodySameCall = sameBodySameCall;
  }

  /** Whether the caller is kept until the board has answered, for a while. */
  boolean waits() {
    return waits;
  }

  /** Whether a repetition of the same body in one run is the same call: {@code curl --retry} must not make two tasks. */
  boolean sameBodySameCall() {
    return sameBodySameCall;
  }

  /** As it stands in a path and in a command id. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Verb> of(String wireName) {
    for (Verb verb : values()) {
      if (verb.wireName().equals(wireName)) {
        return Optional.of(verb);
      }
    }
    return Optional.empty();
  }
}
