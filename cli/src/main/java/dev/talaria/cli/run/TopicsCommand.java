package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.TalariaConfig;
import dev.talaria.service.kafka.TopicReport;
import dev.talaria.service.kafka.TopicSetupException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes the topics, or says how they differ from what they should be. */
@Command(
    name = "topics",
    description = "Create and check the Kafka topics.",
    footer = {"", "Example: talaria topics init --kafka broker:9092"})
public final class TopicsCommand implements Callable<Integer> {
  private final Session session;

  /** What to do. */
  enum Act {
    init,
    check
  }

  @Parameters(
      index = "0",
      paramLabel = "init|check",
      description = "Make what is missing, or only compare.")
  private Act act = Act.check;

  @Mixin
  private ConfigOptions options = new ConfigOptions();

  public TopicsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() {
    TalariaConfig config = options.loader(session, Map.of()).load();
    if (config.kafka().embedded()) {
      throw CliFailure.usage(
          "There is no cluster: give one with --kafka HOST:PORT, or set kafka.bootstrap.");
    }
    var topics = new TopicCatalogue(config.kafka().prefix(), config.kafka().partitions());
    String host = new HostIdentity(session.home().root()).resolve(config.fleet().host());
    try (ServiceKafka kafka = new ServiceKafka(config.kafka(), topics, host, "topics")) {
      return tell(act == Act.init ? kafka.ensureTopics() : kafka.checkTopics());
    } catch (TopicSetupException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private int tell(TopicReport report) {
    report.created().forEach(name -> session.out().println("made     " + name));
    report.missing().forEach(name -> session.out().println("missing  " + name));
    report.differences().forEach(difference -> session.out().println(difference));
    if (report.asWanted() && report.created().isEmpty()) {
      session.out().println("all topics are as they should be");
    }
    return report.asWanted() ? 0 : 1;
  }
}
