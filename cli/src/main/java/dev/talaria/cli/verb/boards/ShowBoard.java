package dev.talaria.cli.verb.boards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    footer = {"", "Example: talaria boards show"})
final class ShowBoard extends BoardsMember {
  @Parameters(
      paramLabel = "SLUG",
      arity = "0..1",
      description = "The board. Default: the one that verbs without --board mean.")
  private @Nullable String slug;

  @Option(names = "--json", description = "Print the board as JSON.")
  private boolean json;

  private final BoardsVerb group;

  ShowBoard(Session session, BoardsVerb group) {
    super(session);
    this.group = group;
  }

  @Override
  public Integer call() {
    String board = slug == null ? meant() : slug(slug);
    home().require(board);
    ObjectNode found = described(board);
    if (json) {
      say(JsonOut.indented(found));
      return Exit.DONE;
    }
    say("%s", board);
    line(found, "name");
    line(found, "description");
    line(found, "default_workdir");
    line(found, "db_path");
    say("  tasks: %s", found.path("total").asText());
    found
        .path("counts")
        .fields()
        .forEachRemaining(
            count -> say("    %s: %s", Printable.line(count.getKey()), count.getValue()));
    return Exit.DONE;
  }

  /** Asked by another host: the board that it named before the verb. */
  private String meant() {
    return session.isServed() && group.host().isEmpty()
        ? session.location().slug()
        : home().activeSlug();
  }

  private void line(ObjectNode board, String key) {
    String text = board.hasNonNull(key) ? board.path(key).asText() : "";
    if (!text.isEmpty()) {
      say("  %s: %s", key.replace('_', ' '), Printable.line(text));
    }
  }
}
