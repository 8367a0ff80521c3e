package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times as old boards hold them. */
class RowTest extends BoardTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "1700000000,1700000000",
        "' 1700000000.9 ',1700000000",
        "1.7e9,1700000000",
        "-5,-5",
        "2023-01-02T03:04:05,1672628645",
        "2023-01-02 03:04:05+01:00,1672625045",
        "2023-01-02T03:04:05Z,1672628645",
        "NaN,null",
        "Infinity,null",
        "5d,null",
        "0x1p3,null",
        "soon,null",
        "'',null"
      })
  void shouldReadNumericAndIsoTextsAsSecondsAndAnythingElseAsNone(String text, Long seconds) {
    List<Long> read = fixture.board.read(tx -> tx.list(
        "SELECT ? AS t",
        row -> {
          Long found = row.seconds("t");
          return found == null ? Long.MIN_VALUE : found;
        },
        text));
    assertThat(read).containsExactly(seconds == null ? Long.MIN_VALUE : seconds);
  }
}
