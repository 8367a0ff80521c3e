package dev.talaria.board.task;

import java.util.List;
import java.util.Map;
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
    return new NewTask(
        title,
        value,
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

  public NewTask withAssignee(@Nullable String value) {
    return new NewTask(
        title,
        body,
        value,
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

  public NewTask withCreatedBy(@Nullable String value) {
    return new NewTask(
        title,
        body,
        assignee,
        value,
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

  public NewTask withWorkspace(String kind, @Nullable String path, @Nullable String branch) {
    return new NewTask(
        title,
        body,
        assignee,
        createdBy,
        kind,
        path,
        branch,
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

  public NewTask withTenant(@Nullable String value) {
    return new NewTask(
        title,
        body,
        assignee,
        createdBy,
        workspaceKind,
        workspacePath,
        branchName,
        value,
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

  public NewTask withPriority(long value) {
    return new NewTask(
        title,
        body,
        assignee,
        createdBy,
        workspaceKind,
        workspacePath,
        branchName,
        tenant,
        value,
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

  public NewTask withParents(List<String> value) {
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
        List.copyOf(value),
        triage,
        idempotencyKey,
        maxRuntimeSeconds,
        skills,
        maxRetries,
        initialStatus,
        sessionId,
        requires);
  }

  public NewTask withTriage(boolean value) {
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
        value,
        idempotencyKey,
        maxRuntimeSeconds,
        skills,
        maxRetries,
        initialStatus,
        sessionId,
        requires);
  }

  public NewTask withIdempotencyKey(@Nullable String value) {
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
        value,
        maxRuntimeSeconds,
        skills,
        maxRetries,
        initialStatus,
        sessionId,
        requires);
  }

  public NewTask withMaxRuntimeSeconds(@Nullable Long value) {
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
        value,
        skills,
        maxRetries,
        initialStatus,
        sessionId,
        requires);
  }

  public NewTask withSkills(@Nullable List<String> value) {
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
        value == null ? null : List.copyOf(value),
        maxRetries,
        initialStatus,
        sessionId,
        requires);
  }

  public NewTask withMaxRetries(@Nullable Long value) {
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
        value,
        initialStatus,
        sessionId,
        requires);
  }

  public NewTask withInitialStatus(String value) {
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
        value,
        sessionId,
        requires);
  }

  public NewTask withSessionId(@Nullable String value) {
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
        value,
        requires);
  }

  public NewTask withRequires(Map<String, String> value) {
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
        value);
  }
}
