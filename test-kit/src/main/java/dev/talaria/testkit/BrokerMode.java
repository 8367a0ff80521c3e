package dev.talaria.testkit;

import java.util.Arrays;
import java.util.Locale;

/** Where the shared broker of the tests runs. */
public enum BrokerMode {
  /** In this JVM: up in a fraction of a second. */
  EMBEDDED,
  /** Testcontainers' Kafka; no Docker engine is an error. */
  DOCKER,
  /** In Docker where an engine answers, else embedded. */
  AUTO;

  static final String PROPERTY = "talaria.test.broker";

  static BrokerMode fromProperty() {
    return parse(System.getProperty(PROPERTY, "auto"));
  }

  static BrokerMode parse(String text) {
    return Arrays.stream(values())
        .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "%s is '%s'; expected embedded, docker or auto.".formatted(PROPERTY, text)));
  }
}
