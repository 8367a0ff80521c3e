package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench dispatch} found.
 *
 * @param throughput whole tasks per second
 * @param spawnLimit bare starts of the same program per second
 * @param readyToStart milliseconds, one per task
 * @param host processors, load and file system, in words
 */
record DispatchFigures(
    int tasks,
    int slots,
    int rate,
    double throughput,
    double spawnLimit,
    Percentiles readyToStart,
    int samples,
    String host)
    implements Figures {

  private double ratio() {
    return throughput / spawnLimit;
  }

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("tasks", tasks);
    json.put("slots", slots);
    json.put("throughput_per_s", rounded(throughput, 10));
    json.put("spawn_limit_per_s", rounded(spawnLimit, 10));
    json.put("ratio", rounded(ratio(), 1_000));
    json.putObject("ready_to_start_ms")
        .put("p50", rounded(readyToStart.at(50), 100))
        .put("p99", rounded(readyToStart.at(99), 100))
        .put("max", rounded(readyToStart.max(), 100));
    return json;
  }

  @Override
  public List<String> lines() {
    return List.of(
        line("throughput", "%.0f tasks/s  (%d tasks, %d slots)", throughput, tasks, slots),
        line("spawn limit", "%.0f /s  (/bin/true, %d at a time)", spawnLimit, slots),
        line("ratio", "%.2f", ratio()),
        line(
            "ready to start",
            "p50 %.1f ms  p99 %.1f ms  max %.1f ms  (%d tasks, %d/s)",
            readyToStart.at(50),
            readyToStart.at(99),
            readyToStart.max(),
            samples,
            rate),
        line("host", "%s", host));
  }

  private static String line(String name, String format, Object... values) {
    return "%-16s%s".formatted(name, String.format(Locale.ROOT, format, values));
  }

  private static double rounded(double value, int parts) {
    return Math.round(value * parts) / (double) parts;
  }
}
