package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench replay} found. All of it is about the same records, on one partition.
 *
 * @param events transitions
 * @param bytes of all their values
 * @param bareSeconds a consumer that only counts
 * @param storySeconds the story of one task
 * @param gaveUpSeconds all that gave up; it reads everything twice
 * @param gaveUp how many did
 * @param typed the story once more, as typed: with the start of its process
 * @param typedGaveUp all that gave up, as typed
 * @param host processors, load and file system, in words
 */
record ReplayFigures(
    long events,
    long bytes,
    double bareSeconds,
    double storySeconds,
    double gaveUpSeconds,
    int gaveUp,
    TypedReplay typed,
    TypedReplay typedGaveUp,
    String host)
    implements Figures {

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("events", events).put("bytes", bytes);
    json.put("bare_s", rounded(bareSeconds)).put("story_s", rounded(storySeconds));
    json.put("story_per_s", Math.round(events / storySeconds));
    json.put("ratio", rounded(storySeconds / bareSeconds));
    json.put("gave_up_s", rounded(gaveUpSeconds)).put("gave_up_tasks", gaveUp);
    json.put("typed_s", rounded(typed.seconds()));
    json.put("typed_heap_max_mib", typed.heapMib());
    json.put("typed_gave_up_s", rounded(typedGaveUp.seconds()));
    json.put("typed_gave_up_heap_max_mib", typedGaveUp.heapMib());
    json.put("typed_heap_limit_mib", TypedReplay.LIMIT_MIB);
    return json;
  }

  @Override
  public List<String> lines() {
    return List.of(
        line(
            "bare consumer",
            "%.2f s  %.0f records/s  (%d transitions of %d bytes on one partition, only counted)",
            bareSeconds,
            events / bareSeconds,
            events,
            bytes / events),
        line("one task", "%.2f s  %.0f records/s", storySeconds, events / storySeconds),
        line("ratio", "%.2f of the bare consumer's time", storySeconds / bareSeconds),
        line(
            "all that gave up",
            "%.2f s  (%d tasks; everything is read twice)",
            gaveUpSeconds,
            gaveUp),
        typed("as typed", typed),
        typed("gave up, as typed", typedGaveUp),
        line("host", "%s", host));
  }

  private static String typed(String name, TypedReplay typed) {
    return line(
        name,
        "%.2f s with the start of its process, heap %d MiB at most of %d allowed",
        typed.seconds(),
        typed.heapMib(),
        TypedReplay.LIMIT_MIB);
  }

  private static String line(String name, String format, Object... values) {
    return "%-20s%s".formatted(name, String.format(Locale.ROOT, format, values));
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
