package dev.talaria.cli.verb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.board.Board;
import dev.talaria.board.swarm.Blackboard;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "blackboard",
    footer = {"", "Example: talaria blackboard t_0a1b2c3d fastest '{\"queue\": \"b\", \"ms\": 3}'"})
public final class BlackboardVerb extends BoardVerb {
  @Parameters(index = "0", paramLabel = "ROOT", description = "The swarm's root.")
  private String root = "";

  @Parameters(
      index = "1",
      paramLabel = "KEY",
      arity = "0..1",
      description = "What to write. Without it, all is printed.")
  private @Nullable String key;

  @Parameters(
      index = "2",
      paramLabel = "JSON",
      arity = "0..1",
      description = "Its new value, as JSON: a text goes in double quotes.")
  private @Nullable String value;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who writes. Default: the worker's profile, else user.")
  private @Nullable String author;

  public BlackboardVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    if (key != null) {
      parsed(value);
    }
  }

  private JsonNode parsed(@Nullable String json) {
    if (json == null) {
      throw CliFailure.usage("'%s' is given without a value; expected KEY JSON.".formatted(key));
    }
    try {
      JsonNode node = JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readTree(json);
      if (node != null && !node.isMissingNode()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // said below
    }
    throw CliFailure.usage(
        "'%s' is not JSON; a text goes in double quotes, as in '\"ready\"'.".formatted(json));
  }

  @Override
  int run(Board board) {
    String name = key;
    if (name == null) {
      say(JsonOut.indented(board.read(tx -> {
        if (!Tasks.exists(tx, root)) {
          throw CliFailure.failed(WhyNot.unknown(root));
        }
        return Blackboard.read(tx, root);
      })));
      return Exit.DONE;
    }
    String by = author == null ? session.author() : author;
    long comment = board.write(tx -> {
      if (!Tasks.exists(tx, root)) {
        throw CliFailure.failed(WhyNot.unknown(root));
      }
      return Blackboard.write(tx, root, by, name, parsed(value));
    });
    say("Wrote %s on the blackboard of %s (comment %d)", Printable.line(name), root, comment);
    return Exit.DONE;
  }
}
