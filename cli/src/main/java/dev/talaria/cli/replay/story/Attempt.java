package dev.talaria.cli.replay.story;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of a task.
 *
 * @param number from 1, in the task's history
 * @param run {@code task_runs.id}
 * @param event the event that opened it; 0 where that is not on the topic any more
 * @param startedAt epoch seconds of its claim; absent where that is not known
 * @param spawnedAt epoch seconds at which its process was reported to run
 * @param pid of its worker
 * @param claimedBy the claim lock, {@code host:...}
 * @param host on which it ran, as launcher or claim lock say
 * @param launcher that ran it, {@code host/launcher/name}; absent where hermes or a person ran it
 * @param lane in which it ran; absent where its end does not say
 * @param model with which it ran
 * @param heartbeats how often its worker said that it lives
 * @param ending how it ended; absent while it runs
 * @param decisions about its end: the one that was carried out first; empty where its end asked for none
 */
public record Attempt(
    int number,
    long run,
    long event,
    @Nullable Long startedAt,
    @Nullable Long spawnedAt,
    @Nullable Long pid,
    @Nullable String claimedBy,
    @Nullable String host,
    @Nullable String launcher,
    @Nullable String lane,
    @Nullable Model model,
    int heartbeats,
    @Nullable Ending ending,
    List<DecisionTold> decisions) {
  public Attempt {
    decisions = List.copyOf(decisions);
  }

  /**
   * The model of an attempt.
   *
   * @param reported whether its launcher said so; else it is the task's override at that time
   */
  public record Model(String name, boolean reported) {}

  /** What was decided about its end, and carried out or about to be. */
  public Optional<DecisionTold> decision() {
    return decisions.stream()
        .filter(it -> it.state() != DecisionTold.State.OVERTAKEN)
        .findFirst();
  }

  /** The name of its model, or the empty string for the profile's default. */
  public String modelName() {
    return model == null ? "" : model.name();
  }

  /** How long it ran in seconds, as far as that is known. */
  public @Nullable Long seconds() {
    return ending == null ? null : ending.seconds();
  }
}
