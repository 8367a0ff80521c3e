package dev.talaria.protocol.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where the limit of failures comes from; the task's own wins over the board's, that over the default. */
public enum LimitSource {
  @JsonProperty("task")
  TASK,
  @JsonProperty("board")
  BOARD,
  @JsonProperty("default")
  DEFAULT
}
