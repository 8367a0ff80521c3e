package dev.talaria.board.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What hermes does on the same file. Its rules differ where the contract's section 12 says so. */
final class HermesActs {
  static final String LOCK = "elsewhere:9";

  private HermesActs() {}

  /** Asks hermes. */
  interface Asked extends Act {
    JsonNode ask(World world, Hermes hermes);

    @Override
    default String onBoard(World world) {
      try {
        JsonNode answer = ask(world, world.hermes);
        return answer == null ? "null" : answer.asText();
      } catch (Hermes.Refused e) {
        return World.REFUSED;
      }
    }
  }

  /** hermes creates; only done parents count as finished (Q13), and nothing says that it was created blocked (Q2). */
  record Create(StructureActs.Create task) implements Asked {
    @Override
    public JsonNode ask(World world, Hermes hermes) {
      List<Object> arguments = new ArrayList<>(List.of(
          "id",
          Model.idOf(world.model.named()),
          "title",
          "t",
          "parents",
          task.parents().stream().map(world.model::id).distinct().toList(),
          "triage",
          task.triage(),
          "initial_status",
          task.blocked() ? "blocked" : "running"));
      add(arguments, "assignee", task.assignee());
      add(arguments, "max_retries", task.maxRetries());
      add(arguments, "created_by", task.createdBy());
      return hermes.at(world.model.now, "create", arguments.toArray());
    }

    private static void add(List<Object> arguments, String name, Object value) {
      if (value != null) {
        arguments.add(name);
        arguments.add(value);
      }
    }

    @Override
    public String onModel(Model model) {
      List<String> ids = task.parents().stream().map(model::id).toList();
      return model.cards.keySet().containsAll(ids) ? task.add(model, ids, "done") : World.REFUSED;
    }
  }

  /** hermes claims. */
  record Claim(int task, String source, long ttl) implements Asked {
    @Override
    public JsonNode ask(World world, Hermes hermes) {
      return hermes.at(
          world.model.now,
          "claim",
          "task",
          world.model.id(task),
          "ttl",
          ttl,
          "lock",
          LOCK,
          "source",
          source);
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null
          || (source.equals("ready") && ClaimActs.Claim.rejected(model, card))
          || !card.is(source)
          || card.lock != null) {
        return "null";
      }
      Model.Hold hold = card.hold;
      String answer = ClaimActs.Claim.granted(model, card, LOCK, ttl, null);
      card.hold = hold; // hermes does not know holds
      return answer.substring("granted ".length());
    }
  }

  /** What needs no more than a task, a run and a word. */
  record Simple(String operation, int task, int other, RunRef run, String word) implements Asked {
    static final List<String> OPERATIONS = List.of(
        "link",
        "unlink",
        "assign",
        "comment",
        "archive",
        "beat_claim",
        "heartbeat",
        "complete",
        "block",
        "schedule",
        "unblock",
        "reclaim",
        "release_stale",
        "spawn_failed",
        "recompute",
        "delete",
        "promote");

    @Override
    public JsonNode ask(World world, Hermes hermes) {
      long now = world.model.now;
      String id = world.model.id(task);
      String second = world.model.id(other);
      Long of = run.of(world.model, id);
      return switch (operation) {
        case "link" -> hermes.at(now, operation, "parent", second, "child", id);
        case "unlink" ->
          hermes.at(now, operation, "parent", world.model.parent(id, other), "child", id);
        case "assign" ->
          hermes.at(now, "assign", "task", id, "assignee", word.toLowerCase(Locale.ROOT));
        case "comment" -> hermes.at(now, "comment", "task", id, "author", "ann", "body", word);
        case "beat_claim" -> hermes.at(now, "heartbeat_claim", "task", id, "lock", LOCK, "ttl", 40);
        case "heartbeat" -> hermes.at(now, "heartbeat", "task", id, "note", "alive", "run", of);
        case "complete" -> hermes.at(now, "complete", "task", id, "summary", word, "run", of);
        case "block", "schedule" ->
          hermes.at(now, operation, "task", id, "reason", word, "run", of);
        case "reclaim" -> hermes.at(now, "reclaim", "task", id, "reason", word);
        case "spawn_failed" ->
          hermes.at(now, "spawn_failed", "task", id, "error", "no", "limit", 3);
        case "release_stale", "recompute" -> hermes.at(now, operation);
        default -> hermes.at(now, operation, "task", id);
      };
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      Model.Card card = model.card(id);
      Long of = run.of(model, id);
      return switch (operation) {
        case "link" -> {
          String answer = StructureActs.Link.link(model, model.id(other), id, "done");
          yield answer.equals("linked") ? "null" : answer;
        }
        case "unlink" -> {
          boolean there = StructureActs.Unlink.unlink(model, id, model.parent(id, other));
          if (there) {
            model.hermesRecompute();
          }
          yield "" + there;
        }
        case "assign" -> StructureActs.Assign.assign(model, id, word.toLowerCase(Locale.ROOT));
        case "comment" -> {
          String answer = StructureActs.Comment.comment(model, id, word);
          yield answer.equals(World.REFUSED) ? answer : "" + ++model.commented;
        }
        case "archive" -> {
          boolean did = StructureActs.Archive.archive(model, id);
          if (did) {
            model.hermesRecompute();
          }
          yield "" + did;
        }
        case "beat_claim" -> ClaimActs.BeatClaim.beat(model, id, LOCK, 40);
        case "heartbeat" -> ClaimActs.BeatWorker.beat(model, id, of);
        case "complete" -> {
          boolean can = card != null
              && card.is("running", "ready", "blocked")
              && (of == null || of.equals(card.run));
          if (can) {
            FinishActs.Complete.complete(model, card, word, null);
            model.hermesRecompute();
          }
          yield "" + can;
        }
        case "block" -> "" + FinishActs.Stop.stop(model, "blocked", id, of, word);
        case "schedule" -> "" + FinishActs.Stop.stop(model, "scheduled", id, of, word);
        case "unblock" -> {
          boolean can = card != null && card.is("blocked", "scheduled");
          if (can) {
            FinishActs.Unblock.unblock(model, card, "done");
          }
          yield "" + can;
        }
        case "reclaim" -> "" + ClaimActs.Reclaim.reclaim(model, card, word, "ready");
        case "release_stale" -> {
          int done = 0;
          for (Model.Card stale : model.cards.values()) {
            if (stale.is("running") && stale.expires < model.now) {
              ClaimActs.Expire.takeBack(model, stale, "ready");
              done++;
            }
          }
          yield "" + done;
        }
        case "spawn_failed" -> "" + FailureActs.SpawnFailed.spawnFailed(model, card, 3L, true);
        case "delete" -> {
          if (card != null) {
            model.remove(id);
            model.hermesRecompute();
          }
          yield "" + (card != null);
        }
        case "promote" -> {
          boolean can = card != null && card.is("todo", "blocked") && !model.waits(card);
          if (can) {
            card.status = "ready";
            model.event(id, "promoted_manual", null, "actor", "user", "forced", false);
          }
          yield "" + can;
        }
        default -> "" + model.hermesRecompute();
      };
    }
  }

  /** A person with an SQL prompt: the only way into review (Q19). */
  record PutIntoReview(int task) implements Act {
    @Override
    public String onBoard(World world) {
      return world.ours(tx -> tx.update(
          "UPDATE tasks SET status = 'review' WHERE id = ? AND status = 'ready' AND claim_lock IS NULL",
          world.model.id(task)));
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      boolean can = card != null && card.is("ready") && card.lock == null;
      if (can) {
        card.status = "review";
      }
      return can ? "1" : "0";
    }
  }
}
