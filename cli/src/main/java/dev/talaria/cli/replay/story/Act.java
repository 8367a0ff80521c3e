package dev.talaria.cli.replay.story;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened to the task beside its attempts.
 *
 * @param event its id
 * @param at epoch seconds
 * @param run that it speaks of
 * @param kind the event's kind; hermes may write some that nobody else knows
 * @param status what it made of the task's status, where it changed that
 * @param operator whether a person, or somebody for him, did it
 * @param words what it says, in words; may be empty
 */
public record Act(
    long event,
    long at,
    @Nullable Long run,
    String kind,
    @Nullable String status,
    boolean operator,
    String words) {}
