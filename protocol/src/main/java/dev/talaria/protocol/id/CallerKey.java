package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The address of one invocation of the command that asks a board of another host: {@code <host>/cli/<name>}.
 *
 * @param host the host that it runs on
 * @param name of this invocation alone
 */
public record CallerKey(String host, String name) implements Asker {
  private static final String ROLE = "/cli/";

  public CallerKey {
    Names.check("host id", host, Names.HOST);
    Names.check("caller's name", name, Names.SLUG);
  }

  /** Whether the text has the form of a caller's address. */
  static boolean isCaller(String text) {
    return text.contains(ROLE);
  }

  /** Reads {@code host/cli/name}; throws {@link IllegalArgumentException} on any other form. */
  @JsonCreator
  public static CallerKey parse(String text) {
    int role = text.indexOf(ROLE);
    if (role < 0) {
      throw new IllegalArgumentException(
          "'%s' is not a caller; expected host/cli/name.".formatted(text));
    }
    return new CallerKey(text.substring(0, role), text.substring(role + ROLE.length()));
  }

  @Override
  @JsonValue
  public String toString() {
    return host + ROLE + name;
  }
}
