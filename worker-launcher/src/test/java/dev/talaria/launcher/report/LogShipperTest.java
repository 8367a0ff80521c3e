package dev.talaria.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.LogChunk;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogShipperTest {
  private static final RunKey RUN = RunKey.parse("alpha/default#t_1#12");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir
  Path directory;

  private final Wire wire = new Wire();
  private MockProducer<byte[], byte[]> kafka;
  private LogShipper shipper;
  private RunDirectory run;
  private Path log;

  @BeforeEach
  void start() throws Exception {
    run = RunDirectories.open(directory.resolve("runs"))
        .create(RUN, new byte[] {1})
        .orElseThrow();
    log = directory.resolve("log");
    kafka = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    begin();
  }

  private void begin() {
    shipper = new LogShipper(kafka, new TopicCatalogue("talaria.", 1), wire);
    shipper.start();
    shipper.follow(run, log);
  }

  @AfterEach
  void stop() {
    shipper.close();
  }

  private void write(byte... bytes) throws Exception {
    Files.write(log, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void write(String text) throws Exception {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<LogChunk> sent() {
    return kafka.history().stream()
        .map(rec -> wire.decode(rec.value(), LogChunk.class))
        .toList();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    sent().forEach(chunk -> text.append(chunk.text()));
    return text.toString();
  }

  @Test
  void shouldSendWhatIsNewWithoutCuttingCharacters() throws Exception {
    write("begun ");
    write(new byte[] {(byte) 0xF0, (byte) 0x9F}); // the first half of a character
    await().atMost(LIMIT).until(() -> text().equals("begun "));
    write(new byte[] {(byte) 0x91, (byte) 0x8D, '\n'});

    await().atMost(LIMIT).until(() -> text().equals("begun 👍\n"));
    assertThat(sent().get(1)).isEqualTo(new LogChunk(RUN, 6, 5, "👍\n", 0));
  }

  @Test
  void shouldKeepTheHeadAndTheTailOfALongLog() throws Exception {
    String line = "x".repeat(1023) + "\n";
    write(line.repeat(512));
    await().atMost(LIMIT).until(() -> text().length() == LogPiece.HEAD);
    write("the end\n");
    shipper.ended(RUN);

    await().atMost(LIMIT).until(() -> text().endsWith("the end\n"));
    assertThat(text().length()).isLessThanOrEqualTo(256 * 1024);
    LogChunk tail = sent().get(1);
    assertThat(tail.offset()).isEqualTo(LogPiece.HEAD + tail.dropped());
    assertThat(tail.end()).isEqualTo(Files.size(log));
    assertThat(tail.text()).startsWith("xxx");
  }

  @Test
  void shouldSendAgainWhatKafkaDidNotTake() throws Exception {
    kafka.sendException = new TimeoutException("Kafka is away");
    write("one\n");
    shipper.ended(RUN);
    await().during(Duration.ofMillis(1_500)).atMost(LIMIT).until(() -> sent().isEmpty());
    kafka.sendException = null;

    await().atMost(LIMIT).until(() -> text().equals("one\n"));
  }

  @Test
  void shouldGoOnAfterARestartWhereItWas() throws Exception {
    String line = "x".repeat(1023) + "\n";
    write(line.repeat(512));
    await().atMost(LIMIT).until(() -> text().length() == LogPiece.HEAD);
    await("it is noted").atMost(LIMIT).until(() -> run.shipped() == LogPiece.HEAD);
    // as after SIGKILL: this one does nothing more
    LogShipper killed = shipper;
    begin();
    shipper.ended(RUN);

    await().atMost(LIMIT).until(() -> sent().stream().anyMatch(it -> it.end() == 512 * 1024));
    assertThat(text().length()).isEqualTo(LogPiece.HEAD + LogPiece.TAIL - line.length());
    assertThat(sent()).extracting(LogChunk::offset).doesNotHaveDuplicates();
    killed.close();
  }

  @Test
  void shouldSendItOnceMoreWhereItIsNotKnownHowFarItWas() throws Exception {
    write("one\n");
    await().atMost(LIMIT).until(() -> text().equals("one\n"));
    shipper.close();
    Files.writeString(run.path().resolve("shipped"), "");
    begin();

    await().atMost(LIMIT).until(() -> sent().size() == 2);
    assertThat(sent()).containsOnly(new LogChunk(RUN, 0, 4, "one\n", 0));
  }

  @Test
  void shouldSendThoughTheDiskTakesNoNote() throws Exception {
    Files.createDirectories(run.path().resolve("shipped"));
    write("one\n");
    await().atMost(LIMIT).until(() -> text().equals("one\n"));
    write("two\n");

    await().atMost(LIMIT).until(() -> text().equals("one\ntwo\n"));
  }
}
