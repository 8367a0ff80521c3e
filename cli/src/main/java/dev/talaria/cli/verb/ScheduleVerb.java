package dev.talaria.cli.verb;

import dev.talaria.board.Tx;
import dev.talaria.board.task.Comments;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Schedules;
import dev.talaria.cli.Session;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "schedule",
    footer = {"", "Example: talaria schedule t_0a1b2c3d \"After the release\" --at +2h"})
public final class ScheduleVerb extends BulkVerb {
  @Mixin
  private Targets targets = new Targets();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = {
        "When it goes on by itself, while a dispatcher serves the board: +30m, +2h, 18:30, 2026-03-01 or"
            + " 2026-03-01T18:30. Without it, someone must unblock the task."
      })
  private @Nullable String at;

  public ScheduleVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    time();
  }

  private @Nullable Long time() {
    return at == null
        ? null
        : Moments.future(
            "--at",
            at,
            session.surroundings().clock().instant(),
            session.surroundings().zone());
  }

  @Override
  Collection<String> ids() {
    return targets.ids();
  }

  @Override
  String done() {
    return "Scheduled";
  }

  @Override
  Optional<String> apply(Tx tx, String task) {
    String why = targets.reason();
    Long run = session.runOf(task);
    Long time = time();
    boolean moved = time == null
        ? Blocks.schedule(tx, task, why, run)
        : Schedules.scheduleAt(tx, task, why, run, time, session.author());
    if (!moved) {
      return Optional.of(WhyNot.refused(
          tx, task, "schedule", "Only a todo, ready, running or blocked task can be.", run));
    }
    if (why != null) {
      Comments.add(tx, task, session.author(), "SCHEDULED: " + why);
    }
    return Optional.empty();
  }
}
