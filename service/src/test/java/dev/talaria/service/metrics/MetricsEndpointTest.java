package dev.talaria.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.service.config.HttpConfig;
import dev.talaria.service.metrics.HealthChecks.Health;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MetricsEndpointTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HealthChecks checks = new HealthChecks();
  private MetricsEndpoint endpoint;

  private enum Doc implements MeterDoc {
    DECISIONS(MeterSpec.counter("talaria.decisions", "Decisions taken.", "action")),
    BACKLOG(MeterSpec.gaugeIn("rows", "talaria.relay.backlog", "Rows not yet relayed.", "board")),
    LAG(MeterSpec.timer("talaria.relay.lag", "Commit to topic."));

    private final MeterSpec spec;

    Doc(MeterSpec spec) {
      this.spec = spec;
    }

    @Override
    public MeterSpec spec() {
      return spec;
    }
  }

  @AfterEach
  void close() {
    if (endpoint != null) {
      endpoint.close();
      endpoint.close();
    }
  }

  @Test
  void shouldShowMetersOfACatalogue() throws Exception {
    try (var meters = new Meters(registry).bindJvm()) {
      meters.counter(Doc.DECISIONS, "retry").increment();
      meters.counter(Doc.DECISIONS, "retry").increment();
      meters.gauge(Doc.BACKLOG, () -> 7, "alpha/default");
      meters.timer(Doc.LAG).record(java.time.Duration.ofMillis(3));
      start(null);

      var page = get("/metrics", null);

      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
      assertThat(page.body())
          .contains("# HELP talaria_decisions_total Decisions taken.")
          .contains("talaria_decisions_total{action=\"retry\"} 2.0")
          .contains("talaria_relay_backlog_rows{board=\"alpha/default\"} 7.0")
          .contains("talaria_relay_lag_seconds_bucket{le=\"0.005\"} 1")
          .contains("jvm_memory_used_bytes");
    }
  }

  @Test
  void shouldRefuseTagsThatTheCatalogueDoesNotName() {
    var meters = new Meters(registry);

    assertThatThrownBy(() -> meters.counter(Doc.DECISIONS, "a", "b"))
        .hasMessage("Meter talaria.decisions takes values for the tags [action], but got [a, b].");
  }

  @Test
  void shouldBeReadyOnlyWhileAllChecksAre() throws Exception {
    var connected = new AtomicBoolean();
    checks.register("board", () -> Health.ready("open"));
    checks.register(
        "kafka", () -> connected.get() ? Health.ready("connected") : Health.notReady("no broker"));
    start(null);

    var before = get("/health/ready", null);
    assertThat(before.statusCode()).isEqualTo(503);
    assertThat(before.body()).isEqualToIgnoringWhitespace("""
            {"status":"not ready","checks":{
              "board":{"ready":true,"detail":"open"},
              "kafka":{"ready":false,"detail":"no broker"}}}
            """.strip());
    assertThat(get("/health", null).statusCode()).isEqualTo(200);
    assertThat(get("/health/live", null).body()).contains("\"up\"");

    connected.set(true);
    assertThat(get("/health/ready", null).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldNotBeReadyWhenACheckThrows() throws Exception {
    checks.register("board", () -> {
      throw new IllegalStateException("locked");
    });
    start(null);

    assertThat(get("/health/ready", null).body()).contains("locked");
  }

  @Test
  void shouldWantTheTokenWhereOneIsConfigured() throws Exception {
    start("correct-horse");

    assertThat(get("/metrics", null).statusCode()).isEqualTo(401);
    assertThat(get("/metrics", "Bearer wrong-horse").statusCode()).isEqualTo(401);
    assertThat(get("/health/ready", "correct-horse").statusCode()).isEqualTo(401);
    assertThat(get("/metrics", "Bearer correct-horse").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldNotBindBeyondLoopbackWithoutAToken() {
    assertThatThrownBy(() -> new HttpConfig("0.0.0.0", 0, null))
        .hasMessageContaining("set a token, or bind to 127.0.0.1");
  }

  @Test
  void shouldSayWhatThereIsForUnknownPaths() throws Exception {
    start(null);

    assertThat(get("/", null).statusCode()).isEqualTo(404);
    assertThat(get("/", null).body()).contains("/metrics").contains("/health/ready");
  }

  @Test
  void shouldRunOnDaemonThreadsOnly() throws Exception {
    var before = Thread.getAllStackTraces().keySet();
    start(null);
    get("/health/live", null);

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread)
            && (thread.getName().startsWith("talaria-")
                || thread.getName().startsWith("HTTP-Dispatcher")))
        .isNotEmpty()
        .allMatch(Thread::isDaemon);
  }

  @Test
  void shouldNameThePortThatIsTaken() throws Exception {
    try (var other = new ServerSocket(0)) {
      endpoint = new MetricsEndpoint(
          new HttpConfig("127.0.0.1", other.getLocalPort(), null), registry, checks);

      assertThatThrownBy(endpoint::start)
          .hasMessageContaining("127.0.0.1:" + other.getLocalPort())
          .hasMessageContaining("Set http.port");
    }
  }

  private void start(String token) {
    endpoint = new MetricsEndpoint(new HttpConfig("127.0.0.1", 0, token), registry, checks);
    endpoint.start();
    endpoint.start();
  }

  private HttpResponse<String> get(String path, String authorization) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
