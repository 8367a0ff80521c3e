package dev.talaria.board.model;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Deletions;
import dev.talaria.board.transition.Edits;
import dev.talaria.board.transition.Promotions;
import dev.talaria.board.transition.Reviews;
import dev.talaria.board.transition.Schedules;
import dev.talaria.board.transition.StatusMoves;
import dev.talaria.board.transition.Termination;
import java.util.List;

/** What people do to cards: promote, schedule, edit, drag, submit and delete (3.5 and 10.2). */
final class MoveActs {
  private MoveActs() {}

  /** Q8: with an event that ends the block, and failures forgotten. */
  record Promote(int task, boolean force, boolean dryRun) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      var request = new Promotions.Request("ann", null, force, dryRun);
      return Promotions.promote(tx, world.model.id(task), request).promoted();
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null || !card.is("todo", "blocked") || (!force && model.waits(card))) {
        return "false";
      }
      if (!dryRun) {
        boolean lifts = card.is("blocked") || card.hold != null || card.failures > 0;
        card.status = "ready";
        Model.forgetFailures(card);
        Model.letGo(card);
        if (lifts) {
          model.event(card.id, "unblocked", null);
        }
        model.event(
            card.id, "promoted_manual", null, "actor", "ann", "reason", null, "forced", force);
      }
      return "true";
    }
  }

  /** Puts aside until a time, which a task that is scheduled already gets anew. */
  record ScheduleAt(int task, RunRef run, long seconds) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      Long of = run.of(world.model, id);
      return Schedules.scheduleAt(tx, id, "later", of, tx.now() + seconds, "ann");
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      Long of = run.of(model, id);
      Model.Card card = model.card(id);
      if (FinishActs.Stop.stop(model, "scheduled", id, of, "later")) {
        Model.letGo(card);
      } else if (card == null || of != null || !card.is("scheduled")) {
        return "false";
      } else {
        model.event(id, "scheduled", null, "reason", "later");
      }
      card.wakeAt = model.now + seconds;
      model.events.get(model.events.size() - 1).payload().put("scheduled_at", card.wakeAt);
      return "true";
    }
  }

  /** What a tick does about scheduled tasks whose time has come. */
  record Wake() implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return Schedules.wakeDue(tx).size();
    }

    @Override
    public String onModel(Model model) {
      List<Model.Card> due = model.cards.values().stream()
          .filter(card -> card.is("scheduled") && card.wakeAt != null && card.wakeAt <= model.now)
          .toList();
      for (Model.Card card : due) {
        Long at = card.wakeAt;
        FinishActs.Unblock.unblock(model, card, "done", "archived");
        Model.letGo(card);
        model.events.get(model.events.size() - 1).payload().put("scheduled_at", at);
      }
      return "" + due.size();
    }
  }

  /** Q26: the summary changes only when one is given. */
  record EditResult(int task, String result, String summary) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return Edits.result(tx, world.model.id(task), result, summary, null);
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null || !card.is("done")) {
        return "false";
      }
      card.result = result;
      Model.Run newest = model.runs.values().stream()
          .filter(run -> run.task.equals(card.id) && "completed".equals(run.outcome))
          .reduce((first, second) -> second)
          .orElse(null);
      Long edited;
      if (newest == null) {
        edited = model.synthesise(card, "completed", summary == null ? result : summary);
      } else {
        newest.summary = summary == null ? newest.summary : summary;
        edited = newest.id;
      }
      model.event(
          card.id,
          "edited",
          edited,
          "result_len",
          result.length(),
          "summary",
          summary == null ? result : summary);
      return "true";
    }
  }

  /** Another title or priority. */
  record EditCard(int task, String title, long priority) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      return title == null ? Edits.priority(tx, id, priority) : Edits.text(tx, id, title, null);
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      if (title != null && title.isBlank()) {
        return World.REFUSED;
      }
      if (model.card(id) == null) {
        return "false";
      }
      if (title == null) {
        model.event(id, "reprioritized", null, "priority", priority);
      } else {
        model.card(id).title = title;
        model.event(id, "edited", null);
      }
      return "true";
    }
  }

  /** A card is dragged to another column. */
  record Move(int task, String to) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return new StatusMoves(world.recompute)
          .move(tx, world.model.id(task), to, "moved", Completion.empty())
          .isEmpty();
    }

    @Override
    public String onModel(Model model) {
      if (to.equals("running") || to.equals("review")) {
        return World.REFUSED;
      }
      String id = model.id(task);
      Model.Card card = model.card(id);
      boolean stopped = card != null && card.is("blocked", "scheduled");
      if (card == null || (to.equals("ready") && !stopped && model.waits(card))) {
        return "false";
      }
      return switch (to) {
        case "done" ->
          ""
              + new FinishActs.Complete(task, RunRef.NONE, null, null, List.of())
                  .onModel(model)
                  .startsWith("completed");
        case "blocked", "scheduled" ->
          new FinishActs.Stop(to, task, RunRef.NONE, "moved").onModel(model);
        case "archived" -> new StructureActs.Archive(task).onModel(model);
        case "ready" ->
          stopped ? new FinishActs.Unblock(task, 0).onModel(model) : write(model, card);
        default -> write(model, card);
      };
    }

    private String write(Model model, Model.Card card) {
      boolean reopened = card.is("done", "archived");
      card.status = to;
      Model.free(card);
      card.hold = null;
      Long run = model.end(
          card,
          "reclaimed",
          "reclaimed",
          "status changed to %s (dashboard/direct)".formatted(to),
          null);
      model.event(card.id, "status", run, "status", to);
      if (reopened) {
        for (String id : model.children(card.id)) {
          Model.Card child = model.card(id);
          if (child.is("ready")) {
            child.status = "todo";
            model.event(
                id,
                "status",
                null,
                "status",
                "todo",
                "reason",
                "parent_reopened",
                "parent",
                card.id);
          }
        }
      }
      return "true";
    }
  }

  /** Q19: the operation that hermes lacks. */
  record Submit(int task, RunRef run, String summary) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      return Reviews.submit(tx, id, summary, null, run.of(world.model, id));
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      Model.Card card = model.card(id);
      Long of = run.of(model, id);
      if (card == null || !card.is("running", "ready") || (of != null && !of.equals(card.run))) {
        return "false";
      }
      card.status = "review";
      Model.free(card);
      Model.forgetFailures(card);
      card.hold = null;
      Long closed = model.end(card, "submitted", "submitted", summary, null);
      if (closed == null && summary != null && !summary.isEmpty()) {
        closed = model.synthesise(card, "submitted", summary);
      }
      boolean says = summary != null && !summary.isEmpty();
      model.event(id, "submitted", closed, "summary", says ? summary : null);
      return "true";
    }
  }

  /** To another profile, after taking it back from its worker. */
  record Reassign(int task, String profile, boolean reclaim) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      Termination none = reclaim ? Termination.none(null, false) : null;
      return Assignments.reassign(tx, world.model.id(task), profile, null, none);
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      if (reclaim) {
        new ClaimActs.Reclaim(task, "reassign").onModel(model);
      }
      String answer = StructureActs.Assign.assign(model, id, profile);
      if (answer.equals("true")) {
        Model.letGo(model.card(id));
        if (reclaim) {
          model.awaitsFormerWorker(model.card(id));
        }
      }
      return "" + answer.equals("true");
    }
  }

  /** Removes a card with all that belongs to it. */
  record Delete(int task, boolean onlyArchived) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      var deletions = new Deletions(world.recompute);
      String id = world.model.id(task);
      return onlyArchived ? deletions.deleteArchived(tx, id) : deletions.delete(tx, id);
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      Model.Card card = model.card(id);
      if (card == null || (onlyArchived && !card.is("archived"))) {
        return "false";
      }
      List<String> children = model.children(id);
      model.remove(id);
      model.recompute(children);
      return "true";
    }
  }
}
