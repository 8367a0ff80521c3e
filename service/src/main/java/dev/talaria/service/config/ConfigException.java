package dev.talaria.service.config;

/** A setting that cannot be used. The message names key, value and what was expected; it is meant for the operator. */
public class ConfigException extends RuntimeException {
  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
