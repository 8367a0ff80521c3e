package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench fleet} found. Times are milliseconds.
 *
 * @param throughput whole tasks per second, all created at once
 * @param readyToStart one per task
 * @param roundTrip one per record, over the same broker at the same rate
 * @param host processors, load and file system, in words
 */
record FleetFigures(
    int tasks,
    int slots,
    int rate,
    double throughput,
    Percentiles readyToStart,
    Percentiles roundTrip,
    String host)
    implements Figures {

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("tasks", tasks);
    json.put("slots", slots);
    json.put("rate", rate);
    json.put("throughput_per_s", rounded(throughput));
    times(json.putObject("ready_to_start_ms"), readyToStart);
    times(json.putObject("round_trip_ms"), roundTrip);
    json.put("ratio_p50", rounded(ratio(50)));
    json.put("ratio_p99", rounded(ratio(99)));
    return json;
  }

  private static void times(ObjectNode json, Percentiles millis) {
    json.put("p50", rounded(millis.at(50)));
    json.put("p99", rounded(millis.at(99)));
    json.put("max", rounded(millis.max()));
  }

  private double ratio(int percent) {
    return readyToStart.at(percent) / roundTrip.at(percent);
  }

  @Override
  public List<String> lines() {
    return List.of(
        times("ready to start", readyToStart, "(%d tasks, %d/s)".formatted(tasks, rate)),
        times("round trip", roundTrip, "(bare records, same broker, same rate)"),
        line("ratio", "p50 %.1f  p99 %.1f", ratio(50), ratio(99)),
        line("throughput", "%.0f tasks/s  (%d tasks at once, %d slots)", throughput, tasks, slots),
        line("host", "%s", host));
  }

  private static String times(String name, Percentiles millis, String what) {
    return line(
        name,
        "p50 %.1f ms  p99 %.1f ms  max %.1f ms  %s",
        millis.at(50),
        millis.at(99),
        millis.max(),
        what);
  }

  private static String line(String name, String format, Object... values) {
    return "%-16s%s".formatted(name, String.format(Locale.ROOT, format, values));
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
