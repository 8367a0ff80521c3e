package dev.talaria.service.kafka;

/** The cluster did not do or say what was asked about a topic. Callers may retry. */
public class TopicSetupException extends RuntimeException {
  public TopicSetupException(String message) {
    super(message);
  }

  public TopicSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
