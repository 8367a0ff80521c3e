package dev.talaria.dispatcher.verb;

/**
 * What a verb came to.
 *
 * @param exit its exit code
 * @param out what it printed
 * @param err what it said beside that
 */
public record VerbOutcome(int exit, String out, String err) {
  private static final int FAILED = 1;

  /** It was not carried out. */
  static VerbOutcome refused(String why) {
    return new VerbOutcome(FAILED, "", why + "\n");
  }
}
