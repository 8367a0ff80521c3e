package dev.talaria.protocol.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose fault the end of a run was. Only {@link #TASK} counts toward giving up. */
public enum FailureClass {
  /** It crashed, ran out of time, or its command cannot start because of the task. */
  @JsonProperty("task")
  TASK,
  /** It exited with 0 and had neither completed nor blocked its task. */
  @JsonProperty("protocol")
  PROTOCOL,
  /** A provider's rate limit or quota. */
  @JsonProperty("provider")
  PROVIDER,
  /** The host's fault: disk full, worktree clash, a launcher that could not start anything. */
  @JsonProperty("infra")
  INFRA,
  /** The launcher was lost, the run was taken back or interrupted. */
  @JsonProperty("lost")
  LOST
}
