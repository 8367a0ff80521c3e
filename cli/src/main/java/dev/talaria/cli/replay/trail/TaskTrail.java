package dev.talaria.cli.replay.trail;

import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import java.util.List;

/**
 * All that the topics have of one task, in one lineage: each event once, by its id.
 *
 * @param lineage whose events these are
 * @param boardLineage the newest lineage that the topic has of the board; where it is newer, the task is not in the file
 *     that the board has now
 * @param events in their order; images hold few columns only, see {@link TrailBuilder}
 * @param decisions about its runs, in the order in which they were made
 * @param formerEvents how many events of former lineages are not among these: they belong to a life of the file that ended
 * @param unreadable where records of it are that cannot be read, and why
 */
public record TaskTrail(
    TaskKey task,
    long lineage,
    long boardLineage,
    List<Transition> events,
    List<Decision> decisions,
    int formerEvents,
    List<String> unreadable) {
  public TaskTrail {
    events = List.copyOf(events);
    decisions = List.copyOf(decisions);
    unreadable = List.copyOf(unreadable);
  }
}
