package dev.talaria.board.task;

import dev.talaria.board.InvalidRequestException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The statuses of contract 3.1. A row may hold another one, from a newer hermes; tasks therefore keep the text. */
public enum TaskStatus {
  TRIAGE,
  TODO,
  SCHEDULED,
  READY,
  RUNNING,
  BLOCKED,
  REVIEW,
  DONE,
  ARCHIVED;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** As the board stores it. */
  public String wire() {
    return wire;
  }

  public boolean is(String status) {
    return wire.equals(status);
  }

  public static Optional<TaskStatus> of(String status) {
    return Arrays.stream(values()).filter(value -> value.is(status)).findFirst();
  }

  /** As {@link #of}, refusing what is not a status. */
  public static TaskStatus require(String status) {
    return of(status)
        .orElseThrow(() -> new InvalidRequestException("'%s' is not a status; expected one of %s."
            .formatted(status, Arrays.stream(values()).map(TaskStatus::wire).toList())));
  }

  /** Whether a parent in this status no longer holds its children back. */
  public static boolean satisfies(String parentStatus) {
    return DONE.is(parentStatus) || ARCHIVED.is(parentStatus);
  }

  @Override
  public String toString() {
    return wire;
  }
}
