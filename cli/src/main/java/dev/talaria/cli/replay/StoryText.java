package dev.talaria.cli.replay;

import dev.talaria.cli.Terminal;
import dev.talaria.cli.replay.story.Act;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.DecisionTold;
import dev.talaria.cli.replay.story.Ending;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Times;
import dev.talaria.cli.text.Wrapped;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A story as a timeline for people. */
final class StoryText {
  private static final int STAMP = 19;
  private static final int WHAT = 18;
  private static final String GAP = "  ";

  private final Terminal terminal;
  private final ZoneId zone;
  private final Wrapped wrapped;
  private final StoryWords words;

  StoryText(Terminal terminal, ZoneId zone) {
    this.terminal = terminal;
    this.zone = zone;
    this.wrapped = new Wrapped(terminal);
    this.words = new StoryWords(zone);
  }

  /** A moment of the timeline: in the order of events, and what follows from one event right after it. */
  private record Moment(long event, int order, List<String> lines) {}

  List<String> lines(Story story) {
    List<String> lines = new ArrayList<>(head(story));
    lines.add("");
    List<Moment> moments = new ArrayList<>();
    story.acts().forEach(act -> moments.add(new Moment(act.event(), 0, act(act))));
    story.attempts().forEach(attempt -> add(attempt, moments));
    moments.sort(Comparator.comparingLong(Moment::event).thenComparingInt(Moment::order));
    moments.forEach(moment -> lines.addAll(moment.lines()));
    lines.addAll(foot(story));
    return lines;
  }

  private List<String> head(Story story) {
    List<String> lines = new ArrayList<>();
    String title = story.title();
    lines.addAll(wrapped.lines(
        Colours.bold(terminal, Printable.line(story.task().toString())) + GAP,
        title == null ? "" : title));
    String lane = story.assignee();
    int attempts = story.attempts().size();
    lines.addAll(wrapped.lines(
        "",
        "%s%d attempt%s"
            .formatted(
                lane == null ? "" : "lane '%s', ".formatted(lane),
                attempts,
                attempts == 1 ? "" : "s")));
    return lines;
  }

  private List<String> foot(Story story) {
    List<String> lines = new ArrayList<>();
    Long notBefore = story.standing().notBefore();
    String model = story.standing().model();
    lines.add("");
    lines.addAll(wrapped.lines(
        "now: ",
        story.standing().words()
            + (notBefore == null ? "" : ", not before " + Times.stamp(notBefore, zone))
            + (model == null ? "" : "; model '%s'".formatted(model))));
    if (story.formerEvents() > 0) {
      lines.addAll(wrapped.lines(
          "",
          ("This is lineage %d of the board's file, whose history was published anew; %d events of a former life are not"
                  + " part of it.")
              .formatted(story.lineage(), story.formerEvents())));
    }
    for (String where : story.unreadable()) {
      lines.addAll(wrapped.lines("cannot be read: ", where));
    }
    return lines;
  }

  private void add(Attempt attempt, List<Moment> moments) {
    Ending ending = attempt.ending();
    long opened = attempt.event();
    if (opened == 0 && ending != null) {
      opened = ending.event();
    }
    moments.add(new Moment(opened, 1, opening(attempt)));
    if (ending != null) {
      long closed = ending.event() == 0 ? opened : ending.event();
      moments.add(new Moment(closed, 2, ending(ending, closed != opened)));
      attempt
          .decisions()
          .forEach(decision -> moments.add(new Moment(closed, 3, decision(decision))));
    }
  }

  private List<String> act(Act act) {
    return moment(act.at(), act.kind(), words.act(act));
  }

  private List<String> opening(Attempt attempt) {
    return moment(attempt.startedAt(), "attempt " + attempt.number(), words.opening(attempt));
  }

  private List<String> ending(Ending ending, boolean openingKnown) {
    List<String> lines = new ArrayList<>(
        ending.kind().equals("unknown")
            ? moment(null, "ended", "how is not on the topic: the next attempt was opened")
            : moment(ending.at(), ending.kind(), words.ending(ending)));
    if (!openingKnown && !ending.kind().equals("unknown")) {
      lines.addAll(more("how it began is not on the topic any more"));
    }
    if (ending.fingerprint() != null) {
      lines.addAll(more("fingerprint: " + ending.fingerprint()));
    }
    if (ending.output() != null) {
      Printable.block(ending.output())
          .lines()
          .forEach(line -> lines.addAll(more("| " + line.stripTrailing())));
    }
    return lines;
  }

  private List<String> decision(DecisionTold decision) {
    Long decidedAt = decision.decidedAt();
    Long at = decision.appliedAt() == null && decidedAt != null
        ? Long.valueOf(Math.floorDiv(decidedAt, 1_000L))
        : decision.appliedAt();
    return moment(at, "> " + StoryWords.word(decision.action()), words.decision(decision));
  }

  private List<String> moment(@Nullable Long at, String what, String said) {
    String shown = Printable.cut(Printable.line(what), WHAT);
    String head = (at == null ? " ".repeat(STAMP) : Times.stamp(at, zone))
        + GAP
        + shown
        + " ".repeat(Math.max(0, WHAT - Printable.width(shown)))
        + GAP;
    List<String> lines = new ArrayList<>(wrapped.lines(head, said));
    lines.set(
        0,
        lines
            .get(0)
            .replaceFirst(
                java.util.regex.Pattern.quote(shown),
                java.util.regex.Matcher.quoteReplacement(Colours.status(terminal, shown))));
    return lines;
  }

  private List<String> more(String said) {
    return wrapped.lines(" ".repeat(STAMP + WHAT + 2 * GAP.length()), said);
  }
}
