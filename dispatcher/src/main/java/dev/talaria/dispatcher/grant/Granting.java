package dev.talaria.dispatcher.grant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.dispatch.Allowance;
import dev.talaria.board.dispatch.ClaimEscalation;
import dev.talaria.board.dispatch.CommandLog;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.GrantClaims.Claimant;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.dispatch.LauncherRuns.LauncherRun;
import dev.talaria.board.dispatch.ReadyWork;
import dev.talaria.board.dispatch.ReadyWork.Column;
import dev.talaria.board.dispatch.RespawnGuard;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.incident.LanePause;
import dev.talaria.board.slice.BoardSlice;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Runs;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.dispatcher.DispatchSettings;
import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.Reply.ClaimAnswered;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants a board's best tasks at this moment: by priority, then age, each by compare-and-swap, all in the caller's
 * transaction. At most one claimer wins a task; a claim that comes again gets the same runs again.
 */
public final class Granting {
  private static final Logger log = LoggerFactory.getLogger(Granting.class);
  private static final String CLAIM = "claim";
  private static final String REVIEW = "review";
  private static final List<String> REVIEW_SKILLS = List.of("sdlc-review"); // contract 5.2

  private final BoardFile file;
  private final DispatchSettings settings;
  private final WorkerContext context;
  private final ClaimEscalation escalation;
  private final ApplyListener listener;

  public Granting(
      BoardFile file, DispatchSettings settings, WorkerContext context, ApplyListener listener) {
    this.file = file;
    this.settings = settings;
    this.context = context;
    this.escalation = new ClaimEscalation(settings.policy().ladder());
    this.listener = listener;
  }

  /** A launcher that is granted to without having claimed. */
  public record Recipient(LauncherKey key, long incarnation, String instance) {}

  /** To whom runs are granted. */
  private record Claimer(
      LauncherKey key,
      long incarnation,
      String instance,
      @Nullable String claim) {}

  /**
   * Answers a launcher's claim.
   *
   * @param taker what it can take
   * @param slots how many runs it may get
   */
  public void answer(Tx tx, Turn turn, Claim claim, ReadyWork.Taker taker, int slots) {
    var claimer =
        new Claimer(claim.asker(), claim.incarnation(), claim.instance(), claim.commandId());
    Optional<CommandLog.Applied> before = CommandLog.find(tx, claim.commandId());
    int granted;
    if (before.isPresent()) {
      granted = again(tx, turn, claimer, before.get());
    } else {
      List<RunKey> runs =
          turn.mayGrant() ? grant(tx, turn, claimer, taker, claim.lane(), slots) : List.of();
      granted = runs.size();
      CommandLog.record(tx, claim.commandId(), CLAIM, "done", ids(runs), null);
      listener.claimAnswered(file.key(), granted);
    }
    turn.reply(new ClaimAnswered(claim.asker(), claim.incarnation(), claim.commandId(), granted));
  }

  /** Grants without an offer or a claim: as many as there are slots for. */
  public List<RunKey> grantDirectly(
      Tx tx, Turn turn, Recipient to, ReadyWork.Taker taker, Lane lane, int slots) {
    var claimer = new Claimer(to.key(), to.incarnation(), to.instance(), null);
    return grant(tx, turn, claimer, taker, lane, slots);
  }

  /** Whether a grant would find work that the caps allow. */
  public boolean hasWork(Tx tx, Lane lane, ReadyWork.Taker taker) {
    if (OrderMirror.against(tx, lane.name(), null).isPresent()
        || !Incidents.mayStart(tx, lane.name())) {
      return false;
    }
    Allowance allowance = Allowance.of(tx, settings.duties().caps());
    return allowance.left(lane.name()) > 0
            && !best(tx, Column.READY, lane, taker, 1).isEmpty()
        || allowance.left() > 0 && !best(tx, Column.REVIEW, lane, taker, 1).isEmpty();
  }

  private static List<String> best(
      Tx tx, Column column, Lane lane, ReadyWork.Taker taker, int most) {
    return most <= 0 ? List.of() : ReadyWork.best(tx, column, lane.name(), taker, most);
  }

  /** Builds the grant of an open run anew, for a launcher that missed it. */
  public void giveAgain(Tx tx, Turn turn, LauncherRun run) {
    var claimer =
        new Claimer(LauncherKey.parse(run.launcher()), run.incarnation(), run.instance(), null);
    RunKey key = file.key().task(run.taskId()).run(run.runId());
    build(tx, claimer, key).ifPresent(turn::reply);
  }

  private List<RunKey> grant(
      Tx tx, Turn turn, Claimer claimer, ReadyWork.Taker taker, Lane lane, int slots) {
    if (OrderMirror.against(tx, lane.name(), claimer.key()).isPresent()) {
      return List.of();
    }
    Optional<LanePause> pause = Incidents.pause(tx, lane.name());
    int most = pause.isEmpty() ? slots : pause.get().isProbeDue(tx.now()) ? Math.min(slots, 1) : 0;
    List<RunKey> granted = new ArrayList<>();
    Allowance allowance = Allowance.of(tx, settings.duties().caps());
    grantReady(tx, turn, claimer, taker, lane, most, allowance, granted);
    grantReview(tx, turn, claimer, taker, lane, most, allowance, granted);
    pause.ifPresent(held -> granted.forEach(run -> probing(tx, held, run)));
    if (!granted.isEmpty()) {
      listener.granted(file.key(), granted.size());
    }
    return granted;
  }

