package dev.talaria.launcher.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.lane.ExitJudge;
import dev.talaria.launcher.lane.ExitJudge.Judgement;
import dev.talaria.launcher.lane.LaneMode;
import dev.talaria.launcher.lane.LaneResult;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.process.RunEnded;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Ending;
import dev.talaria.protocol.message.BoardCommand.Exited;
import dev.talaria.protocol.message.BoardCommand.NeverStarted;
import dev.talaria.protocol.message.BoardCommand.Started;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.policy.FailureClass;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Words what this launcher has to say of its runs. Sends nothing. */
final class RunWords {
  private static final Logger log = LoggerFactory.getLogger(RunWords.class);
  private static final String STARTED = "/started";
  private static final String EXITED = "/exited";
  private static final String NEVER = "/never_started";

  private final LauncherIdentity identity;
  private final Map<Lane, LaneSpec> lanes;
  private final StartGate gate;
  private final InstantSource clock;

  RunWords(
      LauncherIdentity identity, Map<Lane, LaneSpec> lanes, StartGate gate, InstantSource clock) {
    this.identity = identity;
    this.lanes = lanes;
    this.gate = gate;
    this.clock = clock;
  }

  /** Whether a command of this id was the last word about its run. */
  static boolean isLast(String commandId) {
    return commandId.endsWith(EXITED) || commandId.endsWith(NEVER);
  }

  static boolean isStart(String commandId) {
    return commandId.endsWith(STARTED);
  }

  Started started(RunKey run, long pid, Instant at, HeldRun held) {
    Path workspace = held.preparedWorkspace();
    return new Started(
        run + STARTED,
        identity.key(),
        run,
        pid,
        at.toEpochMilli(),
        workspace == null ? null : workspace.toString(),
        model(held));
  }

  private @Nullable String model(HeldRun held) {
    LaneSpec lane = lanes.get(held.lane());
    return lane == null ? null : WorkerPlan.model(held.grant(), lane);
  }

  NeverStarted neverStarted(RunKey run, String reason) {
    return new NeverStarted(run + NEVER, identity.key(), run, reason);
  }

  Exited spawnFailed(Grant grant, FailureClass failure, String reason, @Nullable String model) {
    return new Exited(
        grant.run() + EXITED,
        identity.key(),
        grant.run(),
        Ending.SPAWN_FAILED,
        null,
        null,
        failure,
        reason,
        null,
        null,
        null,
        model,
        null,
        null,
        0);
  }

  /** Judges how a worker ended, by the rules of its lane; one that did what it was to do is marked. */
  Exited exited(RunEnded end, HeldRun held) {
    LaneSpec lane = lanes.get(held.lane());
    if (lane == null) {
      log.warn(
          "Run {} ended in lane {}, which is no longer served; its exit is judged as a protocol lane's.",
          end.run(),
          held.lane());
    }
    ExitJudge judge = lane == null ? new ExitJudge(LaneMode.PROTOCOL, List.of()) : lane.judge();
    Judgement judgement = judge.judge(end);
    Instant startedAt = end.startedAt();
    LaneResult result = null;
    if (judgement.failure() == null) {
      result = LaneResult.read(
          held.workspace(), startedAt == null ? 0 : startedAt.toEpochMilli(), end.tail());
      held.completed();
    }
    return new Exited(
        end.run() + EXITED,
        identity.key(),
        end.run(),
        judgement.ending(),
        judgement.code(),
        judgement.signal(),
        judgement.failure(),
        gate.explained(end.stop(), judgement.error(), clock.millis()),
        end.tail(),
        result == null ? null : result.summary(),
        metadata(result),
        model(held),
        end.pid(),
        startedAt == null ? null : startedAt.toEpochMilli(),
        end.seconds());
  }

  private static @Nullable ObjectNode metadata(@Nullable LaneResult result) {
    if (result == null) {
      return null;
    }
    if (result.problem() != null) {
      log.warn("A worker's result was taken from its output: {}", result.problem());
    }
    return result.metadata();
  }
}
