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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All tasks that gave up: first their keys are found in what was written lately, then their whole histories are read. */
final class GaveUpReplay {
  /** Histories in memory at once; for more tasks the topics are read once more. */
  private static final int AT_ONCE = 2_000;

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
    List<TaskKey> tasks =
        List.copyOf(new GaveUpSearch(kafka.ends(), kafka.scan("searching"), kafka.topics(), wire)
            .find(since, board));
    var report = new GaveUpReport.Builder(since);
    for (int from = 0; from < tasks.size(); from += AT_ONCE) {
      add(tasks.subList(from, Math.min(tasks.size(), from + AT_ONCE)), other, report);
    }
    GaveUpReport told = report.build(askedFor, other == null ? null : other.settings());
    return view.show(() -> wire.tree(told), () -> view.whatIf().lines(told));
  }

  private void add(
      List<TaskKey> tasks, @Nullable OtherPolicies other, GaveUpReport.Builder report) {
    Around around = other == null ? null : new Around(wire, tasks, other::over);
    Taker nobody = rec -> {};
    Map<TaskKey, TaskTrail> trails = kafka
        .trails("reading")
        .read(tasks, TrailReader.NOW, partition -> around == null ? nobody : around.taker());
    for (TaskTrail trail : trails.values()) {
      Story story = StoryTeller.tell(trail, wire);
      report.add(
          story,
          other == null || around == null
              ? null
              : WhatIf.judge(trail, story, other, around::at, wire));
    }
  }
}
