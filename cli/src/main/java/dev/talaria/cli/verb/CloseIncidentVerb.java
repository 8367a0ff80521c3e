package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.incident.OpenIncident;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "close-incident",
    description =
        "An incident is failures that several tasks of a board and lane share. Closing it lets the lane go on at once if it is held, and further failures are retried as ever; enough of them open another. 'talaria incidents close' finds the board by itself.",
    footer = {"", "Example: talaria close-incident i_1a2b3c4d --reason 'the key is renewed'"})
public final class CloseIncidentVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "Its id, as 'incidents' and 'why' give it.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why it is over.")
  private @Nullable String reason;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who closes it. Default: the worker's profile, else user.")
  private @Nullable String author;

  public CloseIncidentVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    Optional<OpenIncident> found = board.read(tx -> find(Incidents.all(tx)));
    if (found.isEmpty()) {
      List<String> open =
          board.read(tx -> Incidents.all(tx).stream().map(OpenIncident::id).toList());
      complain("This board knows of no open incident '%s'; %s."
          .formatted(id, open.isEmpty() ? "none is open" : "open are " + String.join(", ", open)));
      return Exit.FAILED;
    }
    String by = author == null ? session.author() : author;
    Optional<String> task = board.write(tx -> Incidents.close(tx, found.get(), by, reason));
    if (task.isEmpty()) {
      complain(
          "None of the tasks that incident '%s' names is on the board any more, so it cannot be noted. It closes by itself when nothing fails so for a while."
              .formatted(id));
      return Exit.FAILED;
    }
    say(
        "Closed incident %s of lane '%s'; it is noted on task %s.",
        found.get().id(), found.get().lane(), task.get());
    return Exit.DONE;
  }

  private Optional<OpenIncident> find(List<OpenIncident> open) {
    return open.stream().filter(incident -> incident.id().equals(id)).findFirst();
  }
}
