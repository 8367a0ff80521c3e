package dev.talaria.launcher.rundir;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a restarted launcher must know to supervise a run on: {@code spawn.json}.
 *
 * @param bootId the boot in which the run was given to the shim; no process outlives it
 * @param workspace the worker's directory
 * @param log where its output goes
 * @param logStart the log's size before the run, from where its own output begins
 * @param timeLimitSeconds its time limit, or null for none
 * @param createdAt epoch milliseconds
 * @param createdNanos the same by {@link System#nanoTime()}, which on common systems is one clock for all processes of a boot
 *     that stands still while the host sleeps; null from an older launcher
 * @param group the directory of the run's control group, or null where it has none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SpawnRecord(
    @JsonProperty("boot_id") @Nullable String bootId,
    @JsonProperty("workspace") String workspace,
    @JsonProperty("log") String log,
    @JsonProperty("log_start") long logStart,
    @JsonProperty("time_limit_s") @Nullable Long timeLimitSeconds,
    @JsonProperty("created_at") long createdAt,
    @JsonProperty("created_nanos") @Nullable Long createdNanos,
    @JsonProperty("group") @Nullable String group) {}
