package dev.talaria.launcher.api;

/** A call that is refused before anything was written; the message says what to correct. */
final class CallRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  CallRefused(int status, String message) {
    super(message);
    this.status = status;
  }

  static CallRefused malformed(String message) {
    return new CallRefused(400, message);
  }

  int status() {
    return status;
  }
}
