package dev.talaria.board.model;

import dev.talaria.board.Tx;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.CompleteResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.ArrayList;
import java.util.List;

/** Finishing, stopping and letting go (3.5, finishing and gating; 7.2). */
final class FinishActs {
  private FinishActs() {}

  /** Completes a task, perhaps naming cards. */
  record Complete(int task, RunRef run, String summary, String result, List<Integer> cards)
      implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      CompleteResult result = new Completions(world.recompute)
          .complete(
              tx,
              id,
              Completion.empty()
                  .withSummary(summary)
                  .withResult(this.result)
                  .withRun(run.of(world.model, id))
                  .withCreatedCards(cards.stream().map(world.model::id).toList()));
      return result instanceof CompleteResult.Completed completed
          ? "completed " + completed.runId()
          : result.getClass().getSimpleName();
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      Model.Card card = model.card(id);
      Long fence = run.of(model, id);
      if (card == null
          || !card.is("running", "ready", "blocked")
          || (fence != null && !fence.equals(card.run))) {
        return "NotCompletable"; // Q32: the fence comes before the gate
      }
      List<String> named = cards.stream().map(model::id).distinct().toList();
      List<String> phantoms =
          named.stream().filter(name -> !isOwn(model, card, model.card(name))).toList();
      if (!phantoms.isEmpty()) {
        model.event(
            id, "completion_blocked_hallucination", null, "phantom_cards", jsonList(phantoms));
        return "PhantomCards";
      }
      Long closed = complete(model, card, summary, result);
      card.hold = null;
      if (!named.isEmpty()) {
        model.events.get(model.events.size() - 1).payload().put("verified_cards", jsonList(named));
      }
      model.recompute(model.children(id));
      return "completed " + closed;
    }

    static String jsonList(List<String> ids) {
      return ids.toString().replace("[", "[\"").replace("]", "\"]").replace(", ", "\",\"");
    }

    private static boolean isOwn(Model model, Model.Card task, Model.Card card) {
      if (card == null) {
        return false;
      }
      return card.parents.contains(task.id) // Q32: a linked child, whoever created it
          || (card.createdBy != null
              && (card.createdBy.equals(task.assignee) || card.createdBy.equals(task.id)));
    }

    static Long complete(Model model, Model.Card card, String given, String result) {
      String summary = given != null && given.isBlank() ? "" : given; // Q7
      card.status = "done";
      card.result = result;
      card.completed = model.now;
      Model.free(card);
      String handoff = summary == null ? result : summary;
      Long closed = model.end(card, "done", "completed", handoff, null);
      if (closed == null && !(isEmpty(summary) && isEmpty(result))) {
        closed = model.synthesise(card, "completed", handoff);
      }
      model.event(
          card.id,
          "completed",
          closed,
          "result_len",
          result == null ? 0 : result.length(),
          "summary",
          isEmpty(handoff) ? null : handoff);
      Model.forgetFailures(card);
      return closed;
    }

    private static boolean isEmpty(String text) {
      return text == null || text.isEmpty();
    }
  }

  /** Blocks or schedules. */
  record Stop(String kind, int task, RunRef run, String reason) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      Long fence = run.of(world.model, id);
      return kind.equals("blocked")
          ? Blocks.block(tx, id, reason, fence)
          : Blocks.schedule(tx, id, reason, fence);
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      if (!stop(model, kind, id, run.of(model, id), reason)) {
        return "false";
      }
      Model.letGo(model.card(id));
      return "true";
    }

    static boolean stop(Model model, String kind, String id, Long fence, String reason) {
      Model.Card card = model.card(id);
      if (card == null
          || !(kind.equals("blocked")
              ? card.is("running", "ready")
              : card.is("todo", "ready", "running", "blocked"))
          || (fence != null && !fence.equals(card.run))) {
        return false;
      }
      card.status = kind;
      Model.free(card);
      Long run = model.end(card, kind, kind, reason, null);
      if (run == null && reason != null && !reason.isEmpty()) {
        run = model.synthesise(card, kind, reason);
      }
      model.event(id, kind, run, "reason", reason);
      return true;
    }
  }

  /** Lets go, perhaps with more runs above the ceiling. */
  record Unblock(int task, long more) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(task);
      return more > 0 ? Blocks.unblockWithMore(tx, id, more, "ann") : Blocks.unblock(tx, id);
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null
          || !(card.is("blocked", "scheduled") || (card.is("ready") && card.hold != null))) {
        return "false";
      }
      unblock(model, card, more, "done", "archived");
      Model.letGo(card);
      if (more > 0) {
        card.waived = more + (card.waivedAt > model.now - Model.DAY ? card.waived : 0);
        card.waivedAt = model.now;
      }
      return "true";
    }

    static void unblock(Model model, Model.Card card, String... satisfied) {
      unblock(model, card, 0, satisfied);
    }

    private static void unblock(Model model, Model.Card card, long more, String... satisfied) {
      card.status = model.waits(card, satisfied) ? "todo" : "ready";
      Model.forgetFailures(card);
      List<Object> payload = new ArrayList<>();
      if (more > 0) {
        payload.addAll(List.of("more", more));
      }
      if (card.is("todo")) {
        payload.addAll(List.of("status", "todo"));
      }
      model.event(card.id, "unblocked", null, payload.toArray());
    }
  }

  /** Looks at the whole board. */
  record Recompute() implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return world.recompute.recompute(tx);
    }

    @Override
    public String onModel(Model model) {
      return "" + model.recompute(model.cards.keySet());
    }
  }
}
