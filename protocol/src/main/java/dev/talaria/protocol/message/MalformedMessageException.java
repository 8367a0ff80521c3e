package dev.talaria.protocol.message;

/** Bytes that are not the message they should be. The record goes to {@code dead-letter}; nothing stops. */
public final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String message) {
    super(message);
  }

  public MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
