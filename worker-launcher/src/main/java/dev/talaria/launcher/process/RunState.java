package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.ExitRecord;
import org.jspecify.annotations.Nullable;

/** Where a run stands, as its directory and the process table tell. */
public sealed interface RunState {
  /** There is no entry {@code start}: a shim may still make it, unless a launcher does first. */
  record NotDecided() implements RunState {}

  /** A launcher decided that it never starts. */
  record Tombstoned() implements RunState {}

  /**
   * Its shim or its worker lives.
   *
   * @param worker the worker, or null while the shim has not started it yet
   * @param shimAlive whether an exit status is to be expected
   */
  record Running(@Nullable ProcessIdentity worker, boolean shimAlive) implements RunState {}

  /** Its shim wrote a status. */
  record Ended(ExitRecord exit) implements RunState {}

  /** It was started, nothing of it lives, and there is no status: a power cut, or somebody killed the shim. */
  record Vanished() implements RunState {}
}
