package dev.talaria.cli.replay.gaveup;

import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.DecisionTold;
import dev.talaria.cli.replay.story.Ending;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * All tasks that gave up since a moment.
 *
 * @param since as it was asked for
 * @param tasks how many
 * @param attempts they had
 * @param seconds their run time
 * @param stillBlocked how many of them stand blocked now
 * @param causes the commonest first
 * @param whatIf the sum of what another policy would have done; absent where none was given
 */
public record GaveUpReport(
    String since,
    int tasks,
    int attempts,
    long seconds,
    int stillBlocked,
    List<Cause> causes,
    @Nullable PartingSum whatIf) {
  public GaveUpReport {
    causes = List.copyOf(causes);
  }

  /** Gathers it from one story after the other, so that no more than one need be in memory. Not thread-safe. */
  public static final class Builder {
    private final long since;
    private final Map<String, List<GaveUpTask>> byCause = new HashMap<>();

    /** For what gave up from an epoch second on. */
    public Builder(long since) {
      this.since = since;
    }

    /**
     * Takes in a task; one that did not give up since then is left out.
     *
     * @param other its history under another policy, if one was given
     */
    public void add(Story story, @Nullable WhatIfTold other) {
      Attempt last = null;
      DecisionTold gaveUp = null;
      for (Attempt attempt : story.attempts()) {
        Optional<DecisionTold> here =
            attempt.decisions().stream().filter(this::isSince).findFirst();
        if (here.isPresent()) {
          last = attempt;
          gaveUp = here.get();
        }
      }
      if (last != null && gaveUp != null) {
        byCause
            .computeIfAbsent(cause(last), cause -> new ArrayList<>())
            .add(task(story, last, gaveUp, other));
      }
    }

    private boolean isSince(DecisionTold decision) {
      Long at = decision.appliedAt();
      return decision.gaveUp() && at != null && at >= since;
    }

    private static String cause(Attempt attempt) {
      Ending ending = attempt.ending();
      if (ending == null) {
        return "unknown";
      }
      if (ending.fingerprint() != null) {
        return ending.fingerprint();
      }
      String code = ending.exitCode() == null ? "" : ", exit code " + ending.exitCode();
      String signal = ending.signal() == null ? "" : ", signal " + ending.signal();
      return ending.kind() + code + signal + ", without output";
    }

    private static GaveUpTask task(
        Story story, Attempt last, DecisionTold gaveUp, @Nullable WhatIfTold other) {
      return new GaveUpTask(
          story.task(),
          story.title(),
          story.assignee(),
          gaveUp.appliedAt() == null ? 0 : gaveUp.appliedAt(),
          story.attempts().size(),
          seconds(story),
          last.modelName(),
          gaveUp.rule().name().toLowerCase(Locale.ROOT),
          gaveUp.reason(),
          story.standing().status(),
          other == null ? null : other.parting());
    }

    private static long seconds(Story story) {
      return story.attempts().stream()
          .map(Attempt::seconds)
          .mapToLong(ran -> ran == null ? 0 : ran)
          .sum();
    }

    /**
     * What was gathered.
     *
     * @param askedFor the moment as it was given
     * @param changed what the other policy sets, or null where none was given
     */
    public GaveUpReport build(String askedFor, @Nullable SortedMap<String, String> changed) {
      List<Cause> causes = new ArrayList<>();
      byCause.forEach((cause, tasks) -> {
        tasks.sort(Comparator.comparing(it -> it.task().toString()));
        causes.add(new Cause(
            cause,
            tasks.stream().mapToInt(GaveUpTask::attempts).sum(),
            tasks.stream().mapToLong(GaveUpTask::seconds).sum(),
            tasks));
      });
      causes.sort(
          Comparator.comparingInt((Cause it) -> -it.tasks().size()).thenComparing(Cause::cause));
      List<GaveUpTask> all =
          causes.stream().flatMap(cause -> cause.tasks().stream()).toList();
      return new GaveUpReport(
          askedFor,
          all.size(),
          all.stream().mapToInt(GaveUpTask::attempts).sum(),
          all.stream().mapToLong(GaveUpTask::seconds).sum(),
          (int) all.stream().filter(it -> it.status().equals("blocked")).count(),
          causes,
          changed == null ? null : PartingSum.of(changed, all));
    }
  }
}
