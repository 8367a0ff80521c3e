package dev.talaria.cli.verify;

import dev.talaria.board.Board;
import dev.talaria.board.event.EventLog;
import dev.talaria.cli.replay.topic.Stretch;
import dev.talaria.cli.replay.topic.TopicMissingException;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.streams.HistoryAudit.Entry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Looks until what it finds stays: a difference counts when a second look, after what was under way has arrived, finds the
 * same. So a pipeline that is moving differs in nothing.
 */
final class Verifier {
  private static final int MOST_LOOKS = 6;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final VerifyKafka kafka;
  private final Duration patience;
  private final InstantSource clock;
  private final java.util.function.Consumer<Duration> pause;

  /**
   * A verifier.
   *
   * @param patience how long relay and topology are each waited for
   * @param pause waits
   */
  Verifier(
      VerifyKafka kafka,
      Duration patience,
      InstantSource clock,
      java.util.function.Consumer<Duration> pause) {
    this.kafka = kafka;
    this.patience = patience;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * What one look found.
   *
   * @param moved tasks that went on meanwhile
   */
  private record Look(
      RelayCursor cursor,
      BoardSide board,
      long events,
      int entries,
      List<Difference> differences,
      Set<String> moved,
      List<String> notes,
      List<String> incomplete) {}

  BoardReport verify(Board board, BoardKey key) {
    Optional<RelayCursor> first = kafka.cursor(key);
    if (first.isEmpty() && lastEvent(board) == 0) {
      return BoardReport.empty(key.toString());
    }
    if (first.isEmpty()) {
      return BoardReport.notCompared(
          key.toString(),
          "nothing of it is on Kafka yet: start a dispatcher for it ('talaria up', 'talaria dispatcher')");
    }
    Look look = look(board, key, first.get(), Set.of());
    int looks = 1;
    Set<Difference> confirmed = Set.of();
    while (looks < MOST_LOOKS && isUnsettled(look, confirmed, looks)) {
      Look before = look;
      RelayCursor cursor = drained(board, key, before.cursor());
      Set<String> closely = before.differences().stream()
          .map(Difference::task)
          .collect(Collectors.toCollection(HashSet::new));
      closely.addAll(before.moved());
      look = look(board, key, cursor, closely);
      looks++;
      confirmed = new LinkedHashSet<>(look.differences());
      confirmed.retainAll(before.differences());
    }
    return report(key, look, looks, confirmed);
  }

  /** The first look only sees that events differ, the second which; from then on a look must find what the last one found. */
  private static boolean isUnsettled(Look look, Set<Difference> confirmed, int looks) {
    boolean found = !look.differences().isEmpty()
        && (looks == 1 || !confirmed.equals(new LinkedHashSet<>(look.differences())));
    return found || !look.moved().isEmpty();
  }

  private BoardReport report(BoardKey key, Look look, int looks, Set<Difference> confirmed) {
    List<String> incomplete = new ArrayList<>(look.incomplete());
    if (!look.moved().isEmpty()) {
      incomplete.add(
          "%d tasks went on each time they were looked at, such as %s; nothing can be told of their entries in the store"
              .formatted(look.moved().size(), look.moved().iterator().next()));
    }
    long unsure = look.differences().size() - confirmed.size();
    if (unsure > 0) {
      incomplete.add(
          "%d differences were not there at the look before; look again when there is less under way"
              .formatted(unsure));
    }
    return new BoardReport(
        key.toString(),
        look.cursor().lineage(),
        look.cursor().event(),
        look.events(),
        look.board().sums().size(),
        look.entries(),
        looks,
        List.copyOf(confirmed),
        look.notes(),
        incomplete);
  }

  private Look look(Board board, BoardKey key, RelayCursor cursor, Set<String> closely) {
    List<String> notes = new ArrayList<>();
    List<String> incomplete = new ArrayList<>();
    Stretch early = kafka.transitions(key);
    boolean whole = early.from() == 0;
    long from = whole ? 0 : kafka.firstEvent(early, key, cursor.lineage());
    BoardSide here = board.read(
        tx -> BoardSide.read(tx, cursor.lineage(), from, cursor.event(), kafka.wire(), closely));
    long unpublished = board.read(tx -> BoardSide.unpublished(tx, cursor.event()));
    Stretch stretch = kafka.transitions(key);
    var there = new TopicSide(key, cursor.lineage(), here, closely, whole, kafka.wire());
    kafka.read(stretch, there::take);
    var comparison =
        new Comparison(cursor.lineage(), here, there).boardWithTopic(kafka.tooLarge(key));
    Set<String> moved = new LinkedHashSet<>();
    int entries = 0;
    try {
      if (awaitTopology(stretch, there.lastOffset(), incomplete)) {
        Map<String, Entry> stored = kafka.store(key);
        entries = stored.size();
        moved.addAll(comparison.topicWithStore(stored, whole, clock.millis()));
      }
    } catch (TopicMissingException e) {
      incomplete.add("the topology's stores were not compared: it has never run on this cluster");
    }
    note(notes, unpublished, whole ? 0 : from, there);
    long events = here.sums().values().stream().mapToLong(TaskSum::count).sum();
    return new Look(
        cursor, here, events, entries, comparison.differences(), moved, notes, incomplete);
  }

  private static void note(List<String> notes, long unpublished, long from, TopicSide there) {
    if (unpublished > 0) {
      notes.add(
          "%,d newer events are not published yet and were not compared".formatted(unpublished));
    }
    if (from > 0) {
      notes.add(
          "'transitions' keeps no more than its retention: it begins with event %d, and older ones were not compared"
              .formatted(from));
    }
    long judging =
        there.expected().values().stream().filter(it -> !it.isCertain()).count();
    if (judging > 0) {
      notes.add(
          "the store's entries of %,d tasks were not compared: their verdict is out, or their beginning is not on the topic any more"
              .formatted(judging));
    }
    if (there.unreadable() > 0) {
      notes.add("%,d records of the board cannot be read; see 'talaria dlq list'"
          .formatted(there.unreadable()));
    }
  }

  /** Whether the topology has committed all that was read of {@code transitions}. */
  private boolean awaitTopology(Stretch stretch, long lastOffset, List<String> incomplete) {
    if (await(() -> kafka.committed(stretch.partition()).orElse(0L) > lastOffset)) {
      return true;
    }
    incomplete.add(
        "the topology's stores were not compared: it has not taken in offset %d of %s within %d s ('talaria hosts', 'talaria doctor'; --timeout waits longer)"
            .formatted(lastOffset, stretch.partition(), patience.toSeconds()));
    return false;
  }

  /** The cursor once all is published that is on the board now, or the newest there is. */
  private RelayCursor drained(Board board, BoardKey key, RelayCursor known) {
    long wanted = lastEvent(board);
    RelayCursor[] newest = {known};
    await(() -> {
      newest[0] = kafka.cursor(key).orElse(known);
      return newest[0].event() >= wanted;
    });
    return newest[0];
  }

  private static long lastEvent(Board board) {
    return board.read(tx -> EventLog.maxIds(tx).events());
  }

  private boolean await(BooleanSupplier condition) {
    long until = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        return false;
      }
      pause.accept(PAUSE);
    }
    return true;
  }
}
