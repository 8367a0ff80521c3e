package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.HermesText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker or a person hands over with a finished task.
 *
 * @param summary an empty text counts as given; only null is replaced by the result
 * @param createdCards ids that the worker says it created; they are checked before anything is written
 * @param runId the caller's run; when given, only that run may complete the task
 */
public record Completion(
    @Nullable String result,
    @Nullable String summary,
    @Nullable ObjectNode metadata,
    List<String> createdCards,
    @Nullable Long runId) {
  public static Completion empty() {
    return new Completion(null, null, null, List.of(), null);
  }

  public Completion withResult(@Nullable String value) {
    return new Completion(value, summary, metadata, createdCards, runId);
  }

  public Completion withSummary(@Nullable String value) {
    return new Completion(result, value, metadata, createdCards, runId);
  }

  public Completion withMetadata(@Nullable ObjectNode value) {
    return new Completion(result, summary, value, createdCards, runId);
  }

  public Completion withCreatedCards(List<String> value) {
    return new Completion(result, summary, metadata, List.copyOf(value), runId);
  }

  public Completion withRun(@Nullable Long value) {
    return new Completion(result, summary, metadata, createdCards, value);
  }

  /** The summary, else the result. */
  @Nullable
  String summaryOrResult() {
    return summary != null ? summary : result;
  }

  /** As {@link #summaryOrResult}, but an empty summary counts as none. */
  @Nullable
  String whatItSays() {
    return isSet(summary) ? summary : result;
  }

  /** A summary of blanks only says nothing, as an empty one. */
  Completion withoutBlankSummary() {
    return summary != null && HermesText.isBlank(summary) ? withSummary("") : this;
  }

  boolean hasContent() {
    return isSet(summary) || isSet(result) || (metadata != null && !metadata.isEmpty());
  }

  private static boolean isSet(@Nullable String text) {
    return text != null && !text.isEmpty();
  }
}
