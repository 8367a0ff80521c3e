package dev.talaria.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.Exit;
import dev.talaria.cli.KernelLocks;
import dev.talaria.cli.Session;
import dev.talaria.cli.doctor.Finding.Severity;
import dev.talaria.cli.run.ClusterOptions;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.TalariaConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks the host and its cluster over, and says for each finding what to do. */
@Command(
    name = "doctor",
    description = "Look this host and its cluster over, and say what is wrong and what to do.",
    footer = {
      "",
      "Example: talaria doctor --full",
      "It changes nothing. Exit codes: 0 nothing to do, 1 something to do, 2 wrong arguments."
    })
public final class DoctorCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--json", description = "Print an array of findings.")
  private boolean json;

  @Option(
      names = "--full",
      description = "Read each board's file from end to end; takes seconds for each gigabyte.")
  private boolean full;

  @Mixin
  private ClusterOptions options = new ClusterOptions();

  public DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Doctor.Result> results = new ArrayList<>();
    TalariaConfig config = null;
    try {
      config = options.load(session);
      results.add(new Doctor.Result(
          "config", List.of(Finding.fine("configuration", "read; 'talaria config' shows it"))));
    } catch (ConfigException e) {
      results.add(new Doctor.Result(
          "config",
          List.of(Finding.problem(
              "configuration", String.valueOf(e.getMessage()), "See 'talaria config --keys'."))));
    }
    Path root = session.home().root();
    boolean secrets = config != null
        && config.kafka().properties().keySet().stream()
            .anyMatch(key -> key.contains("password") || key.contains("jaas"));
    var locks = new KernelLocks();
    results.add(Doctor.look(new HomeCheck(root, secrets)));
    results.add(
        Doctor.look(new BoardFilesCheck(session.home(), session.boardOptions(), locks, full)));
    if (config != null) {
      lookAtKafka(config, results);
    }
    return tell(results);
  }

  private void lookAtKafka(TalariaConfig config, List<Doctor.Result> results) {
    String bootstrap = config.kafka().bootstrap();
    if (bootstrap == null) {
      results.add(
          new Doctor.Result(
              "kafka",
              List.of(
                  Finding.note(
                      "kafka",
                      "no cluster is configured, and 'talaria up' has never run here: only this host was looked at"))));
      return;
    }
    var topics = new TopicCatalogue(config.kafka().prefix(), config.kafka().partitions());
    String host = new HostIdentity(session.home().root()).resolve(config.fleet().host());
    var wire = new Wire();
    try (DoctorKafka kafka = new DoctorKafka(config.kafka(), topics, host)) {
      Doctor.Result cluster = Doctor.look(new ClusterCheck(kafka, bootstrap));
      if (cluster.findings().stream().anyMatch(it -> it.text().startsWith("could not be"))) {
        results.add(new Doctor.Result("kafka", List.of(unreachable(bootstrap, cluster))));
        return;
      }
      results.add(cluster);
      Doctor.Result found = Doctor.look(new TopicsCheck(kafka));
      results.add(found);
      if (found.findings().stream().anyMatch(it -> it.severity() == Severity.PROBLEM)) {
        results.add(new Doctor.Result(
            "kafka", List.of(Finding.note(bootstrap, "was looked at no further: topics first"))));
        return;
      }
      results.addAll(Doctor.all(List.of(
          new ShareGroupCheck(kafka),
          new FleetCheck(
              kafka,
              wire,
              session.surroundings().clock(),
              session.surroundings().zone(),
              config.dispatch().lostAfter()),
          new RelayCheck(kafka, wire, host, session.home(), session.boardOptions()),
          new DeadLettersCheck(kafka, wire, session.surroundings().clock()))));
    }
  }

  private static Finding unreachable(String bootstrap, Doctor.Result cluster) {
    return Finding.problem(
        bootstrap,
        "the cluster %s".formatted(cluster.findings().get(0).text()),
        "Boards stay usable and workers go on meanwhile. See kafka.* in 'talaria config kafka', and whether the brokers run and this host may reach them.");
  }

  private int tell(List<Doctor.Result> results) {
    boolean sick = results.stream()
        .flatMap(result -> result.findings().stream())
        .anyMatch(Finding::asksForSomething);
    if (json) {
      session.out().println(JsonOut.indented(asJson(results)));
    } else {
      results.forEach(this::print);
      long count = results.stream()
          .flatMap(result -> result.findings().stream())
          .filter(Finding::asksForSomething)
          .count();
      session
          .out()
          .println(sick ? "%d finding(s) ask for something.".formatted(count) : "All is well.");
    }
    return sick ? Exit.FAILED : Exit.DONE;
  }

  private void print(Doctor.Result result) {
    for (Finding finding : result.findings()) {
      session
          .out()
          .printf(
              "%s  %-11s  %s: %s%n",
              Colours.severity(session.terminal(), finding.severity().name()),
              result.check(),
              Printable.line(finding.subject()),
              Printable.line(finding.text()));
      Optional.ofNullable(finding.remedy())
          .ifPresent(remedy -> session.out().printf("%24s%s%n", "-> ", Printable.line(remedy)));
    }
  }

  private static ArrayNode asJson(List<Doctor.Result> results) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Doctor.Result result : results) {
      for (Finding finding : result.findings()) {
        ObjectNode node = array.addObject();
        node.put("check", result.check());
        node.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        node.put("subject", finding.subject());
        node.put("text", finding.text());
        node.put("remedy", finding.remedy());
      }
    }
    return array;
  }
}
