package dev.talaria.launcher.rundir;

/** Small files by which a launcher tells the next one what it did about a run. */
public enum Marker {
  /** It began to stop the worker; holds the reason. */
  STOPPING("stopping"),
  /** It saw the end; holds what it reported, as JSON. */
  ENDED("ended"),
  /** The board has taken note of the end: nothing is left to do. */
  ACKNOWLEDGED("acknowledged"),
  /** The worker's start time where the shell cannot know it (no {@code /proc}). */
  BORN("born");

  private final String fileName;

  Marker(String fileName) {
    this.fileName = fileName;
  }

  String fileName() {
    return fileName;
  }
}
