package dev.talaria.board.task;

/**
 * What became of a create.
 *
 * @param taskId the new task, or the one that the idempotency key named
 * @param status as the board stores it
 * @param created false when the key named an existing task; then nothing was written
 */
public record CreateResult(String taskId, String status, boolean created) {}
