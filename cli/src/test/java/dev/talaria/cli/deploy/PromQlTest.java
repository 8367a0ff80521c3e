package dev.talaria.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.deploy.PromQl.Selector;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromQlTest {
  @Test
  void shouldFindMetricsAndTheirLabels() {
    PromQl read = PromQl.read("""
        histogram_quantile(0.99, sum by (board, le) (rate(a_seconds_bucket{lane=~"x|y{}", node!="$host"}[$__rate_interval])))
          > on (board) group_left () 0.1 * (b_total offset 5m unless c:d:e and on (job) up == bool 1e3)
        """);

    assertThat(read.selectors())
        .containsExactly(
            new Selector("a_seconds_bucket", Map.of("lane", "x|y{}", "node", "$host")),
            new Selector("b_total", Map.of()),
            new Selector("c:d:e", Map.of()),
            new Selector("up", Map.of()));
    assertThat(read.grouped()).containsExactlyInAnyOrder("board", "le", "job");
    assertThat(read.made()).isEmpty();
  }

  @Test
  void shouldFindLabelsThatAreMade() {
    PromQl read = PromQl.read(
        "label_replace(count by (from) (last_over_time(a_total{x=\"y\"}[1w])), \"to\", \"$1\", \"from\", \"(.+)\")");

    assertThat(read.selectors()).containsExactly(new Selector("a_total", Map.of("x", "y")));
    assertThat(read.made()).containsExactly("to");
    assertThat(PromQl.read("label_replace(a_total{x=\"y\"}, \"to\", \"$1\", \"x\", \"(.+)\")")
            .made())
        .containsExactly("to");
  }
}
