package dev.talaria.launcher.rundir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunDirectoriesTest {
  private static final RunKey RUN = RunKey.parse("alpha/default#t_ab12cd34#12");

  @TempDir
  Path home;

  private RunDirectories runs;

  @BeforeEach
  void open() throws IOException {
    runs = RunDirectories.open(home.resolve("talaria/runs"));
  }

  @ParameterizedTest
  @CsvSource({
    "alpha/default#t_ab12cd34#12, alpha+default+t_ab12cd34+12",
    "host.example.org/my-board#t_1#9, host.example.org+my-board+t_1+9",
    "a/b#x+y z/ü#1, a+b+x%2By%20z%2F%C3%BC+1",
    "a/b#..#1, a+b+%2E.+1",
  })
  void shouldNameDirectoriesReadably(String run, String name) {
    assertThat(RunDirName.of(RunKey.parse(run))).isEqualTo(name);
    assertThat(RunDirName.parse(name)).isEqualTo(RunKey.parse(run));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a+b+c",
        "a+b+c+d",
        "a+b+c+01",
        "a+b+%74+1",
        "a+b+%zz+1",
        "a+b+%C3+1",
        "A b+b+c+1"
      })
  void shouldRefuseNamesThatItDoesNotGive(String name) {
    assertThatThrownBy(() -> RunDirName.parse(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNameEveryRunAndBack() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      String task = random
          .ints(1 + random.nextInt(12), 1, 0x3000)
          .filter(c -> c != '#' && !Character.isSurrogate((char) c))
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
      if (!task.isBlank()) {
        RunKey run = RunKey.parse("h/b#" + task + "#" + (1 + i));
        assertThat(RunDirName.of(run)).matches("[A-Za-z0-9_.%+-]+");
        assertThat(RunDirName.parse(RunDirName.of(run))).isEqualTo(run);
      }
    }
  }

  @Test
  void shouldKeepEverythingToItself() throws IOException {
    RunDirectory directory =
        runs.create(RUN, "{}".getBytes(StandardCharsets.UTF_8)).orElseThrow();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.path().resolve("grant.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldNotTakeAGrantTwice() throws IOException {
    assertThat(runs.create(RUN, new byte[] {1})).isPresent();
    assertThat(runs.create(RUN, new byte[] {2})).isEmpty();
    assertThat(runs.find(RUN).orElseThrow().grant()).contains(new byte[] {1});
  }

  @Test
  void shouldLetTheFirstDecideAboutTheStart() throws IOException {
    RunDirectory tombstoned = runs.create(RUN, new byte[0]).orElseThrow();
    RunDirectory started = runs.create(RunKey.parse("a/b#c#1"), new byte[0]).orElseThrow();
    Files.createFile(started.path().resolve("start"));

    assertThat(tombstoned.startEntry()).isEqualTo(StartEntry.NONE);
    assertThat(tombstoned.entomb("taken back")).isTrue();
    assertThat(tombstoned.entomb("again")).isTrue();
    assertThat(tombstoned.startEntry()).isEqualTo(StartEntry.TOMBSTONE);
    assertThat(started.entomb("too late")).isFalse();
    assertThat(started.startEntry()).isEqualTo(StartEntry.SHIM);
  }

  @Test
  void shouldNotCountAStatusWithoutItsNewline() throws IOException {
    RunDirectory directory = prepared();
    assertThat(Files.size(directory.path().resolve("exit"))).isEqualTo(4096);
    assertThat(directory.exit()).isEmpty();

    overwrite(directory, "exit", "13");
    assertThat(directory.exit()).isEmpty();

    overwrite(directory, "exit", "137\n");
    assertThat(directory.exit()).contains(ExitRecord.of(137));
    assertThat(Files.size(directory.path().resolve("exit"))).isEqualTo(4096);
  }

  @Test
  void shouldReadProcessesOnlyWhenWhole() throws IOException {
    RunDirectory directory = prepared();
    assertThat(directory.worker()).isEmpty();
    overwrite(directory, "pid", "12 345");
    assertThat(directory.worker()).isEmpty();
    overwrite(directory, "pid", "12 345\n");
    assertThat(directory.worker()).contains(new ProcessRecord(12, "345"));
  }

  @Test
  void shouldListRunsAndLeaveTheRestAlone() throws IOException {
    runs.create(RUN, new byte[0]);
    Files.createDirectory(runs.root().resolve("lost+found"));
    Files.createFile(runs.root().resolve(".forker.sh"));

    assertThat(runs.list()).extracting(RunDirectory::run).containsExactly(RUN);
  }

  @Test
  void shouldRemoveOnlyWhatIsAcknowledged() throws IOException {
    Instant now = Instant.parse("2026-01-02T00:00:00Z");
    for (int i = 1; i <= 6; i++) {
      RunDirectory directory =
          runs.create(RunKey.parse("a/b#c#" + i), new byte[0]).orElseThrow();
      if (i > 1) {
        directory.mark(Marker.ACKNOWLEDGED, "");
        Files.setLastModifiedTime(
            directory.path().resolve("acknowledged"),
            FileTime.from(now.minus(Duration.ofHours(i))));
      }
    }

    assertThat(new Retention(Duration.ofHours(5), 2).apply(runs, now)).isEqualTo(3);

    assertThat(runs.list())
        .extracting(it -> it.run().runId())
        .containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  void shouldKeepWhatWasSaidInOrder() throws IOException {
    ObjectNode body = new ObjectMapper().createObjectNode().put("note", "é\n\"");
    RunDirectory directory = prepared();
    SaidLog said = directory.said();
    Said first = said.append("heartbeat", null, body);
    Said second = said.append("complete", "k", body);

    assertThat(first.commandId()).isEqualTo(RUN + "/heartbeat/1");
    assertThat(said.answered(first.commandId(), BoardAnswer.done(null))).isTrue();
    assertThat(said.answered("a/b#c#1/complete/9", BoardAnswer.done(null))).isFalse();
    said.forget(first.commandId());

    SaidLog again = directory.said();
    assertThat(again.all()).containsExactly(second);
    assertThat(again.pending()).containsExactly(second);
    assertThat(again.latest("complete", "k")).contains(second);
    again.answered(second.commandId(), BoardAnswer.refused("no"));
    again.forget(second.commandId());
    assertThat(again.append("block", null, body).number())
        .as("numbers are never used twice")
        .isEqualTo(3);
    assertThat(directory.said().answer(second)).isEqualTo(Optional.of(BoardAnswer.refused("no")));
  }

  @Test
  void shouldReadOnThoughOneEntryIsDamaged() throws IOException {
    ObjectNode body = new ObjectMapper().createObjectNode();
    RunDirectory directory = prepared();
    directory.said().append("comment", null, body);
    Said second = directory.said().append("comment", null, body);
    Files.writeString(directory.path().resolve("said/000001.json"), "{\"n\":1,");

    assertThat(directory.said().all()).isEqualTo(List.of(second));
  }

  private RunDirectory prepared() throws IOException {
    RunDirectory directory = runs.create(RUN, new byte[0]).orElseThrow();
    directory.prepare(new SpawnRecord("boot", "/w", "/l", 5, null, 6, 7L, null), "set -- a\n");
    assertThat(directory.spawn())
        .contains(new SpawnRecord("boot", "/w", "/l", 5, null, 6, 7L, null));
    return directory;
  }

  private static void overwrite(RunDirectory directory, String file, String text)
      throws IOException {
    try (var out = Files.newByteChannel(
        directory.path().resolve(file), java.nio.file.StandardOpenOption.WRITE)) {
      out.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
