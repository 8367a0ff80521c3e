package dev.talaria.launcher.lane;

/** What exit 0 of a lane's worker means. */
public enum LaneMode {
  /** Nothing: the worker has to complete or block its task before it exits. */
  PROTOCOL("protocol"),
  /** That the task is done, with {@code result.json} or else the end of the output as its summary. */
  EXIT_CODE("exit-code");

  private final String configName;

  LaneMode(String configName) {
    this.configName = configName;
  }

  /** As it is written in configuration. */
  public String configName() {
    return configName;
  }

  /** Throws {@link IllegalArgumentException} with the known names for any other. */
  public static LaneMode of(String configName) {
    for (LaneMode mode : values()) {
      if (mode.configName.equals(configName)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is not a lane mode; expected 'protocol' or 'exit-code'.".formatted(configName));
  }
}
