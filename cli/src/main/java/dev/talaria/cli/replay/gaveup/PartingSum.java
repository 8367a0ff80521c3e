package dev.talaria.cli.replay.gaveup;

import dev.talaria.cli.replay.whatif.Parting;
import dev.talaria.cli.replay.whatif.Parting.Way;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What another policy would have made of all these tasks.
 *
 * @param changed what it sets, by dotted names
 * @param same tasks to which nothing else would have happened
 * @param goneOn tasks that it would not have stopped where they were
 * @param goneOnWith the same by the model that they would have gone on with; the empty string is the profile's default
 * @param otherModel tasks that it would have given another model on their way
 * @param stoppedEarlier tasks that it would have stopped before
 * @param stoppedOtherwise tasks that it would have stopped in another manner
 * @param savedAttempts attempts that would not have been
 * @param savedSeconds their run time
 * @param missedCompletions attempts among them that completed their task
 * @param addedAtLeast attempts that would have been made in any case
 * @param addedAtMost attempts that would have been made if each had failed as the one before
 * @param endless tasks to whose further attempts it sets no end
 */
public record PartingSum(
    SortedMap<String, String> changed,
    int same,
    int goneOn,
    Map<String, Integer> goneOnWith,
    int otherModel,
    int stoppedEarlier,
    int stoppedOtherwise,
    int savedAttempts,
    long savedSeconds,
    int missedCompletions,
    int addedAtLeast,
    int addedAtMost,
    int endless) {
  public PartingSum {
    changed = Collections.unmodifiableSortedMap(new TreeMap<>(changed));
    goneOnWith = Collections.unmodifiableMap(new TreeMap<>(goneOnWith));
  }

  static PartingSum of(SortedMap<String, String> changed, List<GaveUpTask> tasks) {
    List<Parting> partings =
        tasks.stream().map(GaveUpTask::parting).filter(Objects::nonNull).toList();
    Map<String, Integer> with = new TreeMap<>();
    partings.stream()
        .filter(it -> it.way() == Way.GOES_ON)
        .forEach(it -> with.merge(it.model() == null ? "" : it.model(), 1, Integer::sum));
    int goneOn = count(partings, Way.GOES_ON);
    return new PartingSum(
        changed,
        tasks.size() - partings.size(),
        goneOn,
        with,
        count(partings, Way.OTHER_MODEL),
        count(partings, Way.STOPS_EARLIER),
        count(partings, Way.STOPS_OTHERWISE),
        partings.stream().mapToInt(Parting::savedAttempts).sum(),
        partings.stream().mapToLong(Parting::savedSeconds).sum(),
        (int) partings.stream().filter(it -> it.missedCompletion() != null).count(),
        goneOn,
        partings.stream()
            .map(Parting::addedAtMost)
            .mapToInt(most -> most == null ? 0 : most)
            .sum(),
        (int) partings.stream()
            .filter(it -> it.way() == Way.GOES_ON && it.addedAtMost() == null)
            .count());
  }

  private static int count(List<Parting> partings, Way way) {
    return (int) partings.stream().filter(it -> it.way() == way).count();
  }
}
