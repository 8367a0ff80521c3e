package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.launcher.detached.DetachedWorkers;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.launcher.process.RunInspector;
import dev.talaria.launcher.process.RunState;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.service.kafka.KafkaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** How many workers run where an order applies: on this host as its run directories say, elsewhere as presence says. */
interface LiveRuns extends AutoCloseable {
  int count() throws IOException;

  @Override
  default void close() {}

  /** What is to be counted for an order about a host or a launcher. */
  static LiveRuns of(OrderDesk desk, StandingOrder order) {
    if (order.coversHost(desk.host())
        || order.scope() == StandingOrder.Scope.LAUNCHER
            && LauncherKey.parse(String.valueOf(order.target())).host().equals(desk.host())) {
      return new Here(desk.talaria());
    }
    return new Elsewhere(desk, order);
  }

  /** On this host. */
  record Here(Path talaria) implements LiveRuns {
    @Override
    public int count() throws IOException {
      int live = 0;
      for (String name : List.of("runs", DetachedWorkers.DIRECTORY)) {
        Path directory = talaria.resolve(name);
        if (Files.isDirectory(directory)) {
          RunDirectories runs = RunDirectories.open(directory);
          live += (int) new RunInspector(ProcessTable.ofThisHost(), runs)
              .scan(runs).stream()
                  .filter(run -> !run.acknowledged() && run.state() instanceof RunState.Running)
                  .count();
        }
      }
      return live;
    }
  }

  /** On another host, by the newest beats of its launchers. */
  final class Elsewhere implements LiveRuns {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int FIRST_POLLS = 10;

    private final OrderDesk desk;
    private final StandingOrder order;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<LauncherKey, LauncherBeat> beats = new HashMap<>();

    Elsewhere(OrderDesk desk, StandingOrder order) {
      this.desk = desk;
      this.order = order;
      this.consumer = new KafkaConsumer<>(new KafkaClients(
              desk.kafka()
                  .orElseThrow(() -> CliFailure.failed(
                      "There is no Kafka here to ask how far '%s' is.".formatted(order.target()))),
              desk.host())
          .consumer("drain"));
      var presence = List.of(new TopicPartition(desk.catalogue().presence(), 0));
      consumer.assign(presence);
      consumer.seekToBeginning(presence);
    }

    @Override
    public int count() {
      for (int polls = 0; polls == 0 || beats.isEmpty() && polls < FIRST_POLLS; polls++) {
        consumer.poll(POLL).forEach(rec -> heard(rec.value()));
      }
      if (beats.isEmpty()) {
        throw CliFailure.failed("No launcher of '%s' was ever heard; the order stays in force."
            .formatted(order.target()));
      }
      return beats.values().stream().mapToInt(beat -> beat.runs().size()).sum();
    }

    private void heard(byte[] value) {
      try {
        if (value != null
            && desk.wire().decode(value, Presence.class) instanceof LauncherBeat beat
            && order.covers(beat.launcher())) {
          beats.put(beat.launcher(), beat);
        }
      } catch (MalformedMessageException e) {
        // a beat of a newer sender; the next may be readable
      }
    }

    @Override
    public void close() {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
