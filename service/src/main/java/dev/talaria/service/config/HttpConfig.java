package dev.talaria.service.config;

import org.jspecify.annotations.Nullable;

/**
 * Where metrics and health are served.
 *
 * @param bind an address of this host; other than loopback only with a token
 * @param port 0 for any free one
 * @param token callers send it as {@code Authorization: Bearer}; null asks for none
 */
public record HttpConfig(String bind, int port, @Nullable String token) {
  /** The port that Prometheus exporters of this kind use. */
  public static final int DEFAULT_PORT = 9464;

  public HttpConfig {
    Check.between("http.port", port, 0, 65_535);
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
