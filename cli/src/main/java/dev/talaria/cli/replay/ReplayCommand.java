package dev.talaria.cli.replay;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.page.StoryPage;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.topic.TopicMissingException;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.cli.run.ClusterOptions;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Wire;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.TalariaConfig;
import java.util.List;
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
      "Example: talaria replay t_ab12cd34",
      "Only Kafka need be reachable. docs/replay.md explains what is told, and the form of --json."
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Session session;
  private final Wire wire = new Wire();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TASK",
      description = "A task's id, or HOST/BOARD#ID for one of any board.")
  private @Nullable String task;

  @Option(
      names = "--board",
      paramLabel = "HOST/NAME",
      description = "The board that the task is on. Default: this host's, as for other verbs.")
  private @Nullable String board;

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
    if (task == null) {
      throw CliFailure.usage("Say which task: its id, or HOST/BOARD#ID.");
    }
    if (json && html != null) {
      throw CliFailure.usage("Say either --json or --html.");
    }
    try {
      TalariaConfig config = cluster.load(session);
      TaskKey key = key(config, task);
      try (ReplayKafka kafka = ReplayKafka.of(session, config)) {
        return tell(kafka, key);
      } catch (KafkaException e) {
        throw CliFailure.failed(
            "Kafka at %s cannot be read: %s. Look at kafka.bootstrap and the other kafka.* settings with 'talaria config kafka'."
                .formatted(config.kafka().bootstrap(), e.getMessage()));
      }
    } catch (ConfigException | TopicMissingException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private int tell(ReplayKafka kafka, TaskKey key) {
    TaskTrail trail =
        kafka.trails("reading").read(List.of(key), TrailReader.NOW).get(key);
    if (trail == null) {
      throw CliFailure.failed(unknown(kafka, key));
    }
    Story story = StoryTeller.tell(trail, wire);
    if (html != null) {
      new PageFile(session).write(html, new StoryPage(session.surroundings().zone()).html(story));
    } else if (json) {
      session.out().println(JsonOut.indented(wire.tree(story)));
    } else {
      new StoryText(session.terminal(), session.surroundings().zone())
          .lines(story)
          .forEach(session.out()::println);
    }
    return Exit.DONE;
  }

  private static String unknown(ReplayKafka kafka, TaskKey key) {
    return ("Nothing on topic '%s' is about task '%s' of board '%s'. Is it on another board (--board HOST/NAME)?"
            + " What is older than the topic keeps is not there either.")
        .formatted(kafka.topics().transitions(), key.taskId(), key.board());
  }

  private TaskKey key(TalariaConfig config, String given) {
    try {
      if (given.contains("#")) {
        return TaskKey.parse(given);
      }
      return new TaskKey(board(config), given);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage("TASK is '%s': %s Expected an id such as t_ab12cd34, or HOST/BOARD#ID."
          .formatted(given, e.getMessage()));
    }
  }

  private BoardKey board(TalariaConfig config) {
    String named = board;
    if (named != null && named.contains("/")) {
      return BoardKey.parse(named);
    }
    if (named == null && session.elsewhere().isPresent()) {
      return session.elsewhere().get();
    }
    String host = new HostIdentity(session.home().root()).resolve(config.fleet().host());
    return new BoardKey(host, named == null ? session.location().slug() : named);
  }
}
