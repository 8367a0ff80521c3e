package dev.talaria.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.DeadLetterAct;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OpenCountTest {
  private final OpenCount count = new OpenCount(3);

  private static DeadLetter letter(int partition, long offset) {
    byte[] value = ("bad " + offset).getBytes(StandardCharsets.UTF_8);
    return DeadLetter.of(
        "commands", partition, offset, "cannot be read", "alpha/default", value, 1);
  }

  private static DeadLetterAct dropped(long position, DeadLetter letter) {
    return new DeadLetterAct(
        DeadLetterAct.Act.DROPPED,
        position,
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.digest(),
        "ann",
        "alpha",
        null,
        2,
        null,
        null);
  }

  @Test
  void shouldCountABadRecordOnceUntilSomebodyActs() {
    count.add(0, letter(0, 7));
    count.add(1, letter(0, 7)); // another dispatcher met it too
    count.add(2, letter(1, 7));
    assertThat(count.count()).isEqualTo(2);

    count.add(dropped(0, letter(0, 7)));
    count.add(4, letter(0, 7)); // of one that was slow
    assertThat(count.count()).isEqualTo(1);
  }

  @Test
  void shouldTellNoMoreApartThanItMay() {
    for (int i = 0; i < 10; i++) {
      count.add(i, letter(0, i));
    }

    assertThat(count.count()).isEqualTo(3);
  }
}
