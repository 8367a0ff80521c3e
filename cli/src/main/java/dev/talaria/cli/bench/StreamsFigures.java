package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench streams} found.
 *
 * @param events transitions of each measurement, each fourth a failure that is judged
 * @param topology transitions taken in per second
 * @param passThrough the same records carried per second by a topology that does nothing
 * @param rate failures per second while latency was measured
 * @param decided milliseconds from the failure's commit on the board to its decision's, one per failure
 * @param byTopology how many of these decisions the topology made; the rest are the dispatcher's fall-back
 * @param host processors, load and file system, in words
 */
record StreamsFigures(
    int events,
    double topology,
    double passThrough,
    int rate,
    Percentiles decided,
    int samples,
    int byTopology,
    String host)
    implements Figures {

  private double ratio() {
    return topology / passThrough;
  }

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("events", events);
    json.put("topology_per_s", Math.round(topology));
    json.put("pass_through_per_s", Math.round(passThrough));
    json.put("failures_per_s", Math.round(topology / ManyFailures.OF_A_RUN));
    json.put("ratio", Math.round(ratio() * 1_000) / 1_000.0);
    json.put("rate", rate);
    ObjectNode millis = json.putObject("failure_to_decision_ms");
    for (int percent : new int[] {50, 99}) {
      millis.put("p" + percent, rounded(decided.at(percent)));
    }
    millis.put("max", rounded(decided.max()));
    json.put("decisions", samples).put("by_topology", byTopology);
    return json;
  }

  @Override
  public List<String> lines() {
    return List.of(
        line(
            "topology",
            "%.0f transitions/s, of them %.0f failures judged  (%d transitions, twice)",
            topology,
            topology / ManyFailures.OF_A_RUN,
            events / 2),
        line("pass-through", "%.0f transitions/s  (the same ones)", passThrough),
        line("ratio", "%.2f", ratio()),
        line(
            "to decision",
            "p50 %.1f ms  p99 %.1f ms  max %.1f ms  (%d failures of real tasks, %d/s; %d decided by the topology)",
            decided.at(50),
            decided.at(99),
            decided.max(),
            samples,
            rate,
            byTopology),
        line("host", "%s", host));
  }

  private static String line(String name, String format, Object... values) {
    return "%-16s%s".formatted(name, String.format(Locale.ROOT, format, values));
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
