package dev.talaria.cli.replay.story;

import dev.talaria.protocol.policy.TaskHistory;
import org.jspecify.annotations.Nullable;

/**
 * How a task stands after the last event that the topics have of it.
 *
 * @param status as its image or its last event say; {@code unknown} where none does
 * @param words the same in a sentence
 * @param history what the policy remembers of it
 * @param model the override that the next attempt starts with; absent for the profile's default
 * @param notBefore epoch seconds before which no run is opened; absent where nothing holds it back
 * @param lastEvent the last event's id
 * @param lastAt its time in epoch seconds
 * @param formerLife whether the task is not in the file that the board has now, which was put back from before it
 */
public record Standing(
    String status,
    String words,
    TaskHistory history,
    @Nullable String model,
    @Nullable Long notBefore,
    long lastEvent,
    long lastAt,
    boolean formerLife) {}
