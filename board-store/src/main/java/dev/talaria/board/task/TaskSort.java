package dev.talaria.board.task;

import dev.talaria.board.InvalidRequestException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The orders in which tasks are listed, by hermes's keys. */
public enum TaskSort {
  DEFAULT("", "priority DESC, created_at, rowid"),
  CREATED("created", "created_at, id"),
  CREATED_DESC("created-desc", "created_at DESC, id DESC"),
  PRIORITY("priority", "priority DESC, created_at, rowid"),
  PRIORITY_DESC("priority-desc", "priority ASC, created_at, rowid"),
  STATUS("status", "status, created_at, rowid"),
  ASSIGNEE("assignee", "assignee, created_at, rowid"),
  TITLE("title", "title, id"),
  UPDATED("updated", "started_at DESC NULLS LAST, created_at DESC, rowid");

  private final String key;
  private final String orderBy;

  TaskSort(String key, String orderBy) {
    this.key = key;
    this.orderBy = orderBy;
  }

  /** Whether it is the order of the index {@code talaria_listed}. */
  boolean isUsual() {
    return orderBy.equals(DEFAULT.orderBy);
  }

  String orderBy() {
    return orderBy;
  }

  /** The order for a key; the default one for null. */
  public static TaskSort of(@Nullable String key) {
    if (key == null) {
      return DEFAULT;
    }
    return Arrays.stream(values())
        .filter(sort -> sort != DEFAULT && sort.key.equals(key))
        .findFirst()
        .orElseThrow(() ->
            new InvalidRequestException("Sort key '%s' is unknown; expected one of %s."
                .formatted(key, Arrays.stream(values()).skip(1).map(s -> s.key).toList())));
  }
}
