package dev.talaria.cli.dlq;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.DeadLetterAct;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the records of {@code dead-letter} come to: one entry for each bad record, however many wrote a letter about it and
 * however often, with what was done about it. The order in which letters and acts come does not matter.
 */
final class LetterFold implements LetterSink {
  private static final int LONGEST_REASON = 1_000;

  private final Map<LetterId, Entry> entries = new LinkedHashMap<>();
  private final Map<LetterId, List<DeadLetterAct>> acts = new HashMap<>();
  private final Map<Place, Integer> resends = new HashMap<>();

  private record Place(String topic, int partition, long offset) {}

  private static final class Entry {
    private final List<Long> positions = new ArrayList<>();
    private DeadLetter newest;
    private final int kept;
    private long firstAt;

    Entry(long position, DeadLetter letter, int kept) {
      this.positions.add(position);
      this.newest = letter;
      this.kept = kept;
      this.firstAt = letter.at();
    }

    void again(long position, DeadLetter letter) {
      positions.add(position);
      firstAt = Math.min(firstAt, letter.at());
      if (letter.at() >= newest.at()) {
        newest = letter;
      }
    }
  }

  @Override
  public void add(long position, DeadLetter letter) {
    LetterId id = LetterId.of(position, letter);
    DeadLetter facts = withoutValue(letter);
    Entry known = entries.get(id);
    if (known == null) {
      entries.put(id, new Entry(position, facts, keptBytes(letter)));
    } else {
      known.again(position, facts);
    }
  }

  @Override
  public void add(DeadLetterAct act) {
    acts.computeIfAbsent(LetterId.of(act), id -> new ArrayList<>()).add(act);
    Long sentAs = act.sentAs();
    if (sentAs != null) {
      int times = act.times() == null ? 1 : act.times();
      resends.merge(new Place(act.topic(), act.partition(), sentAs), times, Math::max);
    }
  }

  /** All bad records, in the order of their first letters. */
  List<Letter> letters() {
    List<Letter> letters = new ArrayList<>();
    entries.forEach((id, entry) -> {
      DeadLetter newest = entry.newest;
      letters.add(new Letter(
          entry.positions.stream().sorted().toList(),
          id,
          newest.reason(),
          newest.key(),
          newest.size(),
          entry.kept,
          entry.firstAt,
          newest.at(),
          resends.getOrDefault(new Place(id.topic(), id.partition(), id.offset()), 0),
          acts.getOrDefault(id, List.of())));
    });
    return letters;
  }

  /** The entries may be many, and a value is up to 88 thousand characters. */
  private static DeadLetter withoutValue(DeadLetter letter) {
    String reason = letter.reason();
    return new DeadLetter(
        letter.topic(),
        letter.partition(),
        letter.offset(),
        reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON),
        letter.key(),
        null,
        letter.size(),
        letter.at());
  }

  /** How many bytes of a value the letter has; -1 where it has none, or none that can be read. */
  static int keptBytes(DeadLetter letter) {
    byte[] value = valueOf(letter);
    return value == null ? -1 : value.length;
  }

  static byte @Nullable [] valueOf(DeadLetter letter) {
    if (letter.value() == null) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(letter.value());
    } catch (IllegalArgumentException e) {
      return null; // whoever wrote it is not one of us
    }
  }
}
