package dev.talaria.board.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new task is to be; {@link #titled} and the {@code with} methods fill it in. Nothing is checked before
 * {@link TaskCreation#create}.
 *
 * @param skills null when not given, which differs from an empty list
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
    @Nullable String sessionId) {
  public static NewTask titled(String title) {
    return new NewTask(
        title, null, null, null, "scratch", null, null, null, 0, List.of(), false, null, null, null,
        null, "running", null);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        sessionId);
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
        value);
  }
}
