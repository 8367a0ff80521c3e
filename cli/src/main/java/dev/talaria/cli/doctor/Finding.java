package dev.talaria.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What a look came to.
 *
 * @param severity how bad it is
 * @param subject what it is about: a board, a topic, a host
 * @param text what was found
 * @param remedy what to do; null where there is nothing to do
 */
record Finding(
    Severity severity,
    String subject,
    String text,
    @Nullable String remedy) {
  /** How bad a finding is; the worse, the later. */
  enum Severity {
    /** As it should be. */
    FINE,
    /** Worth knowing; nothing to do. */
    NOTE,
    /** Works, but will not for long, or not for all. */
    WARNING,
    /** Something does not work. */
    PROBLEM
  }

  static Finding fine(String subject, String text) {
    return new Finding(Severity.FINE, subject, text, null);
  }

  static Finding note(String subject, String text) {
    return new Finding(Severity.NOTE, subject, text, null);
  }

  static Finding warning(String subject, String text, String remedy) {
    return new Finding(Severity.WARNING, subject, text, remedy);
  }

  static Finding problem(String subject, String text, String remedy) {
    return new Finding(Severity.PROBLEM, subject, text, remedy);
  }

  boolean asksForSomething() {
    return severity.compareTo(Severity.WARNING) >= 0;
  }
}
