package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.home.TaskWorkspaces;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Task;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "claim",
    footer = {"", "Example: talaria claim t_0a1b2c3d --ttl 3600"})
public final class ClaimVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      description =
          "How long the claim holds unless 'heartbeat' extends it. Default: HERMES_KANBAN_CLAIM_TTL_SECONDS, else 900.")
  private @Nullable Long ttl;

  @Option(names = "--review", description = "Claim a task that waits for its review.")
  private boolean review;

  @Option(names = "--json", description = "Print task, run, claim and workspace as JSON.")
  private boolean json;

  public ClaimVerb(Session session) {
    super(session);
  }

  private record Claimed(Task task, long runId, Path workspace) {}

  /** One of the two. A refusal is kept: it may have sent the task back to todo. */
  private record Outcome(
      @Nullable Claimed claimed, @Nullable String refusal) {}

  @Override
  int run(Board board) {
    Outcome outcome = board.write(this::claim);
    Claimed claimed = outcome.claimed();
    if (claimed == null) {
      throw CliFailure.failed(String.valueOf(outcome.refusal()));
    }
    if (json) {
      ObjectNode node = BoardJson.object()
          .put("task_id", id)
          .put("run_id", claimed.runId())
          .put("claim_lock", claimed.task().claimLock())
          .put("claim_expires", claimed.task().claimExpires())
          .put("workspace", claimed.workspace().toString());
      say(JsonOut.indented(node));
    } else {
      say("Claimed %s", id);
      say("Workspace: %s", claimed.workspace());
    }
    return Exit.DONE;
  }

  /** A task whose workspace cannot be made stays unclaimed. */
  private Outcome claim(Tx tx) {
    long seconds = PeopleClaims.seconds(session.surroundings(), ttl);
    String lock = PeopleClaims.newLock();
    ClaimResult result =
        review ? Claims.claimReview(tx, id, lock, seconds) : Claims.claim(tx, id, lock, seconds);
    if (result instanceof ClaimResult.Granted granted) {
      Path workspace = workspace(granted.task());
      Assignments.setWorkspacePath(tx, id, workspace.toString());
      return new Outcome(new Claimed(granted.task(), granted.runId(), workspace), null);
    }
    return new Outcome(null, refusal(tx, result));
  }

  private Path workspace(Task task) {
    var location = session.location();
    var workspaces = new TaskWorkspaces(
        location,
        session.surroundings().userHome(),
        session.home().metadata(location.slug()).defaultWorkdir());
    Path path = workspaces.of(task);
    try {
      return task.workspaceKind().equals("worktree") ? path : Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make workspace '%s'.".formatted(path), e);
    }
  }

  private String refusal(Tx tx, ClaimResult result) {
    if (result instanceof ClaimResult.ParentsNotDone) {
      return "Cannot claim task '%s': a parent is not done. 'talaria show %s' lists what it waits for."
          .formatted(id, id);
    }
    if (Holds.get(tx, id).filter(Holds.Hold::awaitsDecision).isPresent()) {
      return "Cannot claim task '%s': how its last run ended is being judged. Try again in a few seconds."
          .formatted(id);
    }
    String expected = review
        ? "Only an unclaimed task in review can be claimed with --review."
        : "Only an unclaimed ready task can be claimed.";
    return WhyNot.refused(tx, id, "claim", expected, null);
  }
}
