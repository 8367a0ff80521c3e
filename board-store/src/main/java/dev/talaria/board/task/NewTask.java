package dev.talaria.board.task;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a new task is to be; {@link #titled} and the {@code with} methods fill it in. Nothing is checked before
 * {@link TaskCreation#create}.
 *
 * @param skills null when not given, which differs from an empty list
 * @param requires labels that the launcher must have which gets it, see {@link Requirements}
 * @param initialStatus {@code running} means the normal rules, {@code blocked} a task that waits for a person
 */
public record NewTask(
    String title,
    @Nullable String body,
    @Nullable String assignee,
    @Nullable String createdBy,
    String workspaceKind,
    @Nullable String workspacePath,
    @Nullable String branchName,
    @Nullable String tenant,
    long priority,
    List<String> parents,
    boolean triage,
    @Nullable String idempotencyKey,
    @Nullable Long maxRuntimeSeconds,
    @Nullable List<String> skills,
    @Nullable Long maxRetries,
    String initialStatus,
    @Nullable String sessionId,
    Map<String, String> requires) {
  public NewTask {
    requires = Map.copyOf(requires);
  }

  public static NewTask titled(String title) {
    return new NewTask(
        title, null, null, null, "scratch", null, null, null, 0, List.of(), false, null, null, null,
        null, "running", null, Map.of());
  }

  public NewTask withBody(@Nullable String value) {
    return changed(draft -> draft.body = value);
  }

  public NewTask withAssignee(@Nullable String value) {
    return changed(draft -> draft.assignee = value);
  }

  public NewTask withCreatedBy(@Nullable String value) {
    return changed(draft -> draft.createdBy = value);
  }

  public NewTask withWorkspace(String kind, @Nullable String path, @Nullable String branch) {
    return changed(draft -> {
      draft.workspaceKind = kind;
      draft.workspacePath = path;
      draft.branchName = branch;
    });
  }

  public NewTask withTenant(@Nullable String value) {
    return changed(draft -> draft.tenant = value);
  }

  public NewTask withPriority(long value) {
    return changed(draft -> draft.priority = value);
  }

  public NewTask withParents(List<String> value) {
    return changed(draft -> draft.parents = List.copyOf(value));
  }

  public NewTask withTriage(boolean value) {
    return changed(draft -> draft.triage = value);
  }

  public NewTask withIdempotencyKey(@Nullable String value) {
    return changed(draft -> draft.idempotencyKey = value);
  }

  public NewTask withMaxRuntimeSeconds(@Nullable Long value) {
    return changed(draft -> draft.maxRuntimeSeconds = value);
  }

  public NewTask withSkills(@Nullable List<String> value) {
    return changed(draft -> draft.skills = value == null ? null : List.copyOf(value));
  }

  public NewTask withMaxRetries(@Nullable Long value) {
    return changed(draft -> draft.maxRetries = value);
  }

  public NewTask withInitialStatus(String value) {
    return changed(draft -> draft.initialStatus = value);
  }

  public NewTask withSessionId(@Nullable String value) {
    return changed(draft -> draft.sessionId = value);
  }

  public NewTask withRequires(Map<String, String> value) {
    return changed(draft -> draft.requires = value);
  }

  private NewTask changed(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.task();
  }

  /** A copy that one change is made to. */
  private static final class Draft {
    private final String title;
    private @Nullable String body;
    private @Nullable String assignee;
    private @Nullable String createdBy;
    private String workspaceKind;
    private @Nullable String workspacePath;
    private @Nullable String branchName;
    private @Nullable String tenant;
    private long priority;
    private List<String> parents;
    private boolean triage;
    private @Nullable String idempotencyKey;
    private @Nullable Long maxRuntimeSeconds;
    private @Nullable List<String> skills;
    private @Nullable Long maxRetries;
    private String initialStatus;
    private @Nullable String sessionId;
    private Map<String, String> requires;

    Draft(NewTask from) {
      title = from.title;
      body = from.body;
      assignee = from.assignee;
      createdBy = from.createdBy;
      workspaceKind = from.workspaceKind;
      workspacePath = from.workspacePath;
      branchName = from.branchName;
      tenant = from.tenant;
      priority = from.priority;
      parents = from.parents;
      triage = from.triage;
      idempotencyKey = from.idempotencyKey;
      maxRuntimeSeconds = from.maxRuntimeSeconds;
      skills = from.skills;
      maxRetries = from.maxRetries;
      initialStatus = from.initialStatus;
      sessionId = from.sessionId;
      requires = from.requires;
    }

    NewTask task() {
      return new NewTask(
          title,
          body,
          assignee,
          createdBy,
          workspaceKind,
          workspacePath,
          branchName,
          tenant,
          priority,
          parents,
          triage,
          idempotencyKey,
          maxRuntimeSeconds,
          skills,
          maxRetries,
          initialStatus,
          sessionId,
          requires);
    }
  }
}
