package dev.talaria.board.waiting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Why a task does not start that is not waiting for its turn: it was stopped, is worked on, or is done with. */
public sealed interface StateReason extends WaitReason {

  /** Somebody blocked it, or a worker did. */
  record Blocked(@Nullable String reason, @Nullable Long since) implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.BLOCKED;
    }

    @Override
    public String text(TimeWords times) {
      return "It is blocked%s%s."
          .formatted(
              since == null ? "" : " since " + times.of(since),
              reason == null ? ", nobody said why" : ": " + sentence(reason));
    }

    @Override
    public String advice() {
      return "Answer what it asks (talaria comment ID TEXT), then: talaria unblock ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("why", reason).put("since", since);
    }
  }

  /**
   * Its worker exited with 0 without a word about the task, and what it left behind is kept.
   *
   * @param run the worker's
   */
  record Silent(@Nullable String reason, @Nullable Long since, long run) implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.BLOCKED;
    }

    @Override
    public String text(TimeWords times) {
      return new Blocked(reason, since).text(times);
    }

    @Override
    public String advice() {
      return "Read its last words: talaria accept ID --show. Take them for its result: talaria accept ID. Or run it again: talaria unblock ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("why", reason).put("since", since).put("accept_run", run);
    }
  }

  /** It failed as often as it may. */
  record GaveUp(@Nullable String reason, @Nullable Long since, long failures)
      implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.GAVE_UP;
    }

    @Override
    public String text(TimeWords times) {
      return "It was given up%s after %s%s."
          .formatted(
              since == null ? "" : " at " + times.of(since),
              failures == 1 ? "1 failure" : failures + " failures",
              reason == null ? "" : ": " + sentence(reason));
    }

    @Override
    public String advice() {
      return "Read talaria log ID and talaria runs ID, mend the cause, then: talaria unblock ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("why", reason).put("since", since).put("failures", failures);
    }
  }

  /** It ran as often within a day as it may, whatever came of it. */
  record AtCeiling(long runs, long limit, @Nullable Long since) implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.AT_CEILING;
    }

    @Override
    public String text(TimeWords times) {
      return "It ran %d times within 24 hours, and %d are allowed; something starts it over and over."
          .formatted(runs, limit);
    }

    @Override
    public String advice() {
      return "Look at talaria runs ID, then allow more: talaria unblock ID --more N.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("runs", runs).put("limit", limit).put("since", since);
    }
  }

  /**
   * Its failed runs, or those of its lane, have cost as much as they may.
   *
   * @param budget the bound, as the event that blocked it has it
   */
  record OverBudget(@Nullable Long since, JsonNode budget) implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.OVER_BUDGET;
    }

    @Override
    public String text(TimeWords times) {
      return "It was stopped%s%s."
          .formatted(
              since == null ? "" : " at " + times.of(since),
              budget.hasNonNull("text") ? ": " + sentence(budget.path("text").asText()) : "");
    }

    @Override
    public String advice() {
      return budget.path("scope").asText().equals("lane")
          ? "Look at talaria runs ID and at the lane's other failures; then wait, or raise policy.budget, and: talaria"
              + " unblock ID."
          : "Look at talaria runs ID, mend the cause, then let it spend as much again: talaria unblock ID --more N.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("since", since).set("budget", budget);
    }
  }

  /** hermes, a tick or a person works on it. */
  record Claimed(
      String lock,
      @Nullable Long pid,
      @Nullable Long since,
      @Nullable Long expires) implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.CLAIMED_ELSEWHERE;
    }

    @Override
    public String text(TimeWords times) {
      return "It is claimed by '%s'%s%s%s; no launcher of Talaria has it."
          .formatted(
              lock,
              pid == null ? "" : ", process " + pid,
              since == null ? "" : ", since " + times.of(since),
              expires == null ? "" : ", until " + times.of(expires) + " unless it is renewed");
    }

    @Override
    public String advice() {
      return "Wait for it; or take it away: talaria reclaim ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("lock", lock).put("pid", pid).put("since", since).put("until", expires);
    }
  }

  /**
   * A launcher has it.
   *
   * @param started whether its worker is known to run; else it was granted only
   */
  record Running(long run, String launcher, @Nullable Long pid, long since, boolean started)
      implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.RUNNING;
    }

    @Override
    public String text(TimeWords times) {
      return started
          ? "It runs: run %d on launcher %s%s, since %s."
              .formatted(run, launcher, pid == null ? "" : ", process " + pid, times.of(since))
          : "Run %d was granted to launcher %s at %s; its worker is about to start."
              .formatted(run, launcher, times.of(since));
    }

    @Override
    public String advice() {
      return "Follow it: talaria log ID -f.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("run", run)
          .put("launcher", launcher)
          .put("pid", pid)
          .put("since", since)
          .put("started", started);
    }
  }

  /** Done or archived. */
  record Finished(String status, @Nullable Long at) implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.FINISHED;
    }

    @Override
    public String text(TimeWords times) {
      return "It is %s%s; nothing is left to do."
          .formatted(status, at == null ? "" : " since " + times.of(at));
    }

    @Override
    public String advice() {
      return "Do it again: talaria set ID --status ready.";
    }
  }

  /** Written by something newer. */
  record UnknownStatus(String status) implements StateReason {
    @Override
    public WaitCode code() {
      return WaitCode.UNKNOWN_STATUS;
    }

    @Override
    public String text(TimeWords times) {
      return "Its status is '%s', which this version does not know; nothing of ours touches it."
          .formatted(status);
    }

    @Override
    public String advice() {
      return "Upgrade Talaria, or move it: talaria set ID --status ready.";
    }
  }

  private static String sentence(String reason) {
    return reason.strip().replaceAll("[.\\s]+$", "");
  }
}
