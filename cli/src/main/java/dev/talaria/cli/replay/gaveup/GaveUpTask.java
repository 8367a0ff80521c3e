package dev.talaria.cli.replay.gaveup;

import dev.talaria.cli.replay.whatif.Parting;
import dev.talaria.protocol.id.TaskKey;
import org.jspecify.annotations.Nullable;

/**
 * A task that gave up.
 *
 * @param title as it was last seen
 * @param assignee the same
 * @param at epoch seconds at which it gave up last
 * @param attempts all it had
 * @param seconds their run time
 * @param model of the last attempt before it gave up; the empty string is the profile's default
 * @param rule which part of the policy said so
 * @param reason in words
 * @param status how it stands now
 * @param parting where another policy parts from what happened; absent where it does not, or none was given
 */
public record GaveUpTask(
    TaskKey task,
    @Nullable String title,
    @Nullable String assignee,
    long at,
    int attempts,
    long seconds,
    String model,
    String rule,
    String reason,
    String status,
    @Nullable Parting parting) {}
