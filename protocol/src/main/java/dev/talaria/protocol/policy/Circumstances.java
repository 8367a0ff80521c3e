package dev.talaria.protocol.policy;

/**
 * What is known beyond the task itself when the end of one of its runs is judged.
 *
 * @param systemicTasks how many tasks of the board failed the same way lately, this one included; 0 if unknown
 * @param laneBurn what the failed runs of its lane cost lately, this one included
 */
public record Circumstances(int systemicTasks, Burn laneBurn) {
  /** Nothing is known. */
  public static final Circumstances NONE = new Circumstances(0, Burn.NONE);

  public Circumstances withSystemicTasks(int tasks) {
    return new Circumstances(tasks, laneBurn);
  }

  public Circumstances withLaneBurn(Burn burn) {
    return new Circumstances(systemicTasks, burn);
  }
}
