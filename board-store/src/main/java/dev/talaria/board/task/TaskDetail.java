package dev.talaria.board.task;

import dev.talaria.board.event.EventRow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task with its links, comments, events and runs, read in one transaction.
 *
 * @param requires labels that its launcher must have, by key
 */
public record TaskDetail(
    Task task,
    List<String> parents,
    List<String> children,
    List<Comment> comments,
    List<EventRow> events,
    List<Run> runs,
    @Nullable String latestSummary,
    Map<String, String> requires) {}
