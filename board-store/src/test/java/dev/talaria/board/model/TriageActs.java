package dev.talaria.board.model;

import dev.talaria.board.Tx;
import dev.talaria.board.swarm.SwarmPlan;
import dev.talaria.board.swarm.SwarmWorker;
import dev.talaria.board.swarm.Swarms;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.triage.ChildPlan;
import dev.talaria.board.triage.Specification;
import dev.talaria.board.triage.Triage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Taking rough ideas out of triage, and making several cards at once (3.5, 11.2). */
final class TriageActs {
  private TriageActs() {}

  /** Says what an idea means. */
  record Specify(int task, String title, String assignee, String author) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      var wanted = new Specification(title, null, assignee);
      return new Triage(world.recompute).specify(tx, world.model.id(task), wanted, author);
    }

    @Override
    public String onModel(Model model) {
      if (title != null && title.isBlank()) {
        return World.REFUSED;
      }
      Model.Card card = model.card(model.id(task));
      if (card == null || !card.is("triage")) {
        return "false";
      }
      List<String> changed = new ArrayList<>();
      if (title != null && !title.equals(card.title)) {
        card.title = title;
        changed.add("title");
      }
      if (assignee != null && !Objects.equals(assignee, card.assignee)) {
        card.assignee = assignee;
        changed.add("assignee");
      }
      card.status = "todo";
      if (author != null && !changed.isEmpty()) {
        card.comments++;
        model.commented++;
      }
      String fields = changed.isEmpty() ? null : FinishActs.Complete.jsonList(changed);
      model.event(card.id, "specified", null, "changed_fields", fields);
      model.recompute(List.of(card.id));
      return "true";
    }
  }

  /** Divides an idea into two, the second of which may wait for the first. */
  record Decompose(int task, boolean inARow, boolean circle, boolean promote) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      List<ChildPlan> plans = List.of(
          new ChildPlan("a", null, "coder", circle ? List.of(1) : List.of()),
          new ChildPlan("b", null, null, inARow ? List.of(0, 0) : List.of()));
      return new Triage(world.recompute)
          .decompose(tx, world.model.id(task), "writer", plans, null, promote)
          .map(List::toString)
          .orElse("false");
    }

    @Override
    public String onModel(Model model) {
      Model.Card root = model.card(model.id(task));
      if (circle && inARow) {
        return World.REFUSED;
      }
      if (root == null || !root.is("triage")) {
        return "false";
      }
      String first = child(model, root, "a", "coder");
      String second = child(model, root, "b", null);
      if (circle) {
        wait(model, first, second);
      }
      if (inARow) {
        wait(model, second, first);
      }
      root.parents.addAll(List.of(first, second));
      root.status = "todo";
      root.assignee = "writer";
      model.event(root.id, "decomposed", null, "root_assignee", "writer");
      if (promote) {
        model.recompute(List.of(first, second));
      }
      return List.of(first, second).toString();
    }

    private static String child(Model model, Model.Card root, String title, String assignee) {
      Model.Card card = new Model.Card(model.nextId());
      card.title = title;
      card.createdAt = model.now;
      card.status = "todo";
      card.assignee = assignee;
      card.createdBy = "decomposer";
      model.cards.put(card.id, card);
      model.event(card.id, "created", null, "by", "decomposer", "from_decompose_of", root.id);
      return card.id;
    }

    private static void wait(Model model, String child, String parent) {
      model.card(child).parents.add(parent);
      model.event(child, "linked", null, "parent", parent, "child", child);
    }
  }

  /** Q38: a whole swarm in one transaction. */
  record Swarm(int workers) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      List<SwarmWorker> plans = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        plans.add(new SwarmWorker("coder", "w", List.of()));
      }
      return new Swarms(world.creation, new Completions(world.recompute))
          .create(tx, SwarmPlan.of("goal", plans, "verifier", "writer", "ann"))
          .synthesizerId();
    }

    @Override
    public String onModel(Model model) {
      if (workers == 0) {
        return World.REFUSED;
      }
      Model.Card root = add(model, "Swarm: goal", "ann", List.of());
      FinishActs.Complete.complete(
          model,
          root,
          "Swarm of %d workers planned; its blackboard is here.".formatted(workers),
          null);
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        ids.add(add(model, "w", "coder", List.of(root.id)).id);
      }
      Model.Card verifier = add(model, "Verify: goal", "verifier", ids);
      String last = add(model, "Synthesise: goal", "writer", List.of(verifier.id)).id;
      root.comments++;
      model.commented++;
      model.event(root.id, "commented", null, "author", "ann");
      return last;
    }

    private static Model.Card add(
        Model model, String title, String assignee, List<String> parents) {
      var create = new StructureActs.Create(assignee, List.of(), false, false, null, null, "ann");
      Model.Card card = model.card(create.add(model, parents, "done", "archived"));
      card.title = title;
      return card;
    }
  }
}
