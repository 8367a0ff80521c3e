package dev.talaria.cli.doctor;

import dev.talaria.cli.dlq.LetterTopic;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** Bad records that somebody put aside and nobody has looked after, see {@code talaria dlq}. */
final class DeadLettersCheck implements Check {
  /** Enough for a bad day; who wrote more has other worries than an exact number. */
  private static final long MOST = 50_000;

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final int SHOWN = 3;

  private final DoctorKafka kafka;
  private final Wire wire;
  private final InstantSource clock;

  DeadLettersCheck(DoctorKafka kafka, Wire wire, InstantSource clock) {
    this.kafka = kafka;
    this.wire = wire;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "dead-letter";
  }

  @Override
  public List<Finding> look() {
    String topic = kafka.topics().deadLetter();
    var letters = new LetterTopic(wire);
    long kept = new Tail(kafka).read(new TopicPartition(topic, 0), MOST, letters::take);
    return List.of(judge(topic, letters.open(), kept > MOST, clock.millis()));
  }

  /** @param more whether there are older letters that were not read */
  static Finding judge(String topic, List<LetterTopic.Open> open, boolean more, long now) {
    if (open.isEmpty()) {
      return Finding.fine(topic, "no bad record is open");
    }
    List<LetterTopic.Open> recent =
        open.stream().filter(letter -> letter.at() > now - DAY_MILLIS).toList();
    String count = "%s%d bad record%s open, %d of the last 24 hours"
        .formatted(
            more ? "at least " : "",
            open.size(),
            open.size() == 1 ? " is" : "s are",
            recent.size());
    if (recent.isEmpty()) {
      return Finding.note(topic, count + "; see 'talaria dlq list', and drop what is settled");
    }
    List<String> newest = recent.stream()
        .skip(Math.max(0, recent.size() - SHOWN))
        .map(letter -> "%s: %s".formatted(letter.place(), letter.reason()))
        .toList();
    return Finding.warning(
        topic,
        "%s; the newest: %s".formatted(count, String.join("; ", newest)),
        "Look with 'talaria dlq list' who wrote them: another software on these topics, or versions that do not fit. Put them back with 'talaria dlq resend' once their reader can read them, or settle them with 'talaria dlq drop'.");
  }
}
