package dev.talaria.board.waiting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.waiting.Fleet.DispatcherFact;
import dev.talaria.board.waiting.Fleet.DrainFact;
import dev.talaria.board.waiting.Fleet.LauncherFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code talaria_fleet}: one row for the dispatcher, one for each launcher, written when something changed. Rows
 * hold JSON, so that a newer dispatcher may say more than this reader knows.
 */
public final class FleetTable {
  private static final String DISPATCHER = "dispatcher";
  private static final String ALL = "SELECT name, facts, seen_at FROM talaria_fleet ORDER BY name";
  private static final String PUT = """
      INSERT INTO talaria_fleet (name, facts, seen_at)
      VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE
        SET facts = excluded.facts, seen_at = excluded.seen_at
      """;
  private static final String DELETE = "DELETE FROM talaria_fleet WHERE name = ?";

  private FleetTable() {}

  private record Stored(String name, String facts, long seenAt) {
    static Stored of(Row row) {
      return new Stored(row.requireText("name"), row.requireText("facts"), row.number("seen_at"));
    }
  }

  /** What is known; an older board has no dispatcher and no launchers. */
  public static Fleet read(Tx tx) {
    DispatcherFact dispatcher = null;
    List<LauncherFact> launchers = new ArrayList<>();
    for (Stored row : tx.list(ALL, Stored::of)) {
      ObjectNode facts = BoardJson.parseObject(row.facts());
      if (facts == null) {
        continue;
      }
      if (row.name().equals(DISPATCHER)) {
        dispatcher = dispatcher(facts, row.seenAt());
      } else {
        launchers.add(launcher(row.name(), facts, row.seenAt()));
      }
    }
    return new Fleet(dispatcher, launchers);
  }

  /**
   * Writes what differs from what stands there; says how many rows. The dispatcher's row is written again when it is older
   * than {@code renewSeconds}: that is how others know that it lives.
   */
  public static int write(Tx tx, Fleet fleet, long renewSeconds) {
    Map<String, Stored> before = new HashMap<>();
    tx.list(ALL, row -> before.put(row.requireText("name"), Stored.of(row)));
    int written = 0;
    DispatcherFact dispatcher = fleet.dispatcher();
    if (dispatcher != null) {
      written += put(tx, before.remove(DISPATCHER), DISPATCHER, json(dispatcher), renewSeconds);
    }
    for (LauncherFact launcher : fleet.launchers()) {
      written +=
          put(tx, before.remove(launcher.name()), launcher.name(), json(launcher), Long.MAX_VALUE);
    }
    for (String gone : before.keySet()) {
      written += gone.equals(DISPATCHER) ? 0 : tx.update(DELETE, gone);
    }
    return written;
  }

  private static int put(
      Tx tx, @Nullable Stored before, String name, ObjectNode facts, long renewSeconds) {
    String text = BoardJson.column(facts);
    // a clock that was set back leaves a time in the future, which is no sign of life
    boolean same = before != null
        && before.facts().equals(text)
        && Math.abs(tx.now() - before.seenAt()) < renewSeconds;
    return same ? 0 : tx.update(PUT, name, text, tx.now());
  }

  private static ObjectNode json(DispatcherFact fact) {
    ObjectNode node = BoardJson.object()
        .put("host", fact.host())
        .put("pid", fact.pid())
        .put("version", fact.version())
        .put("grants", fact.grants())
        .put("placed", fact.placed())
        .put("hears_kafka", fact.hearsKafka())
        .put("kafka_since", fact.kafkaSince())
        .put("stopped_at", fact.stoppedAt());
    node.putObject("caps")
        .put("max_spawn", fact.caps().maxSpawn())
        .put("max_in_progress", fact.caps().maxInProgress())
        .put("per_profile", fact.caps().perProfile());
    return node;
  }

  private static DispatcherFact dispatcher(ObjectNode node, long seenAt) {
    JsonNode caps = node.path("caps");
    return new DispatcherFact(
        node.path("host").asText(),
        node.path("pid").asLong(),
        node.path("version").asText(),
        node.path("grants").asBoolean(true),
        node.path("placed").asBoolean(true),
        node.path("hears_kafka").asBoolean(),
        node.path("kafka_since").asLong(),
        new Caps(
            integer(caps, "max_spawn"),
            integer(caps, "max_in_progress"),
            integer(caps, "per_profile")),
        seconds(node, "stopped_at"),
        seenAt);
  }

  private static ObjectNode json(LauncherFact fact) {
    ObjectNode node = BoardJson.object()
        .put("direct", fact.direct())
        .put("slots", fact.slots())
        .put("free", fact.free())
        .put("version", fact.version());
    ObjectNode lanes = node.putObject("lanes");
    new TreeMap<>(fact.lanes()).forEach(lanes::put);
    ObjectNode faults = node.putObject("faults");
    new TreeMap<>(fact.faults()).forEach(faults::put);
    ObjectNode labels = node.putObject("labels");
    new TreeMap<>(fact.labels()).forEach(labels::put);
    List<String> places = fact.places();
    if (places != null) {
      node.set("places", BoardJson.array(places));
    }
    DrainFact drain = fact.drain();
    if (drain != null) {
      node.putObject("drain")
          .put("by", drain.by())
          .put("reason", drain.reason())
          .put("since", drain.since())
          .put("deadline", drain.deadline())
          .put("pause", drain.pause());
    }
    return node.put("silent_since", fact.silentSince())
        .put("left_at", fact.leftAt())
        .put("back_by", fact.backBy());
  }

  private static LauncherFact launcher(String name, ObjectNode node, long seenAt) {
    Map<String, Integer> lanes = new TreeMap<>();
    node.path("lanes")
        .fields()
        .forEachRemaining(it -> lanes.put(it.getKey(), it.getValue().asInt()));
    JsonNode drain = node.path("drain");
    return new LauncherFact(
        name,
        node.path("direct").asBoolean(),
        node.path("slots").asInt(),
        node.path("free").asInt(),
        lanes,
        texts(node.path("faults")),
        texts(node.path("labels")),
        places(node.path("places")),
        drain.isObject()
            ? new DrainFact(
                drain.path("by").asText(),
                drain.path("reason").isTextual() ? drain.path("reason").asText() : null,
                drain.path("since").asLong(),
                seconds(drain, "deadline"),
                drain.path("pause").asBoolean())
            : null,
        seconds(node, "silent_since"),
        seconds(node, "left_at"),
        seconds(node, "back_by"),
        node.path("version").asText(),
        seenAt);
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new TreeMap<>();
    node.fields().forEachRemaining(it -> texts.put(it.getKey(), it.getValue().asText()));
    return texts;
  }

  private static @Nullable List<String> places(JsonNode node) {
    if (!node.isArray()) {
      return null;
    }
    List<String> places = new ArrayList<>();
    node.forEach(place -> places.add(place.asText()));
    return places;
  }

  private static @Nullable Long seconds(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.path(field).asLong() : null;
  }

  private static @Nullable Integer integer(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.path(field).asInt() : null;
  }
}
