package dev.talaria.cli.replay.story;

import dev.talaria.cli.replay.story.Attempt.Model;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers what the events say of one run. Not thread-safe. */
final class RunTold {
  private final Wire wire;
  private final long run;
  private long event;
  private @Nullable Long startedAt;
  private @Nullable Long spawnedAt;
  private @Nullable Long pid;
  private @Nullable String claimedBy;
  private @Nullable String launcher;
  private @Nullable String lane;
  private @Nullable String reportedModel;
  private @Nullable String override;
  private int heartbeats;
  private @Nullable Ending ending;
  private final List<DecisionTold> decisions = new ArrayList<>();

  RunTold(Wire wire, long run) {
    this.wire = wire;
    this.run = run;
  }

  void claimed(Transition t, @Nullable String overrideThen) {
    event = t.event();
    startedAt = t.at();
    claimedBy = new Payload(t).text("lock");
    override = overrideThen;
  }

  void spawned(Transition t) {
    var payload = new Payload(t);
    spawnedAt = t.at();
    pid = payload.number("pid");
    launcher = orElse(payload.text("launcher"), launcher);
  }

  void beat() {
    heartbeats++;
  }

  void escalatedAtClaim(@Nullable String to) {
    override = to;
  }

  boolean isOpen() {
    return ending == null;
  }

  /** Whether its end was a failure, whoever's. */
  boolean failed() {
    return ending != null && !ending.succeeded();
  }

  @Nullable
  Ending ending() {
    return ending;
  }

  List<DecisionTold> decisions() {
    return decisions;
  }

  /** The event that closes it. */
  void ended(Transition t) {
    var payload = new Payload(t);
    facts(payload);
    String thenModel = payload.text(PolicyEvent.OVERRIDE);
    override = thenModel == null ? override : thenModel;
    String error = payload.text(PolicyEvent.ERROR);
    String output = payload.tail("log_tail");
    ending = new Ending(
        t.event(),
        t.at(),
        t.kind(),
        failure(payload),
        seconds(payload, t.at()),
        exitCode(payload),
        payload.integer("signal"),
        error == null ? payload.text("reason") : error,
        payload.text(PolicyEvent.FINGERPRINT),
        output == null ? payload.tail("summary") : output,
        policy(payload));
  }

  /** What its launcher says when the run was closed already: by its own worker, as a rule. */
  void exited(Transition t) {
    var payload = new Payload(t);
    facts(payload);
    Ending known = ending;
    if (known != null) {
      Integer code = exitCode(payload);
      ending = new Ending(
          known.event(),
          known.at(),
          known.kind(),
          known.failure(),
          payload.has(PolicyEvent.SECONDS) ? payload.number(PolicyEvent.SECONDS) : known.seconds(),
          code == null ? known.exitCode() : code,
          payload.has("signal") ? payload.integer("signal") : known.signal(),
          known.error(),
          known.fingerprint(),
          known.output(),
          known.policy());
    }
  }

  /** The next run was opened, and nothing tells how this one ended. */
  void lostSight() {
    if (ending == null) {
      ending = new Ending(
          0,
          startedAt == null ? 0 : startedAt,
          "unknown",
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null);
    }
  }

  private void facts(Payload payload) {
    reportedModel = orElse(payload.text(PolicyEvent.MODEL), reportedModel);
    lane = orElse(payload.text(PolicyEvent.LANE), lane);
    launcher = orElse(payload.text("launcher"), launcher);
    claimedBy = orElse(claimedBy, payload.text("claimer"));
    pid = payload.has("pid") ? payload.number("pid") : pid;
  }

  private static @Nullable String orElse(@Nullable String first, @Nullable String second) {
    return first == null ? second : first;
  }

  private @Nullable Long seconds(Payload payload, long at) {
    for (String name : List.of(PolicyEvent.SECONDS, PolicyEvent.ELAPSED)) {
      if (payload.has(name)) {
        return payload.number(name);
      }
    }
    return startedAt == null ? null : Long.valueOf(Math.max(0, at - startedAt));
  }

  /** With a signal the payload's code is the signal's number, as hermes has it. */
  private static @Nullable Integer exitCode(Payload payload) {
    return payload.has("signal") ? null : payload.integer("exit_code");
  }

  private @Nullable FailureClass failure(Payload payload) {
    return view(payload, PolicyEvent.CLASS, FailureClass.class);
  }

  private @Nullable RetryPolicy policy(Payload payload) {
    return view(payload, PolicyEvent.POLICY, RetryPolicy.class);
  }

  private <T> @Nullable T view(Payload payload, String name, Class<T> type) {
    var tree = payload.tree(name);
    try {
      return tree == null ? null : wire.view(tree, type);
    } catch (MalformedMessageException e) {
      return null; // of a newer or broken writer: what is readable is told
    }
  }

  private @Nullable String host() {
    if (launcher != null) {
      try {
        return LauncherKey.parse(launcher).host();
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return Optional.ofNullable(claimedBy)
        .map(lock -> lock.substring(0, lock.indexOf(':') < 0 ? lock.length() : lock.indexOf(':')))
        .filter(name -> !name.isBlank())
        .orElse(null);
  }

  private @Nullable Model model() {
    if (reportedModel != null) {
      return new Model(reportedModel, true);
    }
    return override == null ? null : new Model(override, false);
  }

  Attempt attempt(int number) {
    return new Attempt(
        number,
        run,
        event,
        startedAt,
        spawnedAt,
        pid,
        claimedBy,
        host(),
        launcher,
        lane,
        model(),
        heartbeats,
        ending,
        decisions);
  }
}
