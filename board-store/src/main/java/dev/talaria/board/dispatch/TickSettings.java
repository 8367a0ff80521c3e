package dev.talaria.board.dispatch;

import dev.talaria.protocol.policy.Ladder;
import java.time.ZoneId;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link DispatchTick} works.
 *
 * @param hostName what claim locks of this host begin with
 * @param claimLock of the claims that it makes
 * @param claimTtlSeconds how long they hold
 * @param crashGraceSeconds for how long after its start a run is not looked at
 * @param staleTimeoutSeconds 0 for never
 * @param failureLimit failures at which a task is given up, unless it has a limit of its own; null for hermes's default
 * @param runCeilingPerDay runs of one task in 24 h, whatever their outcome
 * @param defaultAssignee of tasks without one; blank for none
 * @param ladder which model follows which after a failure
 * @param profileExists whether workers of a profile can be started here
 * @param zone in which workers read times
 */
public record TickSettings(
    String hostName,
    String claimLock,
    long claimTtlSeconds,
    long crashGraceSeconds,
    long staleTimeoutSeconds,
    @Nullable Long failureLimit,
    long runCeilingPerDay,
    Caps caps,
    String defaultAssignee,
    Ladder ladder,
    Predicate<String> profileExists,
    ZoneId zone) {}
