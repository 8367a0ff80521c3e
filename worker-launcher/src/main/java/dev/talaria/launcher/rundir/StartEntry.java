package dev.talaria.launcher.rundir;

/** Who made the entry {@code start} of a run, and so decided whether it starts. */
public enum StartEntry {
  /** Nobody yet: a shim may still start it. */
  NONE,
  /** Its shim, just before it started the worker: an empty file. */
  SHIM,
  /** A launcher, so that no shim ever starts it: a file with the reason in it. */
  TOMBSTONE
}
