package dev.talaria.board.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text rules that hermes has from its language, compared with that language itself. */
class PythonRulesTest {
  private static final String DUMPS = """
      import json, sys
      for line in sys.stdin.buffer.read().decode('utf-8').split('\\n'):
          if line:
              print(json.dumps(json.loads(line), ensure_ascii=False, sort_keys=True))
      """;
  private static final String BLANKS = """
      print(' '.join(str(c) for c in range(0x110000) if not chr(c).strip()))
      print(' '.join(str(c) for c in range(0x110000) if len(('a' + chr(c) + 'b').splitlines()) == 2))
      """;

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          {"b":1,"a":[1,{"y":null,"x":true}],"c":{}}  | {"a": [1, {"x": true, "y": null}], "b": 1, "c": {}}
          {"n":[1e16,1E15,1e-5,0.0001,-0.0,2e22,1.10,5e-324] } | {"n": [1e+16, 1000000000000000.0, 1e-05, 0.0001, -0.0, 2e+22, 1.1, 5e-324]}
          {"n":[NaN,-Infinity,123456789012345678901234567890]} | {"n": [NaN, -Infinity, 123456789012345678901234567890]}
          {"t":"é🦀\\u001b\\u007f/\\"\\\\"} | {"t": "é🦀\\u001b\u007f/\\"\\\\"}
          {"\uE000":1,"🦀":2} | {"\uE000": 1, "🦀": 2}
          """)
  void shouldPrintJsonAsHermesDoes(String column, String line) {
    assertThat(BoardJson.sortedLine(BoardJson.parseObject(column))).isEqualTo(line);
  }

  @Test
  void shouldReadNothingFromWhatHermesCannotParse() {
    assertThat(BoardJson.parseObject("{\"a\":1} tail")).isNull();
    assertThat(BoardJson.parseObject("{\"a\":")).isNull();
    assertThat(BoardJson.parseObject("[1]")).isNull();
    assertThat(BoardJson.parseSkills("[\"a\"] [\"b\"]")).isNull();
  }

  @Test
  void shouldPrintAnyJsonAsPythonDoes() {
    Python.assume();
    var random = new Random(42);
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      documents.add("{\"" + text(random) + "\":[" + number(random) + "," + number(random) + "],\""
          + text(random) + "\":\"" + text(random) + "\"}");
    }
    String printed = Python.run(directory, DUMPS, String.join("\n", documents));
    List<String> ours = documents.stream()
        .map(document -> BoardJson.sortedLine(BoardJson.parseObject(document)))
        .toList();
    assertThat(ours).containsExactly(printed.split("\n"));
  }

  @Test
  void shouldStripAndBreakLinesWherePythonDoes() {
    Python.assume();
    String[] expected = Python.run(directory, BLANKS, "").split("\n");
    List<String> blank = new ArrayList<>();
    List<String> lineEnds = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (HermesText.isBlank(Character.toString(c))) {
        blank.add(Integer.toString(c));
      }
      if ("a".equals(HermesText.firstLine("a" + Character.toString(c) + "b", 9))) {
        lineEnds.add(Integer.toString(c));
      }
    }
    assertThat(String.join(" ", blank)).isEqualTo(expected[0]);
    assertThat(String.join(" ", lineEnds)).isEqualTo(expected[1]);
  }

  private static String number(Random random) {
    if (random.nextInt(4) == 0) {
      return Long.toString(random.nextLong());
    }
    double any = random.nextBoolean()
        ? Double.longBitsToDouble(random.nextLong())
        : (random.nextInt(2_000_000) - 1_000_000) / Math.pow(10, random.nextInt(12));
    return Double.isFinite(any) ? Double.toString(any) : "0.1";
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> text.append("\\u%04x".formatted(random.nextInt(0x20)));
        case 1 -> text.appendCodePoint(0xE000 + random.nextInt(0x1000));
        case 2 -> text.appendCodePoint(0x1F300 + random.nextInt(0x200));
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }
}
