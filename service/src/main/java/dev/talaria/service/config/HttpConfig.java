package dev.talaria.service.config;

import org.jspecify.annotations.Nullable;

/**
 * Where metrics and health are served. Each service of a host has a port of its own, since they share one configuration.
 *
 * @param bind an address of this host; other than loopback only with a token
 * @param port of {@code up} and {@code dispatcher}; 0 for any free one
 * @param launcherPort of {@code launcher}
 * @param streamsPort of {@code streams}
 * @param token callers send it as {@code Authorization: Bearer}; null asks for none
 */
public record HttpConfig(
    String bind,
    int port,
    int launcherPort,
    int streamsPort,
    @Nullable String token) {
  /** The port that Prometheus exporters of this kind use. */
  public static final int DEFAULT_PORT = 9464;

  static final int DEFAULT_LAUNCHER_PORT = 9465;
  static final int DEFAULT_STREAMS_PORT = 9466;

  public HttpConfig {
    Check.all(
        () -> Check.between("http.port", port, 0, 65_535),
        () -> Check.between("http.launcher_port", launcherPort, 0, 65_535),
        () -> Check.between("http.streams_port", streamsPort, 0, 65_535),
        () -> check(bind, token));
  }

  /** With the ports of the launcher and the topology as they are by default. */
  public HttpConfig(String bind, int port, @Nullable String token) {
    this(bind, port, DEFAULT_LAUNCHER_PORT, DEFAULT_STREAMS_PORT, token);
  }

  /** The same for a service that listens at another port. */
  public HttpConfig at(int another) {
    return new HttpConfig(bind, another, launcherPort, streamsPort, token);
  }

  private static void check(String bind, @Nullable String token) {
    if (token != null && token.length() < 8) {
      throw new ConfigException(
          "http.token has %d characters; expected 8 or more.".formatted(token.length()));
    }
    if (token == null && !loopback(bind)) {
      throw new ConfigException(
          "http.bind is '%s' and there is no http.token; set a token, or bind to 127.0.0.1."
              .formatted(bind));
    }
  }

  private static boolean loopback(String bind) {
    return bind.equals("localhost")
        || bind.equals("::1")
        || bind.equals("[::1]")
        || bind.matches("127(\\.[0-9]{1,3}){3}");
  }
}
