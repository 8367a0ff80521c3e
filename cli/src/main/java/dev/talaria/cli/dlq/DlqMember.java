package dev.talaria.cli.dlq;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.topic.TopicMissingException;
import dev.talaria.cli.run.ClusterOptions;
import dev.talaria.cli.run.ServiceStart;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Times;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.TalariaConfig;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.ProducerFencedException;
import picocli.CommandLine.Mixin;

/** One of the verbs about dead letters. */
abstract class DlqMember implements Callable<Integer> {
  final Session session;

  @Mixin
  private ClusterOptions cluster = new ClusterOptions();

  DlqMember(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    check();
    return ServiceStart.told(() -> {
      TalariaConfig config = cluster.load(session);
      if (config.kafka().bootstrap() == null) {
        throw CliFailure.failed(
            "There is no cluster: give one with --kafka HOST:PORT, set kafka.bootstrap, or start 'talaria up' on this host first.");
      }
      String host =
          new HostIdentity(session.home().root()).resolve(config.fleet().host());
      try {
        return run(new DlqKafka(config.kafka(), host));
      } catch (TopicMissingException e) {
        throw CliFailure.failed(String.valueOf(e.getMessage()));
      } catch (ProducerFencedException e) {
        throw CliFailure.failed(
            "Another 'talaria dlq' on this host has begun to put back or drop letters, and this one stopped. What it had done is on record: 'talaria dlq list' shows what is left.");
      }
    });
  }

  /** Refuses arguments that make no sense, before Kafka is asked. */
  void check() {}

  abstract int run(DlqKafka kafka);

  final void say(String format, Object... values) {
    session.out().println(values.length == 0 ? format : format.formatted(values));
  }

  final void complain(String message) {
    session.err().println(Printable.message(message));
  }

  final String stamp(long millis) {
    return Times.stamp(millis / 1_000, session.surroundings().zone());
  }

  /**
   * The letter that is meant by its offset on {@code dead-letter}, also when it is not the first one about its record.
   *
   * @throws CliFailure when there is none
   */
  static Letter find(List<Letter> letters, long position) {
    return letters.stream()
        .filter(letter -> letter.positions().contains(position))
        .findFirst()
        .orElseThrow(() -> CliFailure.failed(
            "There is no dead letter %d, or it is older than the topic keeps. 'talaria dlq list --each --all' lists them."
                .formatted(position)));
  }

  /** A letter as it is typed: {@code 17}, or {@code 0:17} with the topic's only partition. */
  static long position(String text) {
    String digits = text.startsWith("0:") ? text.substring(2) : text;
    if (!digits.matches("[0-9]{1,18}")) {
      throw CliFailure.usage(
          "'%s' is no dead letter; expected its number, such as 17 or 0:17.".formatted(text));
    }
    return Long.parseLong(digits);
  }
}
