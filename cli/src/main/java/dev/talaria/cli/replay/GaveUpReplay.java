package dev.talaria.cli.replay;

import dev.talaria.cli.replay.gaveup.GaveUpReport;
import dev.talaria.cli.replay.gaveup.GaveUpSearch;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.topic.TopicScan.Taker;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.cli.replay.whatif.Around;
import dev.talaria.cli.replay.whatif.WhatIf;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Wire;
import dev.talaria.service.config.PolicyFile;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** All tasks that gave up: first their keys are found in what was written lately, then their whole histories are read. */
final class GaveUpReplay {
  /** Events in memory at once, about 2 KB each; for more the topics are read once more. */
  private static final long MOST_EVENTS = 40_000;

  private final ReplayKafka kafka;
  private final ReplayView view;
  private final Wire wire = new Wire();

  GaveUpReplay(ReplayKafka kafka, ReplayView view) {
    this.kafka = kafka;
    this.view = view;
  }

  /**
   * Tells of them.
   *
   * @param askedFor the moment as it was given
   * @param since the same in epoch seconds
   * @param board whose tasks alone are wanted, or null for all
   */
  int tell(String askedFor, long since, @Nullable BoardKey board, @Nullable PolicyFile file) {
    OtherPolicies other = file == null ? null : new OtherPolicies(file);
    Collection<TaskKey> tasks = new GaveUpSearch(
            kafka.ends(), kafka.scan("searching"), kafka.topics(), wire)
        .find(since, board);
    var report = new GaveUpReport.Builder(since);
    while (!tasks.isEmpty()) {
      tasks = add(tasks, other, report);
    }
    GaveUpReport told = report.build(askedFor, other == null ? null : other.settings());
    return view.show(() -> wire.tree(told), () -> view.whatIf().lines(told));
  }

  /** Adds as many as there is room for; what is left. */
  private Collection<TaskKey> add(
      Collection<TaskKey> tasks, @Nullable OtherPolicies other, GaveUpReport.Builder report) {
    Around around = other == null ? null : new Around(wire, tasks, other::over);
    Taker nobody = rec -> {};
    TrailReader.Trails read = kafka
        .trails("reading")
        .read(
            tasks,
            TrailReader.NOW,
            partition -> around == null ? nobody : around.taker(),
            MOST_EVENTS);
    for (TaskTrail trail : read.trails().values()) {
      Story story = StoryTeller.tell(trail, wire);
      report.add(
          story,
          other == null || around == null
              ? null
              : WhatIf.judge(trail, story, other, around::at, wire));
    }
    return read.putAside();
  }
}
