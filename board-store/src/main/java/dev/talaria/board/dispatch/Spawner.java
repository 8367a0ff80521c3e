package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;

/** Starts workers for a {@link DispatchTick}. Never called inside a transaction. */
public interface Spawner {
  /** Finds or makes a task's workspace, and says its absolute path. */
  String workspace(Order order) throws SpawnRefused;

  /** Why no worker of a profile may start now, on an operator's order; nothing when it may. */
  default Optional<String> heldBack(String profile) {
    return Optional.empty();
  }

  /** Starts the worker; says its process id where it has one. */
  OptionalLong spawn(Order order, String workspace) throws SpawnRefused;

  /**
   * A claimed task, as its worker is to see it.
   *
   * @param task all columns of the task, {@code skills} as the worker is to have them
   * @param context the worker's context text
   */
  record Order(String taskId, long runId, String profile, ObjectNode task, String context) {}
}
