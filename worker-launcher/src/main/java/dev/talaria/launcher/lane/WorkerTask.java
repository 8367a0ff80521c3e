package dev.talaria.launcher.lane;

import dev.talaria.protocol.id.RunKey;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's environment tells it of its task.
 *
 * @param run its run
 * @param profile the lane, in hermes's spelling
 * @param model the model that it should use, or null for its own choice
 * @param workspace its resolved workspace
 * @param claimLock the exact lock string on the board
 * @param database the board's file, its shadow, or a path at which no board can be; null to name none
 * @param workspacesRoot where scratch workspaces are made
 * @param hermesRoot hermes's shared root on this host
 * @param tenant the task's tenant, if it has one
 * @param branch the task's branch, if it has one
 * @param contextFile the worker's context text
 * @param timeLimit the task's time limit, if it has one
 */
public record WorkerTask(
    RunKey run,
    String profile,
    @Nullable String model,
    Path workspace,
    String claimLock,
    @Nullable Path database,
    Path workspacesRoot,
    Path hermesRoot,
    @Nullable String tenant,
    @Nullable String branch,
    @Nullable Path contextFile,
    @Nullable Duration timeLimit) {}
