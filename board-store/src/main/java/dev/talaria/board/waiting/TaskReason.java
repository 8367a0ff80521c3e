package dev.talaria.board.waiting;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.waiting.TaskFacts.Kin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why this one task does not start: what the board itself says about it. */
public sealed interface TaskReason extends WaitReason {

  /** Its turn comes. */
  record Queued(String lane, long ahead, boolean atLeast, boolean free) implements TaskReason {
    @Override
    public WaitCode code() {
      return free ? WaitCode.STARTING : WaitCode.SLOTS_BUSY;
    }

    @Override
    public String text(TimeWords times) {
      String many = atLeast ? "At least " + ahead : Long.toString(ahead);
      String queue = ahead == 0
          ? "It is the next of lane '%s'".formatted(lane)
          : "%s of lane '%s' are ahead of it by priority and age".formatted(many, lane);
      return free ? queue + "; slots are free, so it starts within seconds." : queue + ".";
    }

    @Override
    public String advice() {
      return ahead == 0 ? "" : "Raise its priority to move it up: talaria set ID --priority N.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("ahead", ahead).put("position", ahead + 1).put("at_least", atLeast);
    }
  }

  /** Nobody is named for it. */
  record Unassigned() implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.UNASSIGNED;
    }

    @Override
    public String text(TimeWords times) {
      return "Nobody is named for it, and no default assignee of the dispatcher's is known on this host or in a lane.";
    }

    @Override
    public String advice() {
      return "Name somebody: talaria assign ID PROFILE; or set kanban.default_assignee.";
    }
  }

  /** A run has ended badly, and what becomes of the task is being decided. */
  record AwaitsDecision(long run, long since, @Nullable Long deadline) implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.AWAITS_DECISION;
    }

    @Override
    public String text(TimeWords times) {
      return "Run %d ended badly at %s, and is being judged%s."
          .formatted(
              run,
              times.of(since),
              deadline == null
                  ? ""
                  : "; without an answer of the topology the dispatcher decides at "
                      + times.of(deadline));
    }

    @Override
    public String advice() {
      return "Wait some seconds; if it stays, look whether dispatcher and topology run.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("run", run).put("since", since).put("until", deadline);
    }
  }

  /** It failed, and is tried again later. */
  record BackingOff(
      long run, @Nullable Long until, @Nullable String error) implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.BACKING_OFF;
    }

    @Override
    public String text(TimeWords times) {
      return "Run %d failed%s; it is tried again %s."
          .formatted(
              run,
              error == null ? "" : " (" + error + ")",
              until == null ? "later" : "at " + times.of(until));
    }

    @Override
    public String advice() {
      return "Wait, or let it go at once: talaria unblock ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("run", run).put("until", until).put("error", error);
    }
  }

  /** Its provider refused, for want of quota, rate or rights. */
  record CoolDown(@Nullable Long until, @Nullable String error) implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.COOL_DOWN;
    }

    @Override
    public String text(TimeWords times) {
      return "Its provider refused%s; it is left alone until %s."
          .formatted(
              error == null ? "" : " (" + error + ")", until == null ? "later" : times.of(until));
    }

    @Override
    public String advice() {
      return "Look at the provider's quota and keys; let it go at once with: talaria unblock ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("until", until).put("error", error);
    }
  }

  /** It was taken from a worker that may still live. */
  record FormerWorker(
      long run, @Nullable String launcher, @Nullable Long until) implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.STOPPING;
    }

    @Override
    public String text(TimeWords times) {
      return "It waits until the former worker (run %d) has ended%s%s."
          .formatted(
              run,
              launcher == null ? "" : " on launcher " + launcher,
              until == null ? "" : "; until %s at the latest".formatted(times.of(until)));
    }

    @Override
    public String advice() {
      return "Wait; the launcher has been told to end it.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("run", run).put("launcher", launcher).put("until", until);
    }
  }

  /** The respawn guard keeps it back. */
  record Guarded(String reason, @Nullable Long until) implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.GUARDED;
    }

    @Override
    public String text(TimeWords times) {
      String why = switch (reason) {
        case "recent_success" -> "it was completed within the last hour";
        case "active_pr" -> "a pull request in its comments waits for somebody";
        default -> reason;
      };
      return "The respawn guard keeps it back: %s%s."
          .formatted(why, until == null ? "" : "; until " + times.of(until));
    }

    @Override
    public String advice() {
      return "Complete it if its work is done, or let it go: talaria unblock ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("guard", reason).put("until", until);
    }
  }

  /**
   * Others come first.
   *
   * @param parents the unfinished ones that it waits for itself, a bounded number
   * @param more how many more there are
   * @param roots what holds them up in the end, where that is another task
   */
  record AwaitsParents(List<Kin> parents, long more, List<Kin> roots) implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.AWAITS_PARENTS;
    }

    @Override
    public String text(TimeWords times) {
      String direct = WaitReason.listed(parents.stream().map(Kin::words).toList());
      String others = more == 0 ? "" : " (and %d more)".formatted(more);
      String behind = roots.isEmpty()
          ? ""
          : " Behind them: " + WaitReason.listed(roots.stream().map(Kin::words).toList()) + ".";
      return "It waits for %s%s.%s".formatted(direct, others, behind);
    }

    @Override
    public String advice() {
      Kin first = roots.isEmpty() ? parents.get(0) : roots.get(0);
      return first.isStuck()
          ? "Look at what is stuck: talaria why %s. Or let it go without: talaria unlink %s ID."
              .formatted(first.id(), parents.get(0).id())
          : "";
    }

    @Override
    public void describe(ObjectNode node) {
      describe(node.putArray("parents"), parents);
      node.put("more", more);
      describe(node.putArray("behind"), roots);
    }

    private static void describe(ArrayNode into, List<Kin> kin) {
      kin.forEach(it ->
          into.addObject().put("id", it.id()).put("status", it.status()).put("stop", it.stop()));
    }
  }

  /** Nothing but its status holds it. */
  record HeldInTodo() implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.HELD_IN_TODO;
    }

    @Override
    public String text(TimeWords times) {
      return "It is in todo and waits for no other task; the next look at the board makes it ready.";
    }

    @Override
    public String advice() {
      return "Make it ready at once: talaria promote ID.";
    }
  }

  /** Put aside. */
  record Scheduled(@Nullable Long at, @Nullable String by) implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.SCHEDULED;
    }

    @Override
    public String text(TimeWords times) {
      return at == null
          ? "It was put aside without a time, until someone unblocks it."
          : "It was put aside until %s%s.".formatted(times.of(at), by == null ? "" : " by " + by);
    }

    @Override
    public String advice() {
      return "Let it go before: talaria unblock ID.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("at", at).put("by", by);
    }
  }

  /** A rough idea. */
  record InTriage() implements TaskReason {
    @Override
    public WaitCode code() {
      return WaitCode.TRIAGE;
    }

    @Override
    public String text(TimeWords times) {
      return "It is a rough idea, which nobody has specified yet.";
    }

    @Override
    public String advice() {
      return "Specify it: talaria specify ID, or talaria decompose ID; or by hand: talaria set ID --status todo.";
    }
  }
}
