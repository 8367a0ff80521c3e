package dev.talaria.cli.replay;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.topic.TopicMissingException;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.cli.run.ClusterOptions;
import dev.talaria.cli.verb.Moments;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.PolicyFile;
import dev.talaria.service.config.TalariaConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells from the topics alone what became of a task and why. */
@Command(
    name = "replay",
    footer = {
      "",
      "Example: talaria replay t_ab12cd34 --what-if policy.yaml",
      "Example: talaria replay --gave-up --since 24h",
      "Only Kafka need be reachable. docs/replay.md explains what is told, and the form of --json."
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final String A_DAY = "24h";

  private final Session session;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TASK",
      description = "A task's id, or HOST/BOARD#ID for one of any board.")
  private @Nullable String task;

  @Option(
      names = "--board",
      paramLabel = "HOST/NAME",
      description =
          "The board that is meant; a name alone is one of this host. Default: as for other verbs; with --gave-up all boards.")
  private @Nullable String board;

  @Option(
      names = "--what-if",
      paramLabel = "FILE",
      description =
          "Judge the same ends by another policy: a file with a section 'policy:' as in talaria.yaml. What it does not say stays as it was.")
  private @Nullable Path whatIf;

  @Option(
      names = "--gave-up",
      description = "Instead of one task: all that gave up, by what they failed of.")
  private boolean gaveUp;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "With --gave-up: from when on; 24h (ago), 2026-03-01T18:30 or epoch seconds. Default: 24h.")
  private @Nullable String since;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "As it stood then; forms as for --since. Without a task, and with --board: the whole board.")
  private @Nullable String at;

  @Option(
      names = "--json",
      description = "Print one JSON object; the same topics give the same bytes.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write one page with a picture of the attempts over time; '-' is the output. The page needs nothing else.")
  private @Nullable String html;

  @Mixin
  private ClusterOptions cluster = new ClusterOptions();

  public ReplayCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    checkTogether();
    String from = since == null ? A_DAY : since;
    long sinceAt = gaveUp ? moment("--since", from) : 0;
    long asOf = at == null ? TrailReader.NOW : moment("--at", at);
    PageFile page = html == null ? null : PageFile.of(session, html);
    try {
      PolicyFile other = whatIf == null ? null : PolicyFile.read(absolute(whatIf));
      TalariaConfig config = cluster.load(session);
      var view = new ReplayView(session, json, page);
      if (gaveUp) {
        BoardKey only = named(config);
        return reading(
            config, kafka -> new GaveUpReplay(kafka, view).tell(from, sinceAt, only, other));
      }
      if (task == null) {
        BoardKey whole = board(config);
        return reading(config, kafka -> new BoardReplay(kafka, view).tell(whole, asOf));
      }
      TaskKey key = key(config, task);
      return reading(config, kafka -> new TaskReplay(kafka, view).tell(key, asOf, other));
    } catch (ConfigException | TopicMissingException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private void checkTogether() {
    if (html != null && (json || gaveUp || task == null)) {
      throw CliFailure.usage(
          "--html writes the story of one task: give a task, and leave --json and --gave-up out.");
    }
    if (gaveUp && (task != null || at != null)) {
      throw CliFailure.usage("--gave-up is about all tasks, and about now: leave %s out."
          .formatted(task == null ? "--at" : "the task"));
    }
    if (!gaveUp && since != null) {
      throw CliFailure.usage("--since is for --gave-up; --at shows how a task or a board stood.");
    }
    if (!gaveUp && task == null && at == null) {
      throw CliFailure.usage(
          "Say which task: its id, or HOST/BOARD#ID; or --gave-up, or --board HOST/NAME --at TIME.");
    }
    if (task == null && at != null && whatIf != null) {
      throw CliFailure.usage("--what-if is for a task, or for --gave-up.");
    }
  }

  private Path absolute(Path file) {
    return session.surroundings().workingDirectory().resolve(file);
  }

  private interface Replay {
    int tell(ReplayKafka kafka);
  }

  /** Last of all: whatever is wrong with the arguments is said before Kafka is waited for. */
  private int reading(TalariaConfig config, Replay replay) {
    try (ReplayKafka kafka = ReplayKafka.of(session, config)) {
      return replay.tell(kafka);
    } catch (KafkaException e) {
      throw CliFailure.failed(
          "Kafka at %s cannot be read: %s. Look at kafka.bootstrap and the other kafka.* settings with 'talaria config kafka'."
              .formatted(config.kafka().bootstrap(), e.getMessage()));
    }
  }

  private long moment(String option, String text) {
    Instant now = session.surroundings().clock().instant();
    ZoneId zone = session.surroundings().zone();
    return Moments.past(option, text, now, zone);
  }

  private TaskKey key(TalariaConfig config, String given) {
    try {
      return given.contains("#") ? TaskKey.parse(given) : new TaskKey(board(config), given);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage("TASK is '%s': %s Expected an id such as t_ab12cd34, or HOST/BOARD#ID."
          .formatted(given, e.getMessage()));
    }
  }

  /** The board that was named, before the verb or behind it. */
  private @Nullable BoardKey named(TalariaConfig config) {
    boolean none =
        board == null && session.elsewhere().isEmpty() && session.chosenBoard().isEmpty();
    return none ? null : board(config);
  }

  private BoardKey board(TalariaConfig config) {
    String name = board;
    try {
      if (name != null && name.contains("/")) {
        return BoardKey.parse(name);
      }
      if (name == null && session.elsewhere().isPresent()) {
        return session.elsewhere().get();
      }
      String host =
          new HostIdentity(session.home().root()).resolve(config.fleet().host());
      return new BoardKey(host, name == null ? session.location().slug() : name);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage("--board is '%s': %s".formatted(name, e.getMessage()));
    }
  }
}
