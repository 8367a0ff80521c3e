package dev.talaria.launcher;

import dev.talaria.launcher.lane.Places;
import dev.talaria.launcher.process.SupervisorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * How a launcher works.
 *
 * @param runs where run directories are
 * @param slots most workers at once
 * @param takesOffers whether it joins the launchers' share group; one that its dispatcher grants to directly need not
 * @param retention how long a settled run's directory is kept
 * @param keptRuns how many of them are kept at most
 * @param logRotateBytes size at which a task's log is rotated, at a spawn
 * @param logBackups rotated logs that are kept
 * @param supervisor how workers are looked after
 * @param backWithin after which it is expected back when it stops and leaves its workers; zero when it is not
 * @param version of the software, for presence
 * @param labels for placement, by key
 * @param places where tasks of other hosts' boards may work
 */
public record LauncherSettings(
    Path runs,
    int slots,
    boolean takesOffers,
    Duration retention,
    int keptRuns,
    long logRotateBytes,
    int logBackups,
    SupervisorSettings supervisor,
    Duration backWithin,
    String version,
    Map<String, String> labels,
    Places places) {
  /** {@code <home>/talaria}, in which the run directories lie beside what else is the host's. */
  public Path state() {
    return Objects.requireNonNull(
        runs.toAbsolutePath().getParent(), "run directories lie in a directory");
  }
}
