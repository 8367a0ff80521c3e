package dev.talaria.service.config;

import dev.talaria.protocol.policy.Ladder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What hermes's own {@code kanban:} section says. Values that hermes would not accept are its defaults here, as it does.
 *
 * @param failureLimit null when not set
 * @param retryModelEscalation model to next model
 * @param staleTimeout after which a silent run is reclaimed; zero never
 * @param workerLogRotateBytes size at which a worker's log is rotated
 * @param workerLogBackupCount rotated logs that are kept
 * @param maxSpawn most running tasks of a board, under another name; null for no bound
 * @param maxInProgress most running tasks of a board; null for no bound
 * @param maxInProgressPerProfile most running tasks of one profile; null for no bound
 * @param defaultAssignee of tasks without one; empty for none
 * @param dispatchInterval between the ticks of a dispatcher without Kafka, and the looks for ideas
 * @param autoDecompose whether ideas are divided without being asked for
 * @param autoDecomposePerTick most ideas at a time, over all boards
 */
public record KanbanConfig(
    @Nullable Integer failureLimit,
    Ladder retryModelEscalation,
    Duration staleTimeout,
    long workerLogRotateBytes,
    int workerLogBackupCount,
    @Nullable Integer maxSpawn,
    @Nullable Integer maxInProgress,
    @Nullable Integer maxInProgressPerProfile,
    String defaultAssignee,
    Duration dispatchInterval,
    boolean autoDecompose,
    int autoDecomposePerTick) {}
