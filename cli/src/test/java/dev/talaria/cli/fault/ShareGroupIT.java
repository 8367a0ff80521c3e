package dev.talaria.cli.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.task.NewTask;
import dev.talaria.cli.Main;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Launchers in processes and homes of their own take offers through the real share group. */
@WithKafka
@Timeout(240)
class ShareGroupIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String LANE = "far";

  /** Notes that it began, works while the gate is shut or for a moment, notes that it is done. */
  private static final String WORKER = """
      #!/bin/sh
      # <host> <task id> <run id> <title> <directory>
      echo "began $1 $2 $3 $4" >> "$5/far"
      case $4 in
        gated) while [ ! -e "$5/gate" ]; do sleep 0.1; done ;;
        *) sleep 0.3 ;;
      esac
      echo "done $1 $2 $3 $4" >> "$5/far"
      """;

  @TempDir
  Path root;

  private record Entry(String what, String host, String task, long run, String title) {}

  /** A launcher of a host of its own. */
  private final class FarLauncher {
    private final JavaProcesses processes;
    private final String host;
    private final Path home;
    private final String bootstrap;
    private JavaProcess process;

    /** @param has more of the launcher's configuration, labels and places; empty for none */
    FarLauncher(JavaProcesses processes, String host, String bootstrap, String has)
        throws IOException {
      this.processes = processes;
      this.host = host;
      this.home = Files.createDirectories(root.resolve("home-" + host));
      this.bootstrap = bootstrap;
      Files.writeString(
          home.resolve("talaria.yaml"),
          """
          fleet:
            host: %s
          launcher:
            slots: 3
            lanes:
              %s:
                command: ['%s', '%s', '{task_id}', '{run_id}', '{title}', '%s']
                exit: exit-code
          """.formatted(host, LANE, root.resolve("far.sh"), host, root) + has);
    }

    FarLauncher start() {
      process = processes
          .of(Main.class)
          .jvmArgs("-Xmx256m")
          .env("HERMES_HOME", home.toString())
          .env("HERMES_KANBAN_HOME", "")
          .args("launcher", "--kafka", bootstrap, "--set", "kafka.partitions=1", "--http-port", "0")
          .start("launcher-" + host);
      process.awaitLine("launcher  " + host, LIMIT);
      return this;
    }
  }

  private List<Entry> ledger(String what) {
    Path file = root.resolve("far");
    try {
      return Files.notExists(file)
          ? List.of()
          : Files.readAllLines(file).stream()
              .map(line -> line.split(" ", 5))
              .filter(word -> word[0].equals(what))
              .map(word -> new Entry(word[0], word[1], word[2], Long.parseLong(word[3]), word[4]))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NewTask task(String title, long priority) {
    return NewTask.titled(title).withAssignee(LANE).withPriority(priority).withCreatedBy("test");
  }

  @Test
  void shouldDoTheWorkOfABoardElsewhereAndOutliveALauncher(JavaProcesses processes)
      throws Exception {
    Path script = root.resolve("far.sh");
    Files.writeString(script, WORKER);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    var host = new FaultHost(processes, root).set("dispatch.lost_after", "5m").start();
    var beta = new FarLauncher(processes, "beta", host.bootstrap(), "").start();
    sendBadOffers(host.bootstrap());

    // priorities, with one launcher of three slots; low ones are older
    var batch = new ArrayList<NewTask>();
    for (int i = 0; i < 15; i++) {
      batch.add(task("low", 0));
    }
    for (int i = 0; i < 15; i++) {
      batch.add(task("high", 5));
    }
    host.create(batch);
    host.awaitAllFinished(LIMIT);
    List<Entry> order = ledger("began");
    assertThat(order).hasSize(30);
    assertThat(order.subList(0, 15).stream().filter(it -> it.title().equals("high")))
        .as("urgent ones among the first half: %s", order)
        .hasSizeGreaterThanOrEqualTo(12);
    assertThat(badOffersPutAside(host.bootstrap())).isEqualTo(3);

    // two launchers, of which one is killed while its workers wait at the gate
    host.create(List.of(task("gated", 9), task("gated", 9), task("gated", 9)));
    await("the gated ones began").atMost(LIMIT).until(() -> ledger("began").size() == 33);
    Path place = Files.createDirectories(root.resolve("place"));
    String has = "  labels: {gpu: true}\n  places: ['%s']\n".formatted(place);
    var gamma = new FarLauncher(processes, "gamma", host.bootstrap(), has).start();
    beta.process.kill();
    List<NewTask> rest = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rest.add(task("rest", 0));
    }
    host.create(rest);
    await("the other launcher does the rest")
        .atMost(LIMIT)
        .until(() ->
            ledger("done").stream().filter(it -> it.title().equals("rest")).count() == 12);
    assertThat(ledger("done").stream().filter(it -> it.title().equals("rest")))
        .allMatch(it -> it.host().equals("gamma"));

    // the killed one takes its workers up again
    beta.start();
    Files.createFile(root.resolve("gate"));
    host.awaitAllFinished(LIMIT);

    assertThat(host.countByStatus()).isEqualTo(Map.of("done", 45L));
    assertThat(ledger("began").stream().map(Entry::run)).hasSize(45).doesNotHaveDuplicates();
    assertThat(ledger("began").stream().map(Entry::task)).doesNotHaveDuplicates();
    assertThat(ledger("done").stream().filter(it -> it.title().equals("gated")))
        .hasSize(3)
        .allMatch(it -> it.host().equals("beta"));
    host.assertEachEventOnceOnTransitions();
    host.assertNothingOpen();
    assertThat(gamma.process.isAlive()).isTrue();
    assertWorkGoesOnlyWhereItFits(host, place);
  }

  /** Of two launchers with free slots only gamma has the label and the place. */
  private void assertWorkGoesOnlyWhereItFits(FaultHost host, Path place) throws IOException {
    Path repository = Files.createDirectories(place.resolve("repository"));
    Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
    List<NewTask> fitting = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      fitting.add(task("labelled", 0).withRequires(Map.of("gpu", "true")));
      fitting.add(task("placed", 0).withWorkspace("dir", repository.toString(), null));
    }
    List<String> nobodys = host.create(List.of(
        task("unfit", 9).withRequires(Map.of("gpu", "false")),
        task("unfit", 9).withWorkspace("dir", elsewhere.toString(), null)));
    host.create(fitting);
    List<String> anybodys = host.create(List.of(task("plain", 0)));

    await("what fits somewhere is done")
        .atMost(LIMIT)
        .until(() -> host.countByStatus().equals(Map.of("done", 58L, "ready", 2L)));
    assertThat(ledger("began").stream()
            .filter(it -> it.title().equals("labelled") || it.title().equals("placed")))
        .hasSize(12)
        .allMatch(it -> it.host().equals("gamma"));
    assertThat(ledger("began")).noneMatch(it -> nobodys.contains(it.task()));
    assertThat(ledger("done")).anyMatch(it -> anybodys.contains(it.task()));
  }

  private static void sendBadOffers(String bootstrap) throws Exception {
    try (var producer = new KafkaProducer<>(
        Map.<String, Object>of("bootstrap.servers", bootstrap),
        new ByteArraySerializer(),
        new ByteArraySerializer())) {
      String topic = "talaria.ready." + LANE;
      producer
          .send(new ProducerRecord<>(topic, 0, null, "{no json".getBytes(UTF_8)))
          .get();
      producer.send(new ProducerRecord<>(topic, 0, null, "[]".getBytes(UTF_8))).get();
      producer
          .send(new ProducerRecord<>(topic, 0, "k".getBytes(UTF_8), (byte[]) null))
          .get();
    }
  }

  private static long badOffersPutAside(String bootstrap) {
    var wire = new Wire();
    return new RecordReader(bootstrap)
        .readAll("talaria.dead-letter").stream()
            .map(rec -> wire.decode(rec.value(), DeadLetter.class))
            .filter(letter -> letter.topic().equals("talaria.ready." + LANE))
            .count();
  }
}
