package dev.talaria.board.model;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Failures;

/** Runs that end badly, and what is decided about them (section 4, and the plan's retry policy). */
final class FailureActs {
  private FailureActs() {}

  /** The dispatcher closes a run that its worker did not close. */
  record CloseRun(int task, RunRef run, String kind, boolean counted, boolean held)
      implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      Long of = run.of(world.model, id);
      RunEnd end = RunEnd.of(kind, kind).withError("boom");
      end = counted ? end.counted() : end;
      end = held ? end.awaitingDecision(tx.now() + 5, null) : end;
      return RunEnds.closeRun(tx, id, of == null ? 0 : of, end);
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      Long of = run.of(model, model.id(task));
      if (card == null || of == null || !of.equals(card.run)) {
        return "false";
      }
      close(model, card, kind, counted);
      if (held) {
        card.lock = "decision:" + of;
        card.hold = new Model.Hold();
        card.hold.run = of;
        card.hold.reason = "decision";
        card.hold.until = model.now + 5;
      }
      return "true";
    }

    static void close(Model model, Model.Card card, String kind, boolean counted) {
      card.status = model.source(card);
      Model.free(card);
      Long run = model.end(card, kind, "boom");
      if (counted) {
        card.failures++;
        card.error = "boom";
      }
      if (card.is("review")) {
        model.event(card.id, kind, run, "source_status", "review");
      } else {
        model.event(card.id, kind, run);
      }
    }
  }

  /** Applies a verdict, the right one's or one for another run. */
  record Decide(int task, String verdict, boolean stale) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      long run = run(world.model);
      var verdicts = new Verdicts(world.recompute);
      var payload = BoardJson.object().put("reason", "x");
      return switch (verdict) {
        case "release" -> verdicts.release(tx, id, run);
        case "backoff" -> verdicts.backoff(tx, id, run, tx.now() + 3);
        case "give up" -> verdicts.giveUp(tx, id, run, payload);
        case "block" -> verdicts.blockWithReason(tx, id, run, payload);
        case "model" -> verdicts.setModel(tx, id, run, null, "big", 1);
        default -> verdicts.recordDecided(tx, id, run, payload);
      };
    }

    private long run(Model model) {
      Model.Card card = model.card(model.id(task));
      long run = card == null || card.hold == null ? 1 : card.hold.run;
      return stale ? run + 1 : run;
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      long run = run(model);
      if (!model.awaits(card, run)) {
        return "false";
      }
      switch (verdict) {
        case "release" -> Model.letGo(card);
        case "backoff" -> {
          Model.letGo(card);
          card.hold = new Model.Hold();
          card.hold.run = run;
          card.hold.reason = "backoff";
          card.hold.until = model.now + 3;
        }
        case "model" -> {
          card.model = "big";
          model.event(card.id, "model_escalated", run, "from", null, "to", "big", "failures", 1);
        }
        case "give up" -> {
          block(card);
          model.gaveUp(card, run, "reason", "x");
        }
        case "block" -> {
          block(card);
          model.event(card.id, "blocked", run, "reason", "x");
        }
        default -> model.event(card.id, "decided", run, "reason", "x");
      }
      return "true";
    }

    private static void block(Model.Card card) {
      card.status = "blocked";
      Model.free(card);
      Model.letGo(card);
    }
  }

  /** 4.1 in spawn mode. */
  record SpawnFailed(int task, Long limit) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return new Failures(world.recompute).spawnFailed(tx, world.model.id(task), "no", limit);
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      return "" + spawnFailed(model, card, limit, false);
    }

    static boolean spawnFailed(Model model, Model.Card card, Long limit, boolean byHermes) {
      if (card == null) {
        return false;
      }
      if (count(card, "no", limit)) {
        boolean can =
            byHermes ? card.is("running", "ready") : card.is("running", "ready", "review");
        if (!can) {
          return false; // Q18; Q10 for review
        }
        block(card, byHermes);
        Long run = model.end(card, "gave_up", "no");
        gaveUp(model, card, run, limit, "spawn_failed", "no", byHermes);
        return true;
      }
      if (card.is("running")) {
        card.status = byHermes ? "ready" : model.source(card);
        Model.free(card);
        Long run = model.end(card, "spawn_failed", "no");
        model.event(card.id, "spawn_failed", run, "error", "no", "failures", card.failures);
        if (card.is("review")) {
          model.events.get(model.events.size() - 1).payload().put("source_status", "review");
        }
      }
      return false;
    }

    static boolean count(Model.Card card, String error, Long limit) {
      card.failures++;
      card.error = error;
      return card.failures >= limit(card, limit);
    }

    private static long limit(Model.Card card, Long limit) {
      return card.maxRetries != null ? card.maxRetries : limit != null ? limit : 2;
    }

    static void block(Model.Card card, boolean byHermes) {
      card.status = "blocked";
      Model.free(card);
      card.hold = byHermes ? card.hold : null;
    }

    static void gaveUp(
        Model model,
        Model.Card card,
        Long run,
        Long limit,
        String trigger,
        String error,
        boolean byHermes) {
      Object[] payload = {
        "failures",
        card.failures,
        "effective_limit",
        limit(card, limit),
        "limit_source",
        card.maxRetries != null ? "task" : "dispatcher",
        "error",
        error,
        "trigger_outcome",
        trigger
      };
      if (byHermes) {
        model.event(card.id, "gave_up", run, payload);
      } else {
        model.gaveUp(card, run, payload);
      }
    }
  }

  /** 4.1 in crash mode, right after the run was closed. */
  record Crashed(int task, Long limit) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      Long run = RunRef.CURRENT.of(world.model, id);
      RunEnd end = RunEnd.of("crashed", "crashed").withError("boom");
      return run != null
          && RunEnds.closeRun(tx, id, run, end)
          && new Failures(world.recompute)
              .runFailed(tx, id, "boom", "crashed", limit, BoardJson.object().put("pid", 7));
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null || card.run == null) {
        return "false";
      }
      CloseRun.close(model, card, "crashed", false);
      if (!SpawnFailed.count(card, "boom", limit) || !card.is("ready", "running", "review")) {
        return "false";
      }
      SpawnFailed.block(card, false);
      SpawnFailed.gaveUp(model, card, null, limit, "crashed", "boom", false);
      return "true";
    }
  }
}
