package dev.talaria.board.model;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.ExpiredClaim;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Termination;
import java.util.List;

/** Taking tasks, staying on them, and taking them back (3.5, claim and liveness). */
final class ClaimActs {
  private ClaimActs() {}

  static String answer(ClaimResult result) {
    if (result instanceof ClaimResult.Granted granted) {
      return "granted " + granted.runId();
    }
    return result.getClass().getSimpleName();
  }

  /** The claim of people and of hermes's verbs. */
  record Claim(int task, String source, long ttl) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      return answer(
          source.equals("review")
              ? Claims.claimReview(tx, id, "host:2", ttl)
              : Claims.claim(tx, id, "host:2", ttl));
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null) {
        return "Lost";
      }
      if (source.equals("ready") && !card.forced && rejected(model, card)) {
        return "ParentsNotDone";
      }
      if (!card.is(source)
          || card.lock != null
          || (card.hold != null && card.hold.reason.equals("decision"))) {
        return "Lost";
      }
      return granted(model, card, "host:2", ttl, null);
    }

    static boolean rejected(Model model, Model.Card card) {
      if (!model.waits(card)) {
        return false;
      }
      card.status = card.is("ready") ? "todo" : card.status;
      model.event(card.id, "claim_rejected", null, "reason", "parents_not_done");
      return true;
    }

    static String granted(Model model, Model.Card card, String lock, long ttl, Long firstBeat) {
      Model.Run run = model.open(card, lock, ttl, firstBeat);
      card.hold = null;
      model.event(
          card.id, "claimed", run.id, "lock", lock, "expires", run.expires, "run_id", run.id);
      if (!run.source.equals("ready")) {
        model.events.get(model.events.size() - 1).payload().put("source_status", run.source);
      }
      return "granted " + run.id;
    }
  }

  /** The dispatcher's claim for a launcher. */
  record Grant(int task, long ttl, long ceiling) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return answer(GrantClaims.claimForLauncher(
          tx, world.model.id(task), "host:1:u", ttl, "h/launcher/main", 1, "i", ceiling));
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null
          || !card.is("ready", "review")
          || card.lock != null
          || held(model, card)
          || model.awaitsFormerWorker(card)) {
        return "Lost";
      }
      if (card.is("ready") && !card.forced && Claim.rejected(model, card)) {
        return "ParentsNotDone";
      }
      long more = card.waivedAt > model.now - Model.DAY ? card.waived : 0;
      long runs = model.runsWithinDay(card.id);
      if (runs >= ceiling + more) {
        card.status = "blocked";
        Model.letGo(card);
        model.event(card.id, "blocked", null, "ceiling", ceiling + more, "runs", runs);
        return "CeilingReached";
      }
      String answer = Claim.granted(model, card, "host:1:u", ttl, model.now);
      model.runs.get(card.run).launched = true;
      return answer;
    }

    private static boolean held(Model model, Model.Card card) {
      return card.hold != null
          && (card.hold.reason.equals("decision") || card.hold.until > model.now);
    }
  }

  /** Extends a claim by its lock. */
  record BeatClaim(int task, String lock) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return Claims.heartbeatClaim(tx, world.model.id(task), lock, 40);
    }

    @Override
    public String onModel(Model model) {
      return beat(model, model.id(task), lock, 40);
    }

    static String beat(Model model, String id, String lock, long ttl) {
      Model.Card card = model.card(id);
      if (card == null || !card.is("running") || !lock.equals(card.lock)) {
        return "false";
      }
      card.expires = model.now + ttl;
      model.runs.get(card.run).expires = card.expires;
      return "true";
    }
  }

  /** Says that a worker lives. */
  record BeatWorker(int task, RunRef run) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      return Claims.heartbeatWorker(tx, id, "alive", run.of(world.model, id));
    }

    @Override
    public String onModel(Model model) {
      return beat(model, model.id(task), run.of(model, model.id(task)));
    }

    static String beat(Model model, String id, Long run) {
      Model.Card card = model.card(id);
      if (card == null || !card.is("running") || (run != null && !run.equals(card.run))) {
        return "false";
      }
      card.beat = model.now;
      model.runs.get(card.run).beat = model.now;
      model.event(id, "heartbeat", card.run, "note", "alive");
      return "true";
    }
  }

  /** Renews what launchers say they have, without events. */
  record ExtendRuns(int task, RunRef run) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      Long of = run.of(world.model, world.model.id(task));
      return LauncherRuns.extend(tx, of == null ? List.of() : List.of(of), 50);
    }

    @Override
    public String onModel(Model model) {
      Long of = run.of(model, model.id(task));
      Model.Run extended = of == null ? null : model.runs.get(of);
      if (extended == null || extended.ended != null) {
        return "0";
      }
      extended.expires = model.now + 50;
      extended.beat = model.now;
      Model.Card card = model.card(extended.task);
      card.expires = extended.expires;
      card.beat = model.now;
      return "1";
    }
  }

  /** Names the worker's process. */
  record Pid(int task, long pid) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      if (world.model.card(id) != null && world.model.card(id).is("running")) {
        Claims.setWorkerPid(tx, id, pid);
      }
      return "named";
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card != null && card.is("running")) {
        card.pid = pid;
        model.runs.get(card.run).pid = pid;
        model.event(card.id, "spawned", card.run, "pid", pid);
      }
      return "named";
    }
  }

  /** Takes expired claims back, or renews those of living workers. */
  record Expire(boolean alive) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      int done = 0;
      for (ExpiredClaim claim : Reclaims.expired(tx)) {
        boolean did = alive
            ? Reclaims.extend(tx, claim, 30)
            : Reclaims.reclaimExpired(tx, claim, Termination.none(claim.workerPid(), true));
        done += did ? 1 : 0;
      }
      return done;
    }

    @Override
    public String onModel(Model model) {
      int done = 0;
      for (Model.Card card : model.cards.values()) {
        if (card.is("running") && card.expires < model.now) {
          done++;
          if (alive) {
            renew(model, card);
          } else {
            takeBack(model, card, model.source(card));
          }
        }
      }
      return "" + done;
    }

    private static void renew(Model model, Model.Card card) {
      long was = card.expires;
      card.expires = model.now + 30;
      model.runs.get(card.run).expires = card.expires;
      model.event(
          card.id,
          "claim_extended",
          card.run,
          "reason",
          "pid_alive",
          "claim_expires_was",
          was,
          "claim_expires_now",
          card.expires);
    }

    static void takeBack(Model model, Model.Card card, String to) {
      String lock = card.lock;
      long expires = card.expires;
      card.status = to;
      Model.free(card);
      Long run = model.end(card, "reclaimed", "stale_lock=" + lock);
      model.event(
          card.id,
          "reclaimed",
          run,
          "stale_lock",
          lock,
          "claim_expires",
          expires,
          "now",
          model.now);
    }
  }

  /** An operator takes a task back. */
  record Reclaim(int task, String reason) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return Reclaims.reclaim(tx, world.model.id(task), reason, Termination.none(null, false));
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (!reclaim(model, card, reason, card == null ? "ready" : model.source(card))) {
        return "false";
      }
      Model.letGo(card);
      model.awaitsFormerWorker(card);
      return "true";
    }

    static boolean reclaim(Model model, Model.Card card, String reason, String to) {
      if (card == null
          || (!card.is("running") && card.lock == null)
          || !card.is("running", "ready", "blocked")) {
        return false;
      }
      String lock = card.lock;
      card.status = to;
      Model.free(card);
      Model.forgetFailures(card);
      Long run = model.end(
          card,
          "reclaimed",
          reason == null ? "manual_reclaim lock=" + lock : "manual_reclaim: " + reason);
      model.event(card.id, "reclaimed", run, "manual", true, "reason", reason, "prev_lock", lock);
      return true;
    }
  }
}
