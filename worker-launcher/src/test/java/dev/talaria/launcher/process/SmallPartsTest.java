package dev.talaria.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallPartsTest {
  @TempDir
  Path home;

  @Test
  void shouldReadAStatLineWhoseNameHasParentheses() {
    String line = "42 (a) b (c) S 1 7 9 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 123456 1 2 3";

    assertThat(ProcStat.parse(line)).isEqualTo(new ProcStat(42, 'S', 7, 9, "123456"));
  }

  @Test
  void shouldRotateOnlyWhenLargerAndKeepGenerations() throws Exception {
    WorkerLog log = new WorkerLog(home.resolve("logs/t.log"));
    assertThat(log.rotate(10, 2)).isZero();
    for (String content :
        new String[] {"first-generation", "second-generation", "third-generation", "short"}) {
      Files.writeString(log.file(), content);
      log.rotate(10, 2);
    }

    assertThat(log.file()).hasContent("short");
    assertThat(home.resolve("logs/t.log.1")).hasContent("third-generation");
    assertThat(home.resolve("logs/t.log.2")).hasContent("second-generation");
    assertThat(home.resolve("logs/t.log.3")).doesNotExist();
    assertThat(log.rotate(10, 2)).as("where the next output begins").isEqualTo(5);
  }

  @Test
  void shouldReadTheEndOfALog() throws Exception {
    WorkerLog log = new WorkerLog(home.resolve("t.log"));
    assertThat(log.tail(10)).isEmpty();
    Files.writeString(log.file(), "one\ntwo\nthree\n");

    assertThat(log.tail(100)).isEqualTo("one\ntwo\nthree\n");
    assertThat(log.tail(8)).as("a first line cut in two is dropped").isEqualTo("three\n");
    assertThat(log.tail(3)).as("unless it is all there is").isEqualTo("ee\n");
    assertThat(log.tailFrom(4, 100)).as("one run's own output").isEqualTo("two\nthree\n");
    assertThat(log.tailFrom(99, 100)).isEmpty();
    Files.write(log.file(), new byte[] {'a', (byte) 0xff, 'b'});
    assertThat(log.tail(10)).isEqualTo("a\ufffdb");
    assertThat("a\ufffdb".getBytes(StandardCharsets.UTF_8)).hasSize(5);
  }

  @Test
  void shouldFindProgramsWithoutTheCurrentDirectory() throws Exception {
    Path program = Files.writeString(home.resolve("prog"), "x");
    assertThat(program.toFile().setExecutable(true)).isTrue();

    assertThat(Executables.on(home.toString()).find("prog")).contains(program);
    assertThat(Executables.on(".:" + "").find("prog")).isEmpty();
    assertThat(Executables.on("/bin").find("./prog")).isEmpty();
    assertThat(Executables.on("/bin").find(program.toString())).contains(program);
    assertThat(Executables.on("/bin").find(home.toString())).as("a directory").isEmpty();
  }
}
