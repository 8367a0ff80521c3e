package dev.talaria.cli.replay.page;

import dev.talaria.cli.replay.StoryWords;
import dev.talaria.cli.replay.page.TimeScale.Busy;
import dev.talaria.cli.replay.page.TimeScale.Cut;
import dev.talaria.cli.replay.story.Act;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.DecisionTold;
import dev.talaria.cli.replay.story.Ending;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.policy.Verdict.Action;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The attempts of a task over time: a row for each model, a bar for each attempt, and what people did below them. */
final class AttemptsPicture {
  private static final int WIDTH = 960;
  private static final int LEFT = 150;
  private static final int RIGHT = 26;
  private static final int ROW = 46;
  private static final int BAR = 24;
  private static final int NARROWEST = 6;
  private static final int MOST_CHARS = 20;

  private final Story story;
  private final ZoneId zone;
  private final Markup out;
  private final List<String> models;
  private final List<Drawn> drawn = new ArrayList<>();
  private final List<Act> acts;
  private final @Nullable TimeScale scale;

  /** An attempt whose times are known. */
  private record Drawn(Attempt attempt, long from, long to) {}

  AttemptsPicture(Story story, ZoneId zone, Markup out) {
    this.story = story;
    this.zone = zone;
    this.out = out;
    this.models = story.attempts().stream().map(Attempt::modelName).distinct().toList();
    this.acts = story.acts().stream().filter(Act::operator).toList();
    Set<Long> moments = new TreeSet<>();
    acts.forEach(act -> moments.add(act.at()));
    story.attempts().forEach(attempt -> draw(attempt, moments));
    this.scale = drawn.isEmpty()
        ? null
        : new TimeScale(
            moments,
            drawn.stream().map(it -> new Busy(it.from(), it.to())).toList(),
            WIDTH - LEFT - RIGHT);
  }

  private void draw(Attempt attempt, Set<Long> moments) {
    Ending ending = attempt.ending();
    Long to = ending == null || ending.at() == 0 ? null : Long.valueOf(ending.at());
    Long from = attempt.startedAt();
    Long seconds = attempt.seconds();
    if (from == null && to != null) {
      from = to - (seconds == null ? 0 : seconds);
    }
    if (from != null) {
      long until = to == null ? from : Math.max(from, to);
      drawn.add(new Drawn(attempt, from, until));
      moments.add(from);
      moments.add(until);
    }
  }

  /** Writes it; nothing where no attempt has a time. */
  void write() {
    TimeScale times = scale;
    if (times == null) {
      return;
    }
    int floor = 14 + models.size() * ROW;
    int height = floor + (acts.isEmpty() ? 34 : 62);
    out.open(
        "svg",
        "viewBox",
        "0 0 %d %d".formatted(WIDTH, height),
        "role",
        "img",
        "aria-label",
        "%d attempts of task %s over time".formatted(drawn.size(), story.task().taskId()));
    rows();
    cuts(times, floor);
    drawn.forEach(it -> bar(times, it));
    acts.forEach(act -> act(times, act, floor + 12));
    axis(times, height);
    out.close();
  }

  private void rows() {
    for (String model : models) {
      int y = top(model);
      String name = model.isEmpty() ? "profile's model" : model;
      out.leaf(
          "text",
          name.length() <= MOST_CHARS ? name : name.substring(0, MOST_CHARS - 1) + "…",
          "class",
          "rung",
          "x",
          "0",
          "y",
          Integer.toString(y + BAR / 2 + 5));
      out.empty(
          "line",
          "class",
          "grid",
          "x1",
          Integer.toString(LEFT),
          "x2",
          Integer.toString(WIDTH),
          "y1",
          Integer.toString(y + BAR / 2),
          "y2",
          Integer.toString(y + BAR / 2));
    }
  }

  /** The first model on top would be usual; a ladder is climbed, so that its first rung is at the bottom. */
  private int top(String model) {
    return 14 + (models.size() - 1 - models.indexOf(model)) * ROW;
  }

  private void bar(TimeScale times, Drawn it) {
    double x = LEFT + times.at(it.from());
    double width = Math.max(NARROWEST, times.at(it.to()) - times.at(it.from()));
    int y = top(it.attempt().modelName());
    out.open("g").leaf("title", tip(it.attempt()));
    out.empty(
        "rect",
        "class",
        "bar " + tone(it.attempt().ending()),
        "x",
        number(x),
        "y",
        Integer.toString(y),
        "width",
        number(width),
        "height",
        Integer.toString(BAR),
        "rx",
        "4");
    out.leaf(
        "text",
        Integer.toString(it.attempt().number()),
        "class",
        width < 18 ? "outside" : "inside",
        "x",
        number(x + width / 2),
        "y",
        Integer.toString(width < 18 ? y + BAR + 14 : y + BAR / 2 + 5));
    it.attempt().decision().ifPresent(decision -> mark(decision, x + width, y));
    out.close();
  }

  private void mark(DecisionTold decision, double x, int y) {
    String sign = switch (decision.action()) {
      case ESCALATE -> "↑";
      case GIVE_UP -> "✕";
      case BLOCK -> "‖";
      case RETRY -> "";
    };
    if (!sign.isEmpty()) {
      out.leaf(
          "text",
          sign,
          "class",
          decision.action() == Action.ESCALATE ? "sign" : "sign stop",
          "x",
          number(x + 9),
          "y",
          Integer.toString(y + BAR / 2 + 6));
    }
  }

  private void act(TimeScale times, Act act, int y) {
    double x = LEFT + times.at(act.at());
    out.open("g").leaf("title", "%s  %s %s".formatted(stamp(act.at()), act.kind(), act.words()));
    out.empty("path", "class", "act", "d", "M%s %d l6 6 l-6 6 l-6 -6 z".formatted(number(x), y));
    out.close();
  }

  private void cuts(TimeScale times, int floor) {
    for (Cut cut : times.cuts()) {
      double x = LEFT + cut.at();
      out.open("g").leaf("title", "nothing for " + Times.span(cut.seconds()));
      out.empty(
          "line",
          "class",
          "cut",
          "x1",
          number(x),
          "x2",
          number(x),
          "y1",
          "6",
          "y2",
          Integer.toString(floor - 12));
      out.leaf(
          "text",
          Times.span(cut.seconds()),
          "class",
          "cut",
          "x",
          number(x),
          "y",
          Integer.toString(floor + 2));
      out.close();
    }
  }

  private void axis(TimeScale times, int height) {
    String y = Integer.toString(height - 6);
    out.leaf("text", stamp(times.first()), "class", "time", "x", Integer.toString(LEFT), "y", y);
    if (times.last() > times.first()) {
      out.leaf(
          "text",
          stamp(times.last()),
          "class",
          "time last",
          "x",
          Integer.toString(WIDTH - RIGHT),
          "y",
          y);
    }
  }

  private String tip(Attempt attempt) {
    Ending ending = attempt.ending();
    var words = new StoryWords(zone);
    return "attempt %d: %s\n%s"
        .formatted(
            attempt.number(),
            words.opening(attempt),
            ending == null ? "running" : ending.kind() + " " + words.ending(ending));
  }

  /** The style of an ending: whether it came to something, failed, or was nobody's fault. */
  static String tone(@Nullable Ending ending) {
    if (ending == null) {
      return "open";
    }
    if (ending.succeeded()) {
      return "good";
    }
    return switch (ending.kind()) {
      case "crashed", "timed_out", "spawn_failed", "protocol_violation", "gave_up" -> "bad";
      default -> "meh";
    };
  }

  private String stamp(long seconds) {
    return Times.stamp(seconds, zone);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
