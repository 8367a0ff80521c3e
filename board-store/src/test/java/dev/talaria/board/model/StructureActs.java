package dev.talaria.board.model;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.transition.Archives;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Creating tasks and changing what is not their status (3.5, creation and structure). */
final class StructureActs {
  private StructureActs() {}

  /** What a new task is to be. */
  record Create(
      String assignee,
      List<Integer> parents,
      boolean blocked,
      boolean triage,
      Long maxRetries,
      String key,
      String createdBy)
      implements Act.Ours {
    static Create random(Dice dice) {
      return new Create(
          dice.of("coder", "coder", "writer", null),
          dice.of(
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(dice.task()),
              List.of(dice.task(Dice.RUNNING)),
              List.of(dice.below(4), 4 + dice.below(4)),
              List.of(0, 0)),
          dice.once(8),
          dice.once(10),
          dice.of(null, null, 1L, 3L, 0L),
          dice.of(null, null, null, "key-1", "key-2"),
          dice.of(null, "coder", "user"));
    }

    /** hermes breaks ties between tasks with one key as it happens. */
    Create withoutKey() {
      return new Create(assignee, parents, blocked, triage, maxRetries, null, createdBy);
    }

    @Override
    public Object apply(Tx tx, World world) {
      NewTask task = NewTask.titled("t")
          .withAssignee(assignee)
          .withParents(parents.stream().map(world.model::id).toList())
          .withInitialStatus(blocked ? "blocked" : "running")
          .withTriage(triage)
          .withMaxRetries(maxRetries)
          .withIdempotencyKey(key)
          .withCreatedBy(createdBy);
      return world.creation.create(tx, task).taskId();
    }

    @Override
    public String onModel(Model model) {
      if (key != null) {
        String known = null;
        for (Model.Card card : model.cards.values()) {
          if (key.equals(card.key) && !card.is("archived") && isNewer(model, card, known)) {
            known = card.id;
          }
        }
        if (known != null) {
          return known;
        }
      }
      List<String> ids = parents.stream().map(model::id).toList();
      if (!model.cards.keySet().containsAll(ids)) {
        return World.REFUSED;
      }
      return add(model, ids, "done", "archived");
    }

    private static boolean isNewer(Model model, Model.Card card, String known) {
      return known == null || card.createdAt >= model.card(known).createdAt;
    }

    String add(Model model, List<String> ids, String... satisfied) {
      Model.Card card = new Model.Card(model.nextId());
      card.createdAt = model.now;
      card.assignee = assignee;
      card.createdBy = createdBy;
      card.maxRetries = maxRetries;
      card.key = key;
      card.parents.addAll(ids);
      String usual = model.waits(card, satisfied) ? "todo" : "ready";
      card.status = blocked ? "blocked" : triage ? "triage" : usual;
      model.cards.put(card.id, card);
      model.event(card.id, "created", null, "status", card.status, "assignee", assignee);
      return card.id;
    }
  }

  /** Q2: ours says with an event that the task was created blocked. */
  record CreateOurs(Create task) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return task.apply(tx, world);
    }

    @Override
    public String onModel(Model model) {
      int before = model.named();
      String id = task.onModel(model);
      if (model.named() > before && task.blocked()) {
        model.event(id, "blocked", null, "reason", "initial_status");
      }
      return id;
    }
  }

  /** Makes one task wait for another. */
  record Link(int parent, int child) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      new Links(world.recompute).link(tx, world.model.id(parent), world.model.id(child));
      return "linked";
    }

    @Override
    public String onModel(Model model) {
      return link(model, model.id(parent), model.id(child), "done", "archived");
    }

    static String link(Model model, String parent, String child, String... satisfied) {
      if (parent.equals(child)
          || model.card(parent) == null
          || model.card(child) == null
          || model.reaches(child, parent)) {
        return World.REFUSED;
      }
      Model.Card card = model.card(child);
      card.parents.add(parent);
      if (card.is("ready") && !List.of(satisfied).contains(model.card(parent).status)) {
        card.status = "todo";
      }
      model.event(child, "linked", null, "parent", parent, "child", child);
      return "linked";
    }
  }

  /** Lets one task no longer wait for one of its parents. */
  record Unlink(int child, int nth) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      String id = world.model.id(child);
      return new Links(world.recompute).unlink(tx, world.model.parent(id, nth), id);
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(child);
      boolean there = unlink(model, id, model.parent(id, nth));
      if (there) {
        model.recompute(List.of(id));
      }
      return "" + there;
    }

    static boolean unlink(Model model, String child, String parent) {
      boolean there = model.card(child) != null && model.card(child).parents.remove(parent);
      if (there) {
        model.event(child, "unlinked", null, "parent", parent, "child", child);
      }
      return there;
    }
  }

  /** Says who is to do a task. */
  record Assign(int task, String profile) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return Assignments.assign(tx, world.model.id(task), profile);
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      String to = profile == null ? null : profile.strip().toLowerCase(Locale.ROOT);
      String answer = assign(model, id, to);
      if (answer.equals("true")) {
        Model.letGo(model.card(id));
      }
      return answer;
    }

    static String assign(Model model, String id, String assignee) {
      Model.Card card = model.card(id);
      if (card == null) {
        return "false";
      }
      if (card.is("running") && card.lock != null) {
        return World.REFUSED;
      }
      if (!Objects.equals(card.assignee, assignee)) {
        card.assignee = assignee;
        Model.forgetFailures(card);
      }
      model.event(id, "assigned", null, "assignee", assignee);
      return "true";
    }
  }

  /** Says something about a task. */
  record Comment(int task, String body) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      Comments.add(tx, world.model.id(task), "ann", body);
      return "said";
    }

    @Override
    public String onModel(Model model) {
      String answer = comment(model, model.id(task), body);
      model.commented += answer.equals(World.REFUSED) ? 0 : 1;
      return answer;
    }

    static String comment(Model model, String id, String body) {
      if (body.isBlank() || model.card(id) == null) {
        return World.REFUSED;
      }
      model.card(id).comments++;
      model.event(
          id, "commented", null, "author", "ann", "len", body.codePointCount(0, body.length()));
      return "said";
    }
  }

  /** Hides a task. */
  record Archive(int task) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      return new Archives(world.recompute).archive(tx, world.model.id(task));
    }

    @Override
    public String onModel(Model model) {
      String id = model.id(task);
      if (!archive(model, id)) {
        return "false";
      }
      model.card(id).hold = null;
      model.recompute(model.children(id));
      return "true";
    }

    static boolean archive(Model model, String id) {
      Model.Card card = model.card(id);
      if (card == null || card.is("archived")) {
        return false;
      }
      card.status = "archived";
      Model.free(card);
      Long run =
          model.end(card, "reclaimed", "reclaimed", "task archived with run still active", null);
      model.event(id, "archived", run);
      return true;
    }
  }
}
