package dev.talaria.cli.doctor;

import java.util.List;

/** One thing that is looked at. */
interface Check {
  /** Its name in one word, for the table and for {@code --json}. */
  String name();

  /**
   * Looks, and changes nothing.
   *
   * @throws Exception when it cannot look; that is told as a finding of its own
   */
  List<Finding> look() throws Exception;
}
