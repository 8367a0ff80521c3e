package dev.talaria.cli.replay;

import dev.talaria.cli.Terminal;
import dev.talaria.cli.replay.gaveup.Cause;
import dev.talaria.cli.replay.gaveup.GaveUpReport;
import dev.talaria.cli.replay.gaveup.GaveUpTask;
import dev.talaria.cli.replay.gaveup.PartingSum;
import dev.talaria.cli.replay.whatif.Parting;
import dev.talaria.cli.replay.whatif.Turn;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import dev.talaria.cli.text.Wrapped;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What another policy would have done, and what gave up, for people. */
final class WhatIfText {
  private static final Pattern SPAN = Pattern.compile("[0-9.]+[smhdSMHD]");

  private final Terminal terminal;
  private final ZoneId zone;
  private final Wrapped wrapped;

  WhatIfText(Terminal terminal, ZoneId zone) {
    this.terminal = terminal;
    this.zone = zone;
    this.wrapped = new Wrapped(terminal);
  }

  /** One task's history under another policy. */
  List<String> lines(WhatIfTold told) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(wrapped.lines(
        Colours.bold(terminal, "What if") + " ", WhatIfWords.changed(told.changed())));
    var table = new Table(terminal, "ATTEMPT", "ENDED", "REALLY", "WHAT IF", "");
    for (Turn turn : told.turns()) {
      table.row(
          Integer.toString(turn.attempt()),
          turn.kind(),
          WhatIfWords.really(turn),
          WhatIfWords.otherwise(turn),
          WhatIfWords.mark(turn.difference()));
    }
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(wrapped.lines("", WhatIfWords.sum(told.parting())));
    told.notes().forEach(note -> lines.addAll(wrapped.lines("note: ", note)));
    return lines;
  }

  /** All that gave up. */
  List<String> lines(GaveUpReport report) {
    List<String> lines = new ArrayList<>();
    if (report.tasks() == 0) {
      return List.of("No task gave up %s.".formatted(when(report.since())));
    }
    lines.add("%d task%s gave up %s, after %d attempts of %d s together; %d %s blocked now."
        .formatted(
            report.tasks(),
            plural(report.tasks()),
            when(report.since()),
            report.attempts(),
            report.seconds(),
            report.stillBlocked(),
            report.stillBlocked() == 1 ? "stands" : "stand"));
    report.causes().forEach(cause -> lines.addAll(lines(cause)));
    PartingSum sum = report.whatIf();
    if (sum != null) {
      lines.add("");
      lines.addAll(lines(sum));
    }
    return lines;
  }

  private static String when(String since) {
    return SPAN.matcher(since).matches() ? "in the last " + since : "since " + since;
  }

  private static String plural(int count) {
    return count == 1 ? "" : "s";
  }

  private List<String> lines(Cause cause) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    int count = cause.tasks().size();
    lines.addAll(wrapped.lines(
        Colours.bold(terminal, "%d task%s".formatted(count, plural(count))) + "  ",
        "%s  (%d attempts, %d s)".formatted(cause.cause(), cause.attempts(), cause.seconds())));
    var table = new Table(terminal, "TASK", "GAVE UP", "RULE", "TRIED", "MODEL", "NOW", "TITLE");
    for (GaveUpTask task : cause.tasks()) {
      table.row(
          task.task().toString(),
          Times.stamp(task.at(), zone),
          task.rule(),
          Integer.toString(task.attempts()),
          task.model().isEmpty() ? "-" : task.model(),
          task.status(),
          task.title() == null ? "" : task.title());
    }
    lines.addAll(table.withStatusIn(5).lines());
    for (GaveUpTask task : cause.tasks()) {
      Parting parting = task.parting();
      if (parting != null) {
        lines.addAll(
            wrapped.lines("  " + Printable.line(task.task().taskId()) + "  ", parting.words()));
      }
    }
    return lines;
  }

  private List<String> lines(PartingSum sum) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        wrapped.lines(Colours.bold(terminal, "What if") + " ", WhatIfWords.changed(sum.changed())));
    List<String> with = new ArrayList<>();
    sum.goneOnWith()
        .forEach((model, count) -> with.add("%d with %s"
            .formatted(count, model.isEmpty() ? "the profile's model" : "'" + model + "'")));
    lines.add("%d would have gone on%s"
        .formatted(sum.goneOn(), with.isEmpty() ? "" : ": " + String.join(", ", with)));
    if (sum.goneOn() > 0) {
      lines.add("   %d attempt%s added at least, %d at most had each failed alike%s"
          .formatted(
              sum.addedAtLeast(),
              plural(sum.addedAtLeast()),
              sum.addedAtMost(),
              sum.endless() == 0
                  ? ""
                  : ", and no end of them for %d task%s"
                      .formatted(sum.endless(), plural(sum.endless()))));
    }
    lines.add("%d would have been stopped earlier: %d attempts and %d s saved%s"
        .formatted(
            sum.stoppedEarlier(),
            sum.savedAttempts(),
            sum.savedSeconds(),
            sum.missedCompletions() == 0
                ? ""
                : ", %d of them had completed their task".formatted(sum.missedCompletions())));
    lines.add("%d would have had another model on the way, %d would have been stopped otherwise"
        .formatted(sum.otherModel(), sum.stoppedOtherwise()));
    lines.add("%d would have gone the same way".formatted(sum.same()));
    lines.add("How attempts beyond the parting would have ended is unknown.");
    return lines;
  }
}
