package dev.talaria.cli.doctor;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Records that somebody could not read or send within the last day. */
final class DeadLettersCheck implements Check {
  private static final long MOST = 2_000;
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
    List<DeadLetter> letters = new ArrayList<>();
    new Tail(kafka).read(new TopicPartition(topic, 0), MOST, rec -> add(rec, letters));
    return List.of(judge(topic, letters, clock.millis()));
  }

  private void add(ConsumerRecord<byte[], byte[]> rec, List<DeadLetter> letters) {
    try {
      letters.add(wire.decode(rec.value(), DeadLetter.class));
    } catch (MalformedMessageException e) {
      letters.add(DeadLetter.of(
          rec.topic(), rec.partition(), rec.offset(), "unreadable", null, null, rec.timestamp()));
    }
  }

  static Finding judge(String topic, List<DeadLetter> letters, long now) {
    List<DeadLetter> recent =
        letters.stream().filter(letter -> letter.at() > now - DAY_MILLIS).toList();
    if (recent.isEmpty()) {
      return Finding.fine(topic, "none in the last 24 hours");
    }
    List<String> newest = recent.stream()
        .skip(Math.max(0, recent.size() - SHOWN))
        .map(letter -> "%s@%d: %s".formatted(letter.topic(), letter.offset(), letter.reason()))
        .toList();
    return Finding.warning(
        topic,
        "%s%d in the last 24 hours; the newest: %s"
            .formatted(
                recent.size() >= MOST ? "at least " : "", recent.size(), String.join("; ", newest)),
        "Nothing waits for them. Look who wrote them: another software on these topics, or versions that do not fit.");
  }
}
