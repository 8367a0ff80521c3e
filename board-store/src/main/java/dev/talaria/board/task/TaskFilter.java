package dev.talaria.board.task;

import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list, and in which order (contract 3.2). Null means any.
 *
 * @param sort one of the keys of {@link TaskSort}; null for priority, then age
 * @param limit 0 for no limit
 */
public record TaskFilter(
    @Nullable String assignee,
    @Nullable String status,
    @Nullable String tenant,
    @Nullable String sessionId,
    @Nullable String workflowTemplateId,
    @Nullable String currentStepKey,
    boolean includeArchived,
    @Nullable String sort,
    int limit) {
  public static TaskFilter all() {
    return new TaskFilter(null, null, null, null, null, null, false, null, 0);
  }

  public TaskFilter withAssignee(@Nullable String value) {
    return new TaskFilter(
        value,
        status,
        tenant,
        sessionId,
        workflowTemplateId,
        currentStepKey,
        includeArchived,
        sort,
        limit);
  }

  public TaskFilter withStatus(@Nullable String value) {
    return new TaskFilter(
        assignee,
        value,
        tenant,
        sessionId,
        workflowTemplateId,
        currentStepKey,
        includeArchived,
        sort,
        limit);
  }

  public TaskFilter withTenant(@Nullable String value) {
    return new TaskFilter(
        assignee,
        status,
        value,
        sessionId,
        workflowTemplateId,
        currentStepKey,
        includeArchived,
        sort,
        limit);
  }

  public TaskFilter withSessionId(@Nullable String value) {
    return new TaskFilter(
        assignee,
        status,
        tenant,
        value,
        workflowTemplateId,
        currentStepKey,
        includeArchived,
        sort,
        limit);
  }

  public TaskFilter withWorkflow(@Nullable String template, @Nullable String step) {
    return new TaskFilter(
        assignee, status, tenant, sessionId, template, step, includeArchived, sort, limit);
  }

  public TaskFilter withArchived(boolean value) {
    return new TaskFilter(
        assignee,
        status,
        tenant,
        sessionId,
        workflowTemplateId,
        currentStepKey,
        value,
        sort,
        limit);
  }

  public TaskFilter withSort(@Nullable String value) {
    return new TaskFilter(
        assignee,
        status,
        tenant,
        sessionId,
        workflowTemplateId,
        currentStepKey,
        includeArchived,
        value,
        limit);
  }

  public TaskFilter withLimit(int value) {
    return new TaskFilter(
        assignee,
        status,
        tenant,
        sessionId,
        workflowTemplateId,
        currentStepKey,
        includeArchived,
        sort,
        value);
  }
}
