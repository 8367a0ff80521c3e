package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Claims;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "heartbeat",
    footer = {"", "Example: talaria heartbeat t_0a1b2c3d --note \"Half of the tests pass\""})
public final class HeartbeatVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "How it goes.")
  private @Nullable String note;

  public HeartbeatVerb(Session session) {
    super(session);
  }

  @Override
  int elsewhere(RemoteRun remote) {
    ObjectNode body = BoardJson.object().put("task_id", id).put("note", note);
    remote.client().send("POST", "heartbeat", body);
    say("Heartbeat of %s noted", id);
    return Exit.DONE;
  }

  @Override
  int run(Board board) {
    boolean extended = board.write(this::beat);
    say(extended ? "Heartbeat of %s noted, claim extended" : "Heartbeat of %s noted", id);
    return Exit.DONE;
  }

  /** Whether the claim was extended: only its holder's heartbeat does that. */
  private boolean beat(Tx tx) {
    Long run = session.runOf(id);
    if (!Claims.heartbeatWorker(tx, id, note, run)) {
      throw CliFailure.failed(
          WhyNot.refused(tx, id, "beat for", "Only a running task has a heartbeat.", run));
    }
    long seconds = PeopleClaims.seconds(session.surroundings(), null);
    Optional<String> lock = Tasks.find(tx, id)
        .map(Task::claimLock)
        .flatMap(it -> PeopleClaims.held(session.surroundings(), it));
    return lock.isPresent() && Claims.heartbeatClaim(tx, id, lock.get(), seconds);
  }
}
