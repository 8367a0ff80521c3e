package dev.talaria.cli.bench;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.gaveup.GaveUpSearch;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.topic.ScanProgress;
import dev.talaria.cli.replay.topic.Stretch;
import dev.talaria.cli.replay.topic.TopicEnds;
import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.cli.replay.topic.TopicScan;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.cli.run.HostRuntime;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.kafka.KafkaClients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Reads a long history back. The bare consumer and the replay alternate, and the best turn of each counts: on a shared machine
 * the limit moves while one measures.
 */
final class ReplayBench {
  private static final int TURNS = 3;
  private static final int PER_TRANSACTION = 500;
  private static final int LEAST = 100;
  private static final int MOST_TASKS = 2_000;

  private final Session session;
  private final Progress progress;
  private final int events;
  private final Wire wire = new Wire();
  private long bytes;

  ReplayBench(Session session, Progress progress, int events) {
    this.session = session;
    this.progress = progress;
    this.events = Math.max(LEAST, events);
  }

  ReplayFigures run(BenchHome home) throws Exception {
    progress.say("starting a broker in " + home.root());
    try (HostRuntime runtime =
        BenchHost.brokerOnly(home, session.surroundings(), session.boardOptions())) {
      TopicCatalogue topics = runtime.topics();
      var clients = new KafkaClients(runtime.config().kafka(), "bench");
      progress.say("publishing %d transitions".formatted(events));
      long published = publish(clients, topics);
      var readers = new TopicReaders(clients, "bench");
      try (Consumer<byte[], byte[]> asker = readers.get()) {
        return measure(
            home, runtime, readers, new TopicEnds(asker, TopicReaders.PATIENCE), published);
      }
    }
  }

  private ReplayFigures measure(
      BenchHome home, HostRuntime runtime, TopicReaders readers, TopicEnds ends, long published)
      throws Exception {
    TopicCatalogue topics = runtime.topics();
    TaskKey task = TaskKey.parse(ManyLives.gaveUp());
    var scan = new TopicScan(readers, 1, ScanProgress.SILENT);
    var trails = new TrailReader(ends, scan, topics, wire);
    List<Stretch> all = ends.whole(topics.transitions());
    double bare = Double.MAX_VALUE;
    double story = Double.MAX_VALUE;
    double gaveUp = Double.MAX_VALUE;
    int found = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      progress.say("reading, turn %d of %d".formatted(turn + 1, TURNS));
      bare = Math.min(bare, seconds(() -> {
        expect(published, BareReader.count(readers, all));
        return true;
      }));
      story = Math.min(story, seconds(() -> {
        expect(2, tell(trails, task).attempts().size());
        return true;
      }));
      var search = new GaveUpSearch(ends, scan, topics, wire);
      int[] told = {0};
      gaveUp = Math.min(gaveUp, seconds(() -> {
        Collection<TaskKey> tasks = search.find(0, null);
        told[0] = tasks.size();
        return trails.read(tasks.stream().limit(MOST_TASKS).toList(), TrailReader.NOW);
      }));
      found = told[0];
    }
    progress.say("reading as typed");
    TypedReplay typed = typed(home, runtime, "\"give_up\"", task.toString());
    TypedReplay typedAll =
        typed(home, runtime, "\"tasks\": " + found + ",", "--gave-up", "--since", "3d");
    return new ReplayFigures(
        published, bytes, bare, story, gaveUp, found, typed, typedAll, home.host());
  }

  private TypedReplay typed(
      BenchHome home, HostRuntime runtime, String expected, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of("--json", "--kafka", String.valueOf(runtime.config().kafka().bootstrap())));
    TypedReplay typed =
        TypedReplay.run(home.root(), home.environment(session.surroundings().environment()), all);
    if (!typed.out().contains(expected)) {
      throw CliFailure.failed("'replay' did not say %s: %s".formatted(expected, typed.out()));
    }
    return typed;
  }

  private static double seconds(Callable<?> work) throws Exception {
    long begun = System.nanoTime();
    work.call();
    return (System.nanoTime() - begun) / 1e9;
  }

  private Story tell(TrailReader trails, TaskKey task) {
    Map<TaskKey, TaskTrail> read = trails.read(List.of(task), TrailReader.NOW);
    TaskTrail trail = read.get(task);
    if (trail == null) {
      throw CliFailure.failed("Task '%s' was not found.".formatted(task));
    }
    return StoryTeller.tell(trail, wire);
  }

  private static void expect(long wanted, long read) {
    if (wanted != read) {
      throw CliFailure.failed("%d were expected, and %d were read.".formatted(wanted, read));
    }
  }

  /** As relays do: so many records and no more are a transaction. */
  private long publish(KafkaClients clients, TopicCatalogue topics)
      throws IOException, InterruptedException {
    Map<String, Object> settings = clients.relayProducer("bench-relay");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20); // only to be done sooner
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    long published = 0;
    long open = 0;
    var lives = new ManyLives(session.surroundings().clock().instant().getEpochSecond() - 86_400);
    try (var producer = new KafkaProducer<byte[], byte[]>(settings)) {
      producer.initTransactions();
      while (published < events) {
        if (open == 0) {
          producer.beginTransaction();
        }
        for (Transition t : lives.next()) {
          byte[] value = wire.encode(t);
          bytes += value.length;
          producer.send(new ProducerRecord<>(
              topics.transitions(),
              topics.partitionOf(t.board()),
              t.taskKey().toString().getBytes(StandardCharsets.UTF_8),
              value));
          published++;
          open++;
        }
        if (open >= PER_TRANSACTION || published >= events) {
          producer.commitTransaction();
          open = 0;
        }
      }
    }
    try (var next = new KafkaProducer<byte[], byte[]>(settings)) {
      next.initTransactions(); // returns when readers see all that its predecessor committed
    }
    return published;
  }
}
