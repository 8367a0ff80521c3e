package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.gc.EventGc;
import dev.talaria.board.gc.GarbageCollection;
import dev.talaria.board.gc.LiveProcesses;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "gc",
    footer = {"", "Example: talaria gc --event-retention-days 90 --dry-run"})
public final class GcVerb extends BoardVerb {
  /** More than a clock can go back: a hundred thousand years. */
  private static final long MOST_DAYS = 36_500_000;

  @Option(
      names = "--event-retention-days",
      paramLabel = "DAYS",
      description = "Events of done and archived tasks are kept so long. Default: 30.")
  private long eventDays = 30;

  @Option(
      names = "--log-retention-days",
      paramLabel = "DAYS",
      description = "Logs are kept so long after the last line. Default: 30.")
  private long logDays = 30;

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print what was removed as JSON.")
  private boolean json;

  private final List<Path> removed = new ArrayList<>();

  public GcVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    requireDays("--event-retention-days", eventDays);
    requireDays("--log-retention-days", logDays);
  }

  private static void requireDays(String option, long days) {
    if (days < 0 || days > MOST_DAYS) {
      throw CliFailure.usage(
          "%s is %d; expected a number of days, 0 or more.".formatted(option, days));
    }
  }

  @Override
  int run(Board board) {
    var collection = new GarbageCollection(
        board,
        session.location(),
        ScratchRemoval.of(session.home()),
        LiveProcesses.ofThisHost(),
        new Told(),
        dryRun);
    Instant now = session.surroundings().clock().instant();
    collection.workspaces();
    List<Path> workspaces = List.copyOf(removed);
    removed.clear();
    long events = collection.events(now.minus(Duration.ofDays(eventDays)));
    collection.logs(now.minus(Duration.ofDays(logDays)));
    sayWhatHoldsEventsBack(board);
    if (json) {
      var node = BoardJson.object().put("dry_run", dryRun);
      node.set("workspaces", paths(workspaces));
      node.put("events", events);
      node.set("logs", paths(removed));
      say(JsonOut.indented(node));
      return Exit.DONE;
    }
    String did = dryRun ? "Would remove" : "Removed";
    workspaces.forEach(path -> say("%s workspace %s", did, Printable.line(path.toString())));
    removed.forEach(path -> say("%s log %s", did, Printable.line(path.toString())));
    say("%s %d workspaces, %d events, %d logs.", did, workspaces.size(), events, removed.size());
    return Exit.DONE;
  }

  private void sayWhatHoldsEventsBack(Board board) {
    OptionalLong limit = board.read(EventGc::limit);
    if (limit.isPresent() && limit.getAsLong() <= 1) {
      complain(
          "No events are removed: this board is dispatched, and its dispatcher has not yet said which ones are published. Start 'talaria up' and try again in a minute.");
    }
  }

  private static com.fasterxml.jackson.databind.node.ArrayNode paths(List<Path> paths) {
    return BoardJson.array(paths.stream().map(Path::toString).toList());
  }

  private final class Told implements GarbageCollection.Listener {
    @Override
    public void removed(Path path) {
      removed.add(path);
    }

    @Override
    public void kept(Path path, String why) {
      complain("Kept %s: %s.".formatted(Printable.line(path.toString()), why));
    }
  }
}
