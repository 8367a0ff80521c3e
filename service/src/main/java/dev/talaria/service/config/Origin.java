package dev.talaria.service.config;

/**
 * Where a value came from, in the order of precedence: each wins over those before it.
 *
 * @param kind which layer
 * @param where as an operator looks for it: {@code /home/me/.hermes/talaria.yaml:12}, a variable's name, {@code flag}
 */
public record Origin(Kind kind, String where) {
  /** The layers, the weakest first. */
  public enum Kind {
    DEFAULT,
    HERMES,
    FILE,
    VARIABLE,
    FLAG
  }

  static final Origin DEFAULT = new Origin(Kind.DEFAULT, "default");
  static final Origin FLAG = new Origin(Kind.FLAG, "flag");

  @Override
  public String toString() {
    return where;
  }
}
