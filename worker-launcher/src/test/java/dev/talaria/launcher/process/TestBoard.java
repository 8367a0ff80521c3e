package dev.talaria.launcher.process;

import dev.talaria.protocol.id.BoardKey;
import java.util.HexFormat;
import java.util.Random;

/**
 * The board of these tests' runs. Workers are found by their run's key wherever they are on the machine, so each JVM has a
 * host id of its own: two suites at a time would end each other's.
 */
final class TestBoard {
  static final BoardKey KEY = new BoardKey(System.getProperty("talaria.test.host", random()), "b");

  private TestBoard() {}

  private static String random() {
    byte[] bytes = new byte[6];
    new Random().nextBytes(bytes);
    return "h" + HexFormat.of().formatHex(bytes);
  }

  /** For a child that speaks of the same runs. */
  static String option() {
    return "-Dtalaria.test.host=" + KEY.host();
  }
}
