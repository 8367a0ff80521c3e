package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A launcher's address, its key on {@code presence} and as asker on {@code replies}: {@code <host>/launcher/<name>}.
 *
 * @param host the host that it runs on
 * @param name its name there; {@code main} unless several run on one host
 */
public record LauncherKey(String host, String name) implements Asker, Comparable<LauncherKey> {
  private static final String ROLE = "/launcher/";

  public LauncherKey {
    Names.check("host id", host, Names.HOST);
    Names.check("launcher name", name, Names.SLUG);
  }

  /** Reads {@code host/launcher/name}; throws {@link IllegalArgumentException} on any other form. */
  @JsonCreator
  public static LauncherKey parse(String text) {
    int role = text.indexOf(ROLE);
    if (role < 0) {
      throw new IllegalArgumentException(
          "'%s' is not a launcher; expected host/launcher/name.".formatted(text));
    }
    return new LauncherKey(text.substring(0, role), text.substring(role + ROLE.length()));
  }

  @Override
  public int compareTo(LauncherKey other) {
    return toString().compareTo(other.toString());
  }

  @Override
  @JsonValue
  public String toString() {
    return host + ROLE + name;
  }
}
