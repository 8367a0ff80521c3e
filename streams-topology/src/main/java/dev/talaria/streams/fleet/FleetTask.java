package dev.talaria.streams.fleet;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the store {@code fleet-tasks} keeps of a task: enough to take its part out of every table again. The tables are the
 * sum of these entries and of {@link BoardBase}, so they cannot differ from them. It is written as an array, since there is one
 * for each task and event: fields are only ever added at its end, as nullable ones.
 *
 * @param lineage the life of the board's file that it is known from
 * @param event the last event that changed anything here
 * @param status one of hermes's, or {@code other}
 * @param lane as {@link dev.talaria.protocol.message.FleetTable} names it
 * @param since when it came into its status, epoch seconds as the event says
 * @param attempts how often it was claimed, as far as that is known
 * @param gaveUp true while it is blocked because it gave up
 * @param parents what it waits for; null where it is not known, or nothing
 * @param stays its ended stays by open status
 * @param doneAt when it was completed, epoch seconds; null while it is open, and where that is not known
 * @param closedAt epoch milliseconds by the topology's clock since when it is done or archived; null while it is open
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({
  "lineage",
  "event",
  "status",
  "lane",
  "since",
  "attempts",
  "gave_up",
  "parents",
  "stays",
  "done_at",
  "closed_at"
})
public record FleetTask(
    long lineage,
    long event,
    String status,
    String lane,
    long since,
    long attempts,
    @Nullable Boolean gaveUp,
    @Nullable List<String> parents,
    @Nullable Map<String, Stay> stays,
    @Nullable Long doneAt,
    @Nullable Long closedAt) {
  static final String BLOCKED = "blocked";
  static final String DONE = "done";
  private static final Set<String> CLOSED = Set.of(DONE, "archived");

  public FleetTask {
    parents = parents == null || parents.isEmpty() ? null : List.copyOf(parents);
    stays = stays == null || stays.isEmpty() ? null : Map.copyOf(stays);
  }

  static boolean isOpen(String status) {
    return !CLOSED.contains(status);
  }

  boolean isOpen() {
    return isOpen(status);
  }

  boolean isBlocked() {
    return status.equals(BLOCKED);
  }

  boolean isGivenUp() {
    return Boolean.TRUE.equals(gaveUp);
  }

  FleetTask withEvent(long id) {
    return new FleetTask(
        lineage, id, status, lane, since, attempts, gaveUp, parents, stays, doneAt, closedAt);
  }
}
