package dev.talaria.service.config;

import java.util.List;

/**
 * Settings that cannot be used. Each problem names key, value and what was expected; they are meant for the operator, and
 * the message holds all of them, one a line.
 */
public class ConfigException extends RuntimeException {
  private final transient List<String> problems;

  public ConfigException(String message) {
    super(message);
    this.problems = List.of(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
    this.problems = List.of(message);
  }

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** All that was found wrong, in the order of the sections. */
  public List<String> problems() {
    return problems;
  }
}
