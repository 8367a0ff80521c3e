package dev.talaria.dispatcher;

import static dev.talaria.dispatcher.BoardUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.dispatcher.log.WorkerLogs;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.LogChunk;
import dev.talaria.service.LogRotation;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
@Timeout(120)
class WorkerLogsIT {
  @TempDir
  Path directory;

  @Test
  void shouldWriteTheOtherLogsWhereOneCannotBeWritten(TestBroker broker) throws Exception {
    Path logs = directory.resolve("logs");
    Files.createDirectories(logs.resolve("t_1.log")); // no file can be written there
    try (var it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory)) {
      var file = new BoardFile(
          BoardUnderTest.KEY,
          directory.resolve("kanban.db"),
          directory,
          directory.resolve("workspaces"),
          logs,
          true);
      try (var reading = new WorkerLogs(
          it.kafka, it.topics, it.wire, List.of(file), directory.resolve("progress"), rotation())) {
        reading.start(Instant.EPOCH);
        say(it, "t_1", "lost\n");
        say(it, "t_2", "kept\n");

        Path kept = logs.resolve("t_2.log");
        until(
            "the other log is written",
            () -> Files.exists(kept) && kept.toFile().length() == 5);
        assertThat(kept).hasContent("kept");
      }
    }
  }

  private static LogRotation rotation() {
    return new LogRotation(1_000_000, 1);
  }

  private static void say(BoardUnderTest it, String task, String text) {
    RunKey run = BoardUnderTest.KEY.task(task).run(1);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    it.send(
        it.topics.workerLogs(),
        it.topics.partitionOf(BoardUnderTest.KEY),
        run.toString(),
        it.wire.encode(new LogChunk(run, 0, bytes, text, 0)));
  }
}
