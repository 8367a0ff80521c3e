package dev.talaria.board.triage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Assignees;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Recompute;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Taking tasks out of triage: as one task that says what is to be done, or divided into several. */
public final class Triage {
  private static final String SPECIFY = """
      UPDATE tasks
         SET status = 'todo', title = ?, body = ?, assignee = ?
       WHERE id = ?
         AND status = 'triage'
      """;
  private static final String LEAVE = """
      UPDATE tasks
         SET status = 'todo', assignee = COALESCE(?, assignee)
       WHERE id = ?
         AND status = 'triage'
      """;
  private static final String INSERT_CHILD = """
      INSERT INTO tasks (id, title, body, assignee, status, workspace_kind, tenant, created_by, created_at)
      VALUES (?, ?, ?, ?, 'todo', 'scratch', ?, ?, ?)
      """;
  private static final String INSERT_LINK =
      "INSERT OR IGNORE INTO task_links (parent_id, child_id) VALUES (?, ?)";
  private static final String INSERT_COMMENT =
      "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (?, ?, ?, ?)";
  private static final String DECOMPOSER = "decomposer";
  private static final int ID_ATTEMPTS = 2;

  private final Recompute recompute;

  public Triage(Recompute recompute) {
    this.recompute = recompute;
  }

  /**
   * Says what a rough idea means, and lets it go. With an author, a comment of theirs names what changed; it has no event
   * of its own.
   *
   * @return false when the task is unknown or not in triage; then nothing was written
   * @throws InvalidRequestException for a title or assignee that is given and blank
   */
  public boolean specify(Tx tx, String taskId, Specification wanted, @Nullable String author) {
    String given = wanted.title();
    if (given != null && HermesText.isBlank(given)) {
      throw new InvalidRequestException(
          "The new title is blank; give the task a title, or leave the one it has.");
    }
    String assignee = Assignees.canonical(wanted.assignee());
    Task task = inTriage(tx, taskId).orElse(null);
    if (task == null) {
      return false;
    }
    String title = given == null ? task.title() : HermesText.strip(given);
    String body = wanted.body() == null ? task.body() : wanted.body();
    String whose = assignee == null ? task.assignee() : assignee;
    List<String> changed = new ArrayList<>();
    noteChange(changed, "title", task.title(), title);
    noteChange(changed, "body", task.body(), body);
    noteChange(changed, "assignee", task.assignee(), whose);
    tx.update(SPECIFY, title, body, whose, taskId);
    ObjectNode payload = BoardJson.object();
    if (!changed.isEmpty()) {
      payload.set("changed_fields", BoardJson.array(changed));
      audit(tx, taskId, author, "Specified: changed " + String.join(", ", changed) + ".");
    }
    Events.append(tx, taskId, null, EventKind.SPECIFIED, payload);
    TriageAttempts.forget(tx, taskId);
    recompute.recomputeTask(tx, taskId);
    return true;
  }

  /**
   * Divides a rough idea: the children are made, and the idea itself waits for all of them.
   *
   * @param rootAssignee who takes the idea up when its children are done; null leaves it
   * @param author also the children's creator; null for a decomposer without a name, and no comment
   * @param promote whether children that wait for nothing become ready at once
   * @return the children's ids in the order given; empty when there are none, or the task is unknown or not in triage, and
   *     then nothing was written
   * @throws InvalidRequestException when the division makes no sense; nothing was written
   */
  public Optional<List<String>> decompose(
      Tx tx,
      String rootId,
      @Nullable String rootAssignee,
      List<ChildPlan> children,
      @Nullable String author,
      boolean promote) {
    if (children.isEmpty()) {
      return Optional.empty();
    }
    ChildPlans.check(children);
    String rootProfile = Assignees.canonical(rootAssignee);
    Task root = inTriage(tx, rootId).orElse(null);
    if (root == null) {
      return Optional.empty();
    }
    String creator = HermesText.isBlank(author) ? DECOMPOSER : String.valueOf(author);
    List<String> ids = new ArrayList<>();
    for (ChildPlan child : children) {
      ids.add(insert(tx, root, child, creator));
    }
    link(tx, rootId, children, ids);
    tx.update(LEAVE, rootProfile, rootId);
    audit(tx, rootId, author, "Decomposed into " + String.join(", ", ids) + ".");
    ObjectNode payload = BoardJson.object();
    payload.set("child_ids", BoardJson.array(ids));
    payload.put("root_assignee", rootProfile);
    Events.append(tx, rootId, null, EventKind.DECOMPOSED, payload);
    TriageAttempts.forget(tx, rootId);
    if (promote) {
      ids.forEach(id -> recompute.recomputeTask(tx, id));
    }
    return Optional.of(List.copyOf(ids));
  }

  private static String insert(Tx tx, Task root, ChildPlan child, String creator) {
    for (int attempt = 0; attempt < ID_ATTEMPTS; attempt++) {
      String id = tx.newTaskId();
      if (tx.insertUnlessTaken(
          INSERT_CHILD,
          id,
          HermesText.strip(child.title()),
          child.body(),
          Assignees.canonical(child.assignee()),
          root.tenant(),
          creator,
          tx.now())) {
        Events.append(
            tx,
            id,
            null,
            EventKind.CREATED,
            BoardJson.object().put("by", creator).put("from_decompose_of", root.id()));
        return id;
      }
    }
    throw new ConflictException(
        "Two new task ids in a row were taken already; divide the task again.");
  }

  private static void link(Tx tx, String rootId, List<ChildPlan> children, List<String> ids) {
    for (int i = 0; i < ids.size(); i++) {
      String child = ids.get(i);
      for (int parent : children.get(i).parents().stream().distinct().toList()) {
        tx.update(INSERT_LINK, ids.get(parent), child);
        Events.append(
            tx,
            child,
            null,
            EventKind.LINKED,
            BoardJson.object().put("parent", ids.get(parent)).put("child", child));
      }
      tx.update(INSERT_LINK, child, rootId);
    }
  }

  private static Optional<Task> inTriage(Tx tx, String taskId) {
    return Tasks.find(tx, taskId).filter(task -> task.is(TaskStatus.TRIAGE));
  }

  private static void noteChange(
      List<String> changed, String field, @Nullable String before, @Nullable String after) {
    if (!Objects.equals(before, after)) {
      changed.add(field);
    }
  }

  private static void audit(Tx tx, String taskId, @Nullable String author, String text) {
    if (!HermesText.isBlank(author)) {
      tx.update(INSERT_COMMENT, taskId, HermesText.strip(String.valueOf(author)), text, tx.now());
    }
  }
}
