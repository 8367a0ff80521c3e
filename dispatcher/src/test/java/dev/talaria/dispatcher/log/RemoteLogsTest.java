package dev.talaria.dispatcher.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.LogChunk;
import dev.talaria.service.LogRotation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteLogsTest {
  @TempDir
  Path root;

  private RemoteLogs logs(long rotateAt) {
    return new RemoteLogs(
        root.resolve("logs"), root.resolve("progress"), new LogRotation(rotateAt, 1));
  }

  private static LogChunk chunk(int run, long offset, String text) {
    return new LogChunk(
        RunKey.parse("alpha/default#t_1#" + run),
        offset,
        text.getBytes(StandardCharsets.UTF_8).length,
        text,
        0);
  }

  private String log() throws Exception {
    return Files.readString(root.resolve("logs/t_1.log"));
  }

  @Test
  void shouldWriteEachPieceOnceWhateverComesAgain() throws Exception {
    RemoteLogs before = logs(0);
    before.append(chunk(7, 0, "one\n"));
    before.append(chunk(7, 4, "zwölf\n"));
    RemoteLogs after = logs(0); // a process later
    after.append(chunk(7, 0, "one\n"));
    after.append(chunk(7, 0, "one\nzwölf\nthree\n"));
    after.append(chunk(7, 4, "zwölf\n"));

    assertThat(log()).isEqualTo("one\nzwölf\nthree\n");
  }

  @Test
  void shouldSayWhatWasLeftOut() throws Exception {
    logs(0).append(chunk(7, 0, "head\n"));
    logs(0).append(chunk(7, 105, "tail\n"));

    assertThat(log())
        .isEqualTo("head\n[100 bytes of this worker's output were left out here]\ntail\n");
  }

  @Test
  void shouldWriteAnewWhatWasHalfWrittenWhenTheProcessEnded() throws Exception {
    logs(0).append(chunk(7, 0, "one\n"));
    Files.writeString(root.resolve("logs/t_1.log"), "tw", StandardOpenOption.APPEND);
    Files.writeString(root.resolve("progress/t_1.7"), "next=4 at=4 pending=1\n");

    logs(0).append(chunk(7, 4, "two\n"));

    assertThat(log()).isEqualTo("one\ntwo\n");
  }

  @Test
  void shouldAppendRunAfterRunAndRotateWhenOneBegins() throws Exception {
    logs(5).append(chunk(7, 0, "first run\n"));
    logs(5).append(chunk(8, 0, "second\n"));
    logs(5).append(chunk(8, 7, "more\n"));

    assertThat(log()).isEqualTo("second\nmore\n");
    assertThat(root.resolve("logs/t_1.log.1")).hasContent("first run\n");
  }

  @Test
  void shouldNotWriteOutsideOfTheLogs() throws Exception {
    logs(0).append(new LogChunk(RunKey.parse("alpha/default#../evil#7"), 0, 1, "x", 0));

    assertThat(root.resolve("evil.log")).doesNotExist();
  }
}
