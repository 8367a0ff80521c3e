package dev.talaria.launcher.shadow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** What one event of a shadow board means for the board itself. */
sealed interface Told {
  /** {@code task_events.id} on the shadow board. */
  long event();

  /**
   * The worker said something that its board is to be told.
   *
   * @param names the ids of tasks that it speaks of
   */
  record Said(long event, String verb, ObjectNode body, Set<String> names) implements Told {}

  /** The worker did what cannot be carried over; it is told so. */
  record Lost(long event, String what) implements Told {}

  /** The board finds this out by itself. */
  record Nothing(long event) implements Told {}
}
