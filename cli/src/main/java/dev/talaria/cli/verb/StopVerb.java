package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.OperatorReclaim;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.FarBoard;
import dev.talaria.cli.Follower;
import dev.talaria.cli.HostName;
import dev.talaria.cli.Session;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
public final class StopVerb extends BoardVerb implements Follower {
  /** Asked for by {@link #follow}: change nothing, and say whether the worker has ended. */
  public static final String ENDED = "--ended";

  private static final String ENDED_WORDS = "Its worker has ended";

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

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

  @Option(names = ENDED, hidden = true)
  private boolean ended;

  public StopVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    if (ended) {
      return OperatorReclaim.leftOver(board, id).isEmpty() ? Exit.DONE : Exit.FAILED;
    }
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
        throw CliFailure.failed(lives());
      }
    }
    say(ENDED_WORDS);
  }

  private String lives() {
    return "The worker of '%s' has not ended yet; its launcher goes on ending it.".formatted(id);
  }

  /** Stops it there once, and asks whether the worker has ended when the board publishes something of it, or now and then. */
  @Override
  public int follow(FarBoard board) {
    FarBoard.Answer stopped = board.ask(withoutWaiting());
    session.out().print(stopped.out());
    session.err().print(stopped.err());
    InstantSource clock = session.surroundings().clock();
    Instant end = clock.instant().plus(board.patience());
    Instant asked = Instant.MIN;
    boolean[] moved = {true};
    while (stopped.isDone()) {
      if (moved[0] || asked.plus(ASK_AGAIN).isBefore(clock.instant())) {
        moved[0] = false;
        asked = clock.instant();
        FarBoard.Answer answer = board.ask(List.of("stop", ENDED, "--", id));
        if (answer.isDone()) {
          say(ENDED_WORDS);
          return Exit.DONE;
        } else if (answer.exit() != Exit.FAILED) {
          session.err().print(answer.err());
          return answer.exit();
        }
      }
      if (clock.instant().isAfter(end)) {
        throw CliFailure.failed("%s It was waited for %d s; --timeout waits longer."
            .formatted(lives(), board.patience().toSeconds()));
      }
      if (!board.next(event -> moved[0] |= event.task().equals(id))) {
        throw CliFailure.failed(lives());
      }
    }
    return stopped.exit();
  }

  @Override
  public boolean changes() {
    return true;
  }

  private List<String> withoutWaiting() {
    List<String> arguments = new ArrayList<>(List.of("stop"));
    if (reason != null) {
      arguments.add("--reason=" + reason);
    }
    if (requeue) {
      arguments.add("--requeue");
    }
    arguments.addAll(List.of("--", id));
    return arguments;
  }
}
