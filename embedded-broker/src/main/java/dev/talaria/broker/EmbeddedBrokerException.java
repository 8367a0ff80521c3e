package dev.talaria.broker;

import org.jspecify.annotations.Nullable;

/** The embedded broker cannot do what was asked. The message says what was found and what to do. */
public class EmbeddedBrokerException extends RuntimeException {
  public EmbeddedBrokerException(String message) {
    super(message);
  }

  public EmbeddedBrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
