package dev.talaria.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.audit.BoardLedger.Standing;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.streams.HistoryAudit.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds a board, its transitions and the topology's store against each other. Pure: it is told all it needs. */
final class Comparison {
  private static final int EVENTS_SHOWN = 5;

  private final long lineage;
  private final BoardSide board;
  private final TopicSide topic;
  private final List<Difference> differences = new ArrayList<>();

  Comparison(long lineage, BoardSide board, TopicSide topic) {
    this.lineage = lineage;
    this.board = board;
    this.topic = topic;
  }

  /** @param tooLarge by task, events that were never sent because Kafka does not take them */
  Comparison boardWithTopic(Map<String, Set<Long>> tooLarge) {
    Set<String> tasks = new TreeSet<>(board.sums().keySet());
    tasks.addAll(topic.sums().keySet());
    for (String task : tasks) {
      events(task, tooLarge.getOrDefault(task, Set.of()));
    }
    board.standings().values().stream()
        .sorted((a, b) -> a.id().compareTo(b.id()))
        .forEach(this::columns);
    return this;
  }

  /**
   * The store's entries of this board's tasks.
   *
   * @param stored by task
   * @param whole whether {@code transitions} has everything from its beginning
   * @param now epoch milliseconds
   * @return the tasks of which nothing can be told now: they went on while this looked
   */
  Set<String> topicWithStore(Map<String, Entry> stored, boolean whole, long now) {
    Set<String> moved = new LinkedHashSet<>();
    Set<String> tasks = new TreeSet<>(stored.keySet());
    tasks.addAll(topic.expected().keySet());
    for (String task : tasks) {
      Entry entry = stored.get(task);
      Expected expected = topic.expected().get(task);
      TopicSide.Last last = topic.last().get(task);
      if (expected == null || last == null) {
        if (whole && entry != null && !entry.isBlank()) {
          add(task, "store_extra", "the store has an entry of it, and '%s' nothing", "transitions");
        }
      } else if (entry != null && isNewer(entry.history(), last)) {
        moved.add(task);
      } else if (expected.isCertain() && !expected.agrees(entry, now)) {
        add(
            task,
            "store",
            "the store has %s, and the fold of the transitions is %s",
            words(entry),
            words(expected.entry()));
      }
    }
    return moved;
  }

  List<Difference> differences() {
    return differences;
  }

  private static boolean isNewer(TaskHistory stored, TopicSide.Last last) {
    return stored.lineage() > last.lineage()
        || stored.lineage() == last.lineage() && stored.event() > last.event();
  }

  private void events(String task, Set<Long> tooLarge) {
    TaskSum here = board.sums().get(task);
    TaskSum there = topic.sums().get(task);
    if (here == null) {
      // one that was deleted took its events along
      if (there != null && board.standings().containsKey(task)) {
        add(
            task,
            "event_extra",
            "%d events of it are on 'transitions' and not on the board",
            there.count());
      }
      return;
    }
    if (there == null || !here.hasSameEventsAs(there)) {
      int before = differences.size();
      closely(task, here.marks(), there == null ? new TreeMap<>() : there.marks(), tooLarge);
      if (here.marks().isEmpty() && differences.size() == before) {
        add(task, "events", "its events are not the same on the board and on 'transitions'");
      }
    } else if (!here.history().equals(there.history())) {
      add(
          task,
          "history",
          "the board's events fold to %s, those of 'transitions' to %s",
          words(here.history()),
          words(there.history()));
    }
  }

  private void closely(
      String task,
      TreeMap<Long, List<EventMark>> here,
      TreeMap<Long, List<EventMark>> there,
      Set<Long> tooLarge) {
    List<String> missing = new ArrayList<>();
    List<String> extra = new ArrayList<>();
    List<String> twice = new ArrayList<>();
    List<String> other = new ArrayList<>();
    here.forEach((id, marks) -> {
      List<EventMark> sent = there.getOrDefault(id, List.of());
      EventMark mark = marks.get(0);
      String name = "%d (%s)".formatted(id, mark.kind());
      if (sent.isEmpty()) {
        if (!tooLarge.contains(id)) {
          missing.add(name);
        }
      } else if (sent.size() > 1) {
        twice.add(name);
      } else if (!mark.equalsAsFarAsKnown(sent.get(0))) {
        other.add(name);
      }
    });
    there.forEach((id, marks) -> {
      if (!here.containsKey(id)) {
        extra.add("%d (%s)".formatted(id, marks.get(0).kind()));
      }
    });
    addEvents(task, "event_missing", "on the board and not on 'transitions'", missing);
    addEvents(task, "event_extra", "on 'transitions' and not on the board", extra);
    addEvents(task, "event_twice", "on 'transitions' more than once", twice);
    addEvents(task, "event_other", "not the same on the board and on 'transitions'", other);
  }

  private void addEvents(String task, String what, String how, List<String> events) {
    if (!events.isEmpty()) {
      String shown = String.join(", ", events.subList(0, Math.min(EVENTS_SHOWN, events.size())));
      String more = events.size() > EVENTS_SHOWN
          ? " and %d more".formatted(events.size() - EVENTS_SHOWN)
          : "";
      add(
          task,
          what,
          "event%s %s%s %s %s",
          events.size() == 1 ? "" : "s",
          shown,
          more,
          events.size() == 1 ? "is" : "are",
          how);
    }
  }

  /** Only where nothing newer has happened on the board: then the last image shows how the task stands. */
  private void columns(Standing standing) {
    TopicSide.Last last = topic.last().get(standing.id());
    Long newest = board.newest().get(standing.id());
    if (last == null || newest == null || last.lineage() != lineage || last.event() != newest) {
      return;
    }
    JsonNode told = last.columns();
    if (told != null) {
      column(standing.id(), "status", standing.status(), told);
      column(standing.id(), "assignee", standing.assignee(), told);
      column(standing.id(), "model_override", standing.modelOverride(), told);
    }
  }

  private void column(String task, String name, @Nullable String here, JsonNode told) {
    String there = told.path(name).isTextual() ? told.path(name).textValue() : null;
    if (!Objects.equals(here, there)) {
      add(
          task,
          name,
          "%s is %s on the board and %s on 'transitions'",
          name,
          quoted(here),
          quoted(there));
    }
  }

  private static String quoted(@Nullable String value) {
    return value == null ? "nothing" : "'" + value + "'";
  }

  private static String words(@Nullable Entry entry) {
    return entry == null || entry.isBlank() ? "nothing" : words(entry.history());
  }

  private static String words(TaskHistory h) {
    return "%d failures, %d silent exits, %d escalations%s%s up to event %d"
        .formatted(
            h.failures(),
            h.silentExits(),
            h.escalations(),
            h.waits() > 0 ? ", %d waits".formatted(h.waits()) : "",
            h.gaveUp() ? ", given up," : "",
            h.event());
  }

  private void add(String task, String what, String format, Object... values) {
    differences.add(new Difference(task, what, format.formatted(values)));
  }
}
