package dev.talaria.launcher.process;

import static dev.talaria.launcher.process.Launcher.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellCommandTest {
  private static final String[] PIECES = {
    "'",
    "\"",
    "\\",
    "$",
    "$(touch pwned)",
    "`touch pwned`",
    "\n",
    "\r",
    "\t",
    " ",
    "*",
    "?",
    "~",
    "#",
    ";",
    "&",
    "|",
    "<",
    ">",
    "!",
    "-",
    "--",
    "=",
    "{",
    "}",
    "a",
    "Z",
    "0",
    "é",
    "日本",
    "😀",
    "\u0001",
    "\u007f",
    "%s",
    "\\n",
    "'\\''",
    "''",
    "$'x'",
    "${HOME}",
    "\u00a0",
    "\ufeff"
  };

  @TempDir
  Path home;

  @Test
  void shouldHandOverAnyArgumentsAndVariables() throws Exception {
    long seed = Long.getLong("talaria.seed", System.nanoTime());
    Random random = new Random(seed);
    Path printer = Files.writeString(
        home.resolve("print"),
        "#!/bin/sh\nprintf '%s\\0' \"$@\" >args\nprintf '%s\\0' \"$VALUE\" \"$OTHER_1\" >vars\n");
    assertThat(printer.toFile().setExecutable(true)).isTrue();
    try (Launcher launcher = new Launcher(home).start()) {
      for (int i = 1; i <= 150; i++) {
        List<String> argv = new ArrayList<>(List.of(printer.toString()));
        for (int k = random.nextInt(6); k >= 0; k--) {
          argv.add(text(random));
        }
        Map<String, String> more = Map.of(
            "VALUE",
            text(random),
            "OTHER_1",
            text(random),
            "a.b",
            "x",
            "OPTIND",
            "oops",
            "IFS",
            "abc");
        launcher.spawn(run(i), argv, more, null);
        launcher.awaitEnd(run(i));

        assertThat(words(launcher.workspace(run(i)).resolve("args")))
            .as("arguments of round %d, seed %d", i, seed)
            .isEqualTo(argv.subList(1, argv.size()));
        assertThat(words(launcher.workspace(run(i)).resolve("vars")))
            .as("variables of round %d, seed %d", i, seed)
            .containsExactly(more.get("VALUE"), more.get("OTHER_1"));
        assertThat(launcher.workspace(run(i)).resolve("pwned")).doesNotExist();
      }
    }
  }

  @Test
  void shouldRefuseWhatNoProcessCanBeGiven() {
    assertThatThrownBy(() -> ShellCommand.of(List.of("a", "b\0c"), Map.of(), home, home))
        .isInstanceOf(SpawnFailure.class)
        .hasMessageContaining("NUL");
    assertThatThrownBy(
            () -> ShellCommand.of(List.of("a", "é".repeat(70_000)), Map.of(), home, home))
        .isInstanceOf(SpawnFailure.class)
        .hasMessageContaining("longer than 131071 bytes");
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static List<String> words(Path file) throws Exception {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    return List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }
}
