package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.OperatorReclaim;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.HostName;
import dev.talaria.cli.Session;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "stop",
    footer = {
      "",
      "Example: talaria stop t_0a1b2c3d --reason \"It edits the wrong repository\"",
      "The task is blocked, so that it does not start again; 'talaria unblock' lets it go.",
      "A worker on another host is ended by its launcher, which the board's dispatcher tells."
    })
public final class StopVerb extends BoardVerb {
  private static final Duration LOOK = Duration.ofMillis(200);

  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private @Nullable String reason;

  @Option(
      names = "--requeue",
      description = "Put it back to ready, to start again, and not block it.")
  private boolean requeue;

  @Option(names = "--wait", description = "Return when its worker has ended.")
  private boolean waits;

  public StopVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    String words = "stopped by " + session.author()
        + (reason == null || reason.isBlank() ? "" : ": " + reason.strip());
    var operator = new OperatorReclaim(HostName.system(), new WorkerGroups());
    OperatorReclaim.Stopped stopped = operator.stop(board, id, words, requeue);
    switch (stopped) {
      case TAKEN -> say("Stopped %s; it is %s", id, status(board));
      case LEFT_OVER -> say("Ended what was left of %s; it is %s", id, status(board));
      case NOBODY ->
        throw CliFailure.failed(board.read(tx -> WhyNot.refused(
            tx,
            id,
            "stop",
            "Nobody works on it. To keep it from starting: talaria block " + id + ".",
            null)));
    }
    if (waits) {
      await(board);
    }
    return Exit.DONE;
  }

  private String status(Board board) {
    return board.read(tx -> Tasks.find(tx, id)).map(task -> task.status()).orElse("gone");
  }

  private void await(Board board) {
    while (!OperatorReclaim.leftOver(board, id).isEmpty()) {
      if (!session.surroundings().pauses().pause(LOOK)) {
        throw CliFailure.failed(
            "The worker of '%s' has not ended yet; its launcher goes on ending it.".formatted(id));
      }
    }
    say("Its worker has ended");
  }
}
