package dev.talaria.service.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.talaria.service.config.HttpConfig;
import dev.talaria.service.metrics.HealthChecks.Health;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics} for Prometheus, as OpenMetrics where that is asked for; {@code /health/live} (this process answers), {@code /health/ready} (503 while a check
 * says no) and {@code /health} (the same, always 200) as JSON. Where a token is configured, all of them want it.
 *
 * <p>Its threads are daemons: it keeps no process alive.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetricsEndpoint.class);
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String JSON = "application/json";
  private static final int THREADS = 2;

  private final HttpConfig config;
  private final PrometheusMeterRegistry registry;
  private final HealthChecks checks;
  private final ObjectMapper json = new ObjectMapper();
  private @Nullable HttpServer server;
  private @Nullable ExecutorService executor;

  private record Answer(int status, String type, String body) {}

  public MetricsEndpoint(HttpConfig config, PrometheusMeterRegistry registry, HealthChecks checks) {
    this.config = config;
    this.registry = registry;
    this.checks = checks;
  }

  /** Returns when it can be asked. */
  public synchronized void start() {
    if (server != null) {
      return;
    }
    try {
      var created = HttpServer.create(new InetSocketAddress(config.bind(), config.port()), 16);
      var numbers = new AtomicInteger();
      var threads = Executors.newFixedThreadPool(
          THREADS, task -> daemon(task, "http-" + numbers.incrementAndGet()));
      created.setExecutor(threads);
      created.createContext("/", exchange -> answer(exchange, this::route));
      // The server's own thread takes its daemon flag from the one that starts it.
      var starter = daemon(created::start, "http-start");
      starter.start();
      starter.join();
      server = created;
      executor = threads;
      log.info("Metrics and health on http://{}:{}", config.bind(), port());
    } catch (IOException e) {
      throw new IllegalStateException(
          "Cannot serve metrics on %s:%d: %s. Set http.port to another, or to 0 for any free one."
              .formatted(config.bind(), config.port(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while starting the metrics endpoint.", e);
    }
  }

  /** The port that it listens on; only after {@link #start()}. */
  public synchronized int port() {
    if (server == null) {
      throw new IllegalStateException("The metrics endpoint is not running.");
    }
    return server.getAddress().getPort();
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
    if (executor != null) {
      executor.shutdownNow();
      executor = null;
    }
  }

  private Answer route(HttpExchange exchange) {
    if (!exchange.getRequestMethod().equals("GET")
        && !exchange.getRequestMethod().equals("HEAD")) {
      return new Answer(405, "text/plain", "Only GET here.\n");
    }
    if (!allowed(exchange)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      return new Answer(401, "text/plain", "Send the http.token as 'Authorization: Bearer'.\n");
    }
    return switch (exchange.getRequestURI().getPath()) {
      case "/metrics" -> metrics(exchange.getRequestHeaders().getFirst("Accept"));
      case "/health/live" -> new Answer(200, JSON, "{\"status\":\"up\"}\n");
      case "/health/ready" -> health(503);
      case "/health" -> health(200);
      default ->
        new Answer(
            404, "text/plain", "There are /metrics, /health, /health/live and /health/ready.\n");
    };
  }

  /** Exemplars are in OpenMetrics only, which Prometheus asks for. */
  private Answer metrics(@Nullable String accept) {
    String type = accept != null && accept.contains(OPEN_METRICS)
        ? OPEN_METRICS + "; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";
    return new Answer(200, type, registry.scrape(type));
  }

  private Answer health(int statusWhenNotReady) {
    var all = checks.all();
    boolean ready = all.values().stream().allMatch(Health::ready);
    var body = new LinkedHashMap<String, Object>();
    body.put("status", ready ? "ready" : "not ready");
    body.put("checks", all);
    return new Answer(ready ? 200 : statusWhenNotReady, JSON, write(body));
  }

  private String write(Map<String, Object> body) {
    try {
      return json.writeValueAsString(body) + "\n";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean allowed(HttpExchange exchange) {
    var token = config.token();
    if (token == null) {
      return true;
    }
    var sent = exchange.getRequestHeaders().getFirst("Authorization");
    // Compared in constant time: the time of a plain comparison tells how much was right.
    return sent != null
        && MessageDigest.isEqual(
            ("Bearer " + token).getBytes(StandardCharsets.UTF_8),
            sent.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, Function<HttpExchange, Answer> route)
      throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = route.apply(exchange);
      } catch (RuntimeException e) {
        log.warn("Answering {} failed", exchange.getRequestURI(), e);
        answer = new Answer(500, "text/plain", "Failed; see the log.\n");
      }
      var body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, "talaria-" + name);
    thread.setDaemon(true);
    return thread;
  }
}
