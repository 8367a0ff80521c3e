package dev.talaria.board.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Creates tasks. The idempotency key is looked up inside the transaction, so two creators with one key make one task.
 */
public final class TaskCreation {
  private static final String INSERT = """
      INSERT INTO tasks (id, title, body, assignee, status, priority, created_by, created_at, workspace_kind,
                         workspace_path, branch_name, tenant, idempotency_key, max_runtime_seconds, skills,
                         max_retries, session_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String INSERT_LINK =
      "INSERT OR IGNORE INTO task_links (parent_id, child_id) VALUES (?, ?)";
  private static final String BY_KEY = """
      SELECT id, status
        FROM tasks
       WHERE idempotency_key = ?
         AND status <> 'archived'
       ORDER BY created_at DESC, rowid DESC
       LIMIT 1
      """;
  private static final String STATUS = "SELECT status FROM tasks WHERE id = ?";
  private static final Set<String> WORKSPACE_KINDS = Set.of("scratch", "dir", "worktree");
  private static final int ID_ATTEMPTS = 2;
  private static final Pattern TASK_ID = Pattern.compile("t_[0-9a-f]{8,32}");

  private final Set<String> refusedSkills;
  private final @Nullable String defaultWorkdir;

  /**
   * @param refusedSkills lower-cased names that are toolsets, see {@link Skills#hermesToolsets()}
   * @param defaultWorkdir the board's, for kinds {@code dir} and {@code worktree}
   */
  public TaskCreation(Set<String> refusedSkills, @Nullable String defaultWorkdir) {
    this.refusedSkills = Set.copyOf(refusedSkills);
    this.defaultWorkdir = defaultWorkdir;
  }

  /**
   * Creates one task, or finds the one that its idempotency key names.
   *
   * @throws InvalidRequestException when an argument is refused; nothing was written
   */
  public CreateResult create(Tx tx, NewTask given) {
    return create(tx, given, null);
  }

  /**
   * As {@link #create(Tx, NewTask)}, under an id that its maker has chosen, if that is free and an id at all.
   *
   * @param wanted such as {@code t_0a1b2c3d}, or null
   */
  public CreateResult create(Tx tx, NewTask given, @Nullable String wanted) {
    NewTask task = given.withWorkspace(
        given.workspaceKind(), given.workspacePath(), HermesText.stripToNull(given.branchName()));
    String assignee = Assignees.canonical(task.assignee());
    check(task);
    Requirements.check(task.requires());
    List<String> skills = Skills.normalised(task.skills(), refusedSkills);
    Optional<CreateResult> existing = existing(tx, task.idempotencyKey());
    if (existing.isPresent()) {
      return existing.get();
    }
    List<String> parents = task.parents().stream().filter(id -> !id.isEmpty()).toList();
    String status = initialStatus(task, parentStatuses(tx, parents));
    String id = insert(tx, task, assignee, status, skills, wanted);
    for (String parent : parents) {
      tx.update(INSERT_LINK, parent, id);
    }
    Requirements.add(tx, id, task.requires());
    appendEvents(tx, id, task, assignee, status, parents, skills);
    return new CreateResult(id, status, true);
  }

  /** Creates all of them, in order, in the caller's transaction; the first refusal refuses all if it is thrown on. */
  public List<CreateResult> createAll(Tx tx, List<NewTask> tasks) {
    List<CreateResult> results = new ArrayList<>();
    for (NewTask task : tasks) {
      results.add(create(tx, task));
    }
    return results;
  }

  private static void check(NewTask task) {
    if (HermesText.isBlank(task.title())) {
      throw new InvalidRequestException("The title is blank; give the task a title.");
    }
    if (!task.initialStatus().equals("running") && !task.initialStatus().equals("blocked")) {
      throw new InvalidRequestException(
          "Initial status '%s' is unknown; expected 'running' or 'blocked'."
              .formatted(task.initialStatus()));
    }
    if (!WORKSPACE_KINDS.contains(task.workspaceKind())) {
      throw new InvalidRequestException(
          "Workspace kind '%s' is unknown; expected scratch, dir or worktree."
              .formatted(task.workspaceKind()));
    }
    if (task.branchName() != null && !task.workspaceKind().equals("worktree")) {
      throw new InvalidRequestException("Branch '%s' needs workspace kind 'worktree', not '%s'."
          .formatted(task.branchName(), task.workspaceKind()));
    }
  }

  private static Optional<CreateResult> existing(Tx tx, @Nullable String key) {
    if (key == null || key.isEmpty()) {
      return Optional.empty();
    }
    return tx.first(
        BY_KEY,
        row -> new CreateResult(row.requireText("id"), row.requireText("status"), false),
        key);
  }

  private static List<String> parentStatuses(Tx tx, List<String> parents) {
    List<String> statuses = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String parent : parents) {
      tx.first(STATUS, row -> row.requireText("status"), parent)
          .ifPresentOrElse(statuses::add, () -> unknown.add(HermesText.brief(parent)));
    }
    if (!unknown.isEmpty()) {
      throw new InvalidRequestException(
          "Parent tasks %s do not exist on this board.".formatted(unknown));
    }
    return statuses;
  }

  private static String initialStatus(NewTask task, List<String> parentStatuses) {
    if (task.initialStatus().equals("blocked")) {
      return TaskStatus.BLOCKED.wire();
    }
    if (task.triage()) {
      return TaskStatus.TRIAGE.wire();
    }
    boolean free = parentStatuses.stream().allMatch(TaskStatus::satisfies);
    return (free ? TaskStatus.READY : TaskStatus.TODO).wire();
  }

  private String insert(
      Tx tx,
      NewTask task,
      @Nullable String assignee,
      String status,
      @Nullable List<String> skills,
      @Nullable String wanted) {
    String path = task.workspacePath();
    if (path == null && !task.workspaceKind().equals("scratch")) {
      path = defaultWorkdir;
    }
    for (int attempt = 0; attempt < ID_ATTEMPTS; attempt++) {
      String id = attempt == 0 && wanted != null && TASK_ID.matcher(wanted).matches()
          ? wanted
          : tx.newTaskId();
      if (tx.insertUnlessTaken(
          INSERT,
          id,
          HermesText.strip(task.title()),
          task.body(),
          assignee,
          status,
          task.priority(),
          task.createdBy(),
          tx.now(),
          task.workspaceKind(),
          path,
          task.branchName(),
          task.tenant(),
          emptyToNull(task.idempotencyKey()),
          zeroToNull(task.maxRuntimeSeconds()),
          skills == null ? null : BoardJson.skillsColumn(skills),
          task.maxRetries(),
          task.sessionId())) {
        return id;
      }
    }
    throw new ConflictException(
        "Two new task ids in a row were taken already; create the task again.");
  }

  private static void appendEvents(
      Tx tx,
      String id,
      NewTask task,
      @Nullable String assignee,
      String status,
      List<String> parents,
      @Nullable List<String> skills) {
    ObjectNode payload = BoardJson.object().put("assignee", assignee).put("status", status);
    payload.set("parents", BoardJson.array(parents));
    payload.put("tenant", task.tenant()).put("branch_name", task.branchName());
    if (skills == null || skills.isEmpty()) {
      payload.putNull("skills");
    } else {
      payload.set("skills", BoardJson.array(skills));
    }
    Events.append(tx, id, null, EventKind.CREATED, payload);
    if (TaskStatus.BLOCKED.is(status)) {
      // without it a recompute, hermes's too, would take the task as not sticky and start it
      Events.append(
          tx, id, null, EventKind.BLOCKED, BoardJson.object().put("reason", "initial_status"));
    }
  }

  private static @Nullable Long zeroToNull(@Nullable Long number) {
    return number == null || number == 0 ? null : number;
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
