package dev.talaria.cli.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.topic.TopicScan.Taker;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.cli.replay.whatif.Around;
import dev.talaria.cli.replay.whatif.WhatIf;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Wire;
import dev.talaria.service.config.PolicyFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The story of one task. */
final class TaskReplay {
  private final ReplayKafka kafka;
  private final ReplayView view;
  private final Wire wire = new Wire();

  TaskReplay(ReplayKafka kafka, ReplayView view) {
    this.kafka = kafka;
    this.view = view;
  }

  /**
   * Tells it.
   *
   * @param asOf epoch seconds, or {@link TrailReader#NOW}
   */
  int tell(TaskKey key, long asOf, @Nullable PolicyFile file) {
    OtherPolicies other = file == null ? null : new OtherPolicies(file);
    Around around = other == null ? null : new Around(wire, List.of(key), other::over);
    Taker nobody = rec -> {};
    TaskTrail trail = kafka
        .trails("reading")
        .read(List.of(key), asOf, partition -> around == null ? nobody : around.taker())
        .get(key);
    if (trail == null) {
      throw CliFailure.failed(unknown(key, asOf));
    }
    Story story = StoryTeller.tell(trail, wire);
    WhatIfTold told = other == null || around == null
        ? null
        : WhatIf.judge(trail, story, other, around::at, wire);
    if (view.paged(story, asOf == TrailReader.NOW ? null : Long.valueOf(asOf), told)) {
      return Exit.DONE;
    }
    return view.show(() -> json(story, asOf, told), () -> lines(story, asOf, told));
  }

  private ObjectNode json(Story story, long asOf, @Nullable WhatIfTold told) {
    ObjectNode node = wire.tree(story);
    if (asOf != TrailReader.NOW) {
      node.put("as_of", asOf);
    }
    if (told != null) {
      node.set("what_if", wire.tree(told));
    }
    return node;
  }

  private List<String> lines(Story story, long asOf, @Nullable WhatIfTold told) {
    List<String> lines = new ArrayList<>();
    if (asOf != TrailReader.NOW) {
      lines.add(
          "As it stood at " + Times.stamp(asOf, view.session().surroundings().zone()));
    }
    lines.addAll(view.story().lines(story));
    if (told != null) {
      lines.addAll(view.whatIf().lines(told));
    }
    return lines;
  }

  private String unknown(TaskKey key, long asOf) {
    String when = asOf == TrailReader.NOW
        ? ""
        : " up to " + Times.stamp(asOf, view.session().surroundings().zone());
    return ("Nothing on topic '%s' is about task '%s' of board '%s'%s. Is it on another board (--board HOST/NAME)?"
            + " What is older than the topic keeps is not there either.")
        .formatted(kafka.topics().transitions(), key.taskId(), key.board(), when);
  }
}
