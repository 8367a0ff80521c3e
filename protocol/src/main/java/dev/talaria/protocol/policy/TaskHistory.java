package dev.talaria.protocol.policy;

import org.jspecify.annotations.Nullable;

/**
 * What the policy remembers of a task: a fold of its events, the same whoever does it.
 *
 * @param failures of class {@code task} since the last completion, unblocking or recovery
 * @param failuresOnRung those since the last escalation
 * @param silentExits since the same reset
 * @param escalations since the same reset
 * @param waits for the provider, in a row
 * @param waitingSince epoch seconds of the first of them; 0 when not waiting
 * @param gaveUp whether the task was given up and not yet taken up again
 * @param lineage of the last event that went in
 * @param event the last event that went in; older ones, and this one again, change nothing
 * @param burn what its failed runs cost since its last completion, or since an operator last allowed more; absent for
 *     nothing
 */
public record TaskHistory(
    int failures,
    int failuresOnRung,
    int silentExits,
    int escalations,
    int waits,
    long waitingSince,
    boolean gaveUp,
    long lineage,
    long event,
    @Nullable Burn burn) {
  public static final TaskHistory EMPTY = new TaskHistory(0, 0, 0, 0, 0, 0, false, 0, 0);

  /** One that has cost nothing. */
  public TaskHistory(
      int failures,
      int failuresOnRung,
      int silentExits,
      int escalations,
      int waits,
      long waitingSince,
      boolean gaveUp,
      long lineage,
      long event) {
    this(
        failures,
        failuresOnRung,
        silentExits,
        escalations,
        waits,
        waitingSince,
        gaveUp,
        lineage,
        event,
        null);
  }

  /** Whether an event is newer than all that went in. */
  boolean isBefore(long eventLineage, long eventId) {
    return eventLineage > lineage || eventLineage == lineage && eventId > event;
  }

  /** Whether both come to the same, whichever event of a board's life was the last. */
  public boolean saysSameAs(TaskHistory other) {
    return seen(lineage, other.event).equals(other);
  }

  TaskHistory seen(long eventLineage, long eventId) {
    return new TaskHistory(
        failures,
        failuresOnRung,
        silentExits,
        escalations,
        waits,
        waitingSince,
        gaveUp,
        eventLineage,
        eventId,
        burn);
  }

  /**
   * A fresh start: it completed, was unblocked, or recovered when its parents were done. What it has cost stays: else each
   * cycle that resets the count would walk around the budget.
   */
  TaskHistory reset() {
    return new TaskHistory(0, 0, 0, 0, 0, 0, false, lineage, event, burn);
  }

  /** As if it had cost this, or nothing. */
  TaskHistory withBurn(@Nullable Burn spent) {
    return new TaskHistory(
        failures,
        failuresOnRung,
        silentExits,
        escalations,
        waits,
        waitingSince,
        gaveUp,
        lineage,
        event,
        spent);
  }

  TaskHistory spent(Burn more) {
    return more.equals(Burn.NONE) ? this : withBurn(allBurn().plus(more));
  }

  Burn allBurn() {
    return burn == null ? Burn.NONE : burn;
  }

  TaskHistory failed() {
    return new TaskHistory(
        failures + 1,
        failuresOnRung + 1,
        silentExits,
        escalations,
        0,
        0,
        gaveUp,
        lineage,
        event,
        burn);
  }

  /** At least so many failures, as another writer counted them. */
  TaskHistory atLeast(int counted) {
    return counted <= failures
        ? this
        : new TaskHistory(
            counted,
            failuresOnRung + counted - failures,
            silentExits,
            escalations,
            waits,
            waitingSince,
            gaveUp,
            lineage,
            event,
            burn);
  }

  TaskHistory silent() {
    return new TaskHistory(
        failures, failuresOnRung, silentExits + 1, escalations, 0, 0, gaveUp, lineage, event, burn);
  }

  TaskHistory waited(long at) {
    return new TaskHistory(
        failures,
        failuresOnRung,
        silentExits,
        escalations,
        waits + 1,
        waits == 0 ? at : waitingSince,
        gaveUp,
        lineage,
        event,
        burn);
  }

  TaskHistory escalated() {
    return new TaskHistory(
        failures,
        0,
        silentExits,
        escalations + 1,
        waits,
        waitingSince,
        gaveUp,
        lineage,
        event,
        burn);
  }

  TaskHistory givenUp() {
    return new TaskHistory(
        failures,
        failuresOnRung,
        silentExits,
        escalations,
        waits,
        waitingSince,
        true,
        lineage,
        event,
        burn);
  }

  /** Whether a retry would start the task for the first time again: no failure that counts is behind it. */
  public boolean isClean() {
    return failures == 0 && silentExits == 0 && waits == 0 && !gaveUp;
  }
}