  private void probing(Tx tx, LanePause pause, RunKey run) {
    long first = settings.policy().systemic().firstProbeSeconds();
    Incidents.probing(
        tx, pause, run.taskId(), run.runId(), failed -> Systemic.probeDelay(first, failed));
    log.info(
        "Task {} of board '{}' starts as a probe of lane '{}', which incident {} holds.",
        run.taskId(),
        file.key(),
        pause.lane(),
        pause.incidents().get(0).id());
  }

  private void grantReady(
      Tx tx,
      Turn turn,
      Claimer claimer,
      ReadyWork.Taker taker,
      Lane lane,
      int slots,
      Allowance allowance,
      List<RunKey> granted) {
    boolean moved = true;
    while (moved) {
      moved = false; // what is neither guarded nor granted, such as what is paused, is there again
      int most = Math.min(slots - granted.size(), allowance.left(lane.name()));
      for (String task : best(tx, Column.READY, lane, taker, most)) {
        boolean guarded = isGuarded(tx, task);
        moved |= guarded || take(tx, turn, claimer, task, allowance, granted);
      }
    }
  }

  /** After the ready ones, from the same slots; neither guard nor a profile's own bound concerns them (contract 5.2). */
  private void grantReview(
      Tx tx,
      Turn turn,
      Claimer claimer,
      ReadyWork.Taker taker,
      Lane lane,
      int slots,
      Allowance allowance,
      List<RunKey> granted) {
    int most = Math.min(slots - granted.size(), allowance.left());
    for (String task : best(tx, Column.REVIEW, lane, taker, most)) {
      take(tx, turn, claimer, task, allowance, granted);
    }
  }

  private boolean take(
      Tx tx, Turn turn, Claimer claimer, String task, Allowance allowance, List<RunKey> granted) {
    Optional<RunKey> won = claim(tx, claimer, task);
    won.ifPresent(run -> {
      granted.add(run);
      build(tx, claimer, run).ifPresent(grant -> {
        allowance.take(grant.lane().name());
        turn.reply(grant);
      });
    });
    return won.isPresent();
  }

  /** A guarded task is held, so that the next look passes it over. */
  private boolean isGuarded(Tx tx, String task) {
    var guarded = RespawnGuard.check(tx, task);
    if (guarded.isEmpty()) {
      return false;
    }
    if (RespawnGuard.hold(tx, task, guarded.get())) {
      log.info(
          "Task {} of board '{}' is not started again before {}: {}.",
          task,
          file.key(),
          Instant.ofEpochSecond(guarded.get().until()),
          guarded.get().reason());
    }
    return true;
  }

  private Optional<RunKey> claim(Tx tx, Claimer claimer, String task) {
    var claimant = new Claimant(
        claimer.key().toString(),
        claimer.incarnation(),
        claimer.instance(),
        lock(claimer.key()),
        settings.claimTtl().toSeconds());
    ClaimResult result = GrantClaims.claim(tx, task, claimant, settings.runCeilingPerDay());
    if (!(result instanceof ClaimResult.Granted won)) {
      return Optional.empty();
    }
    escalation
        .apply(tx, won.task(), won.runId())
        .ifPresent(rung -> log.info(
            "Task {} model_escalation={}->{} after {} failures",
            task,
            rung.from().isEmpty() ? "default" : rung.from(),
            rung.to(),
            won.task().consecutiveFailures()));
    return Optional.of(file.key().task(task).run(won.runId()));
  }

  /** hermes takes a lock that begins with its own host name for one of its own host; so it names the launcher's. */
  private String lock(LauncherKey launcher) {
    String host = launcher.host().equals(settings.host()) ? settings.hostName() : launcher.host();
    return host + ":" + ProcessHandle.current().pid() + ":" + launcher.name();
  }

  private int again(Tx tx, Turn turn, Claimer claimer, CommandLog.Applied before) {
    int open = 0;
    String runs = before.detail() == null ? "" : before.detail();
    for (String id : runs.isEmpty() ? new String[0] : runs.split(" ", -1)) {
      Optional<LauncherRun> run =
          LauncherRuns.get(tx, Long.parseLong(id)).filter(LauncherRun::isOpen);
      if (run.isPresent()) {
        RunKey key = file.key().task(run.get().taskId()).run(run.get().runId());
        build(tx, claimer, key).ifPresent(turn::reply);
        open++;
      }
    }
    return open;
  }

  private Optional<Grant> build(Tx tx, Claimer claimer, RunKey run) {
    ObjectNode task = EventLog.image(tx, run.taskId()).orElse(null);
    if (task == null) {
      return Optional.empty();
    }
    task.remove("run");
    if (Runs.sourceStatus(tx, run.runId()).equals(REVIEW)) {
      task.set("skills", BoardJson.array(REVIEW_SKILLS));
    }
    String lane = task.path("assignee").asText();
    if (!Lane.isLane(lane)) {
      return Optional.empty();
    }
    return Optional.of(new Grant(
        claimer.key(),
        claimer.incarnation(),
        claimer.instance(),
        claimer.claim(),
        run,
        new Lane(lane),
        task.path("claim_lock").asText(""),
        task,
        context.of(tx, run.taskId()),
        file.placeOf(run.taskId()),
        slice(tx, claimer, run)));
  }

  /** A launcher of this host reads the board itself. */
  private @Nullable ObjectNode slice(Tx tx, Claimer claimer, RunKey run) {
    return claimer.key().host().equals(file.key().host())
        ? null
        : BoardSlice.of(tx, run.taskId()).orElse(null);
  }

  private static String ids(List<RunKey> runs) {
    return String.join(" ", runs.stream().map(run -> Long.toString(run.runId())).toList());
  }
}
