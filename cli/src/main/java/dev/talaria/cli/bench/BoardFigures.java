package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench board} found, all per second.
 *
 * @param single a durable transaction for each task
 * @param batched a durable transaction for {@code batch} tasks
 */
record BoardFigures(int tasks, int batch, Rates single, Rates batched, String fileSystem)
    implements Figures {

  /**
   * Tasks per second.
   *
   * @param commits transactions that insert one row into a table without an index, measured in turns with the rest
   */
  record Rates(double commits, Pair create, Pair claim, Pair complete) {}

  /**
   * An operation and its floor.
   *
   * @param operation as Talaria does it
   * @param rows the rows that hermes's schema asks for, without anything else
   */
  record Pair(double operation, double rows) {}

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("tasks", tasks);
    json.put("batch", batch);
    json.put("commit_per_s", Math.round(single.commits()));
    put(json.putObject("single"), single);
    put(json.putObject("batched"), batched);
    return json;
  }

  private void put(ObjectNode json, Rates rates) {
    put(json.putObject("create"), rates, rates.create(), single.create());
    put(json.putObject("claim"), rates, rates.claim(), single.claim());
    put(json.putObject("complete"), rates, rates.complete(), single.complete());
  }

  private static void put(ObjectNode json, Rates rates, Pair pair, Pair one) {
    json.put("per_s", Math.round(pair.operation()));
    json.put("ratio", hundredths(pair.operation() / rates.commits()));
    json.put("rows_per_s", Math.round(pair.rows()));
    json.put("ratio_to_rows", hundredths(pair.operation() / pair.rows()));
    json.put("times_single", hundredths(pair.operation() / one.operation()));
  }

  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(
        Locale.ROOT,
        "bare commit of one row  %.0f /s  (%d tasks each, files on %s)",
        single.commits(),
        tasks,
        fileSystem));
    lines.add("%-10s%12s%10s%10s%14s%10s%10s"
        .formatted(
            "",
            "single /s",
            "of bare",
            "of rows",
            "by %d /s".formatted(batch),
            "x single",
            "of rows"));
    lines.add(line("create", single.create(), batched.create()));
    lines.add(line("claim", single.claim(), batched.claim()));
    lines.add(line("complete", single.complete(), batched.complete()));
    return lines;
  }

  private String line(String name, Pair one, Pair many) {
    return String.format(
        Locale.ROOT,
        "%-10s%12.0f%10.2f%10.2f%14.0f%10.1f%10.2f",
        name,
        one.operation(),
        one.operation() / single.commits(),
        one.operation() / one.rows(),
        many.operation(),
        many.operation() / one.operation(),
        many.operation() / many.rows());
  }
}
