package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench board} found, all per second.
 *
 * @param commits transactions that insert one row into a bare table
 * @param single a durable transaction for each task
 * @param batched a durable transaction for {@code batch} tasks
 */
record BoardFigures(
    int tasks, int batch, double commits, Rates single, Rates batched, String fileSystem) {

  /** Tasks per second. */
  record Rates(double create, double claim, double complete) {}

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("tasks", tasks);
    json.put("batch", batch);
    json.put("commit_per_s", Math.round(commits));
    put(json.putObject("single"), single);
    put(json.putObject("batched"), batched);
    return json;
  }

  private void put(ObjectNode json, Rates rates) {
    put(json.putObject("create"), rates.create());
    put(json.putObject("claim"), rates.claim());
    put(json.putObject("complete"), rates.complete());
  }

  private void put(ObjectNode json, double rate) {
    json.put("per_s", Math.round(rate)).put("ratio", Math.round(rate / commits * 100) / 100.0);
  }

  List<String> lines() {
    return List.of(
        String.format(
            Locale.ROOT,
            "bare commit of one row  %.0f /s  (%d tasks each, files on %s)",
            commits,
            tasks,
            fileSystem),
        "%-10s%12s%8s%14s%8s"
            .formatted("", "single /s", "ratio", "by %d /s".formatted(batch), "ratio"),
        line("create", single.create(), batched.create()),
        line("claim", single.claim(), batched.claim()),
        line("complete", single.complete(), batched.complete()));
  }

  private String line(String name, double one, double many) {
    return String.format(
        Locale.ROOT, "%-10s%12.0f%8.2f%14.0f%8.2f", name, one, one / commits, many, many / commits);
  }
}
