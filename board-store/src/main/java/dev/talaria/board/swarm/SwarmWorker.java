package dev.talaria.board.swarm;

import java.util.List;

/**
 * One worker of a swarm.
 *
 * @param profile who does it
 * @param title what is to be done, in a line
 * @param skills that it loads; may be empty
 */
public record SwarmWorker(String profile, String title, List<String> skills) {
  public SwarmWorker {
    skills = List.copyOf(skills);
  }
}
