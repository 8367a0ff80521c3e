package dev.talaria.launcher;

import dev.talaria.protocol.id.Lane;

/** What a launcher has to tell, for metrics. Calls are quick and from any thread. */
public interface LauncherListener {
  void granted(Lane lane);

  /** A grant that cannot start: no slot, or it was meant for another start of this launcher. */
  void givenBack(Lane lane);

  /** Seconds from the grant's arrival to the worker's process. */
  void started(Lane lane, double seconds);

  void ended(Lane lane, String outcome);

  /** So many workers were left running by an earlier start, and are looked after by this one. */
  default void adopted(int workers) {}

  void malformed(String topic);

  /** A report was sent again because nobody had taken note of it. */
  void reportRepeated();
}
