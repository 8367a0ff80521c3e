package dev.talaria.protocol.policy;

import org.jspecify.annotations.Nullable;

/**
 * What is known beyond the task itself when the end of one of its runs is judged.
 *
 * @param systemicTasks how many tasks of the board failed the same way lately, this one included; 0 if unknown
 * @param laneBurn what the failed runs of its lane cost lately, this one included
 * @param incident the open incident of the board that the failure belongs to, or null
 */
public record Circumstances(
    int systemicTasks, Burn laneBurn, @Nullable String incident) {
  /** Nothing is known. */
  public static final Circumstances NONE = new Circumstances(0, Burn.NONE, null);

  public Circumstances withSystemicTasks(int tasks) {
    return new Circumstances(tasks, laneBurn, incident);
  }

  public Circumstances withLaneBurn(Burn burn) {
    return new Circumstances(systemicTasks, burn, incident);
  }

  public Circumstances withIncident(@Nullable String open) {
    return new Circumstances(systemicTasks, laneBurn, open);
  }
}
