package dev.talaria.cli.replay.gaveup;

import dev.talaria.board.event.EventKind;
import dev.talaria.cli.replay.topic.KeyFilter;
import dev.talaria.cli.replay.topic.Needle;
import dev.talaria.cli.replay.topic.Stretch;
import dev.talaria.cli.replay.topic.TopicEnds;
import dev.talaria.cli.replay.topic.TopicScan;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Finds the tasks that gave up since a moment, over all boards; only records that may say so are parsed. */
public final class GaveUpSearch {
  /** A record is written after its event, by a clock that may be behind the board's. */
  private static final long MARGIN_MILLIS = 15 * 60_000L;

  private final TopicEnds ends;
  private final TopicScan scan;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final Needle needle = new Needle("\"kind\":\"" + EventKind.GAVE_UP + "\"");

  public GaveUpSearch(TopicEnds ends, TopicScan scan, TopicCatalogue topics, Wire wire) {
    this.ends = ends;
    this.scan = scan;
    this.topics = topics;
    this.wire = wire;
  }

  /**
   * The tasks, sorted by their keys.
   *
   * @param since epoch seconds
   * @param board whose tasks alone are wanted, or null for all
   */
  public Collection<TaskKey> find(long since, @Nullable BoardKey board) {
    KeyFilter filter = board == null ? KeyFilter.any() : KeyFilter.board(board);
    Set<TaskKey> found = new ConcurrentSkipListSet<>(Comparator.comparing(TaskKey::toString));
    scan.read(stretches(since, board), partition -> rec -> {
      if (filter.wants(rec.key()) && rec.value() != null && needle.isIn(rec.value())) {
        take(rec, since, found);
      }
    });
    return List.copyOf(found);
  }

  private List<Stretch> stretches(long since, @Nullable BoardKey board) {
    List<Stretch> all = ends.since(topics.transitions(), since * 1_000 - MARGIN_MILLIS);
    if (board == null) {
      return all;
    }
    Set<?> wanted = ends.ofBoard(topics.transitions(), board).stream()
        .map(Stretch::partition)
        .collect(Collectors.toSet());
    return all.stream().filter(it -> wanted.contains(it.partition())).toList();
  }

  private void take(ConsumerRecord<byte[], byte[]> rec, long since, Set<TaskKey> found) {
    try {
      Transition event = wire.decode(rec.value(), Transition.class);
      if (event.kind().equals(EventKind.GAVE_UP) && event.at() >= since) {
        found.add(event.taskKey());
      }
    } catch (MalformedMessageException | IllegalArgumentException e) {
      // whoever consumes the topic has put it into dead-letter
    }
  }
}
