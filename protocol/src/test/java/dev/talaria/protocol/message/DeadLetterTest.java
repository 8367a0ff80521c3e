package dev.talaria.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  @Test
  void shouldFitIntoAMessageWhateverItSpeaksOf() {
    byte[] value = new byte[5_000_000];
    Arrays.fill(value, (byte) 7);

    var letter =
        DeadLetter.of("topic", 1, 2, "\u0000".repeat(900_000), "\u0001".repeat(900_000), value, 3);

    assertThat(new Wire().encode(letter).length).isLessThan(250_000);
    assertThat(letter.reason()).hasSize(DeadLetter.REASON_CHARS).endsWith("...");
    assertThat(letter.key()).endsWith("...");
    assertThat(letter.size()).isEqualTo(value.length);
    assertThat(Base64.getDecoder().decode(letter.value())).hasSize(DeadLetter.KEPT_BYTES);
  }

  @Test
  void shouldLeaveWhatIsShort() {
    var letter = DeadLetter.of("topic", 1, 2, "why", null, null, 3);

    assertThat(letter).isEqualTo(new DeadLetter("topic", 1, 2, "why", null, null, 0, 3));
  }
}
