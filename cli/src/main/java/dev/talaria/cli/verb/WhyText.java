package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.task.Task;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.waiting.Fleet;
import dev.talaria.board.waiting.Fleet.DispatcherFact;
import dev.talaria.board.waiting.Fleet.LauncherFact;
import dev.talaria.board.waiting.LaneFacts;
import dev.talaria.board.waiting.WaitCode;
import dev.talaria.board.waiting.WaitReason;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Colours;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Times;
import dev.talaria.cli.text.Wrapped;
import dev.talaria.protocol.waiting.Downstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reasons of waiting, for people and for programs. */
final class WhyText {
  private static final long DAY = 86_400;
  private static final int TIME_OF_DAY = 11; // after the date in a stamp

  private final Session session;
  private final long now;

  WhyText(Session session) {
    this.session = session;
    this.now = session.surroundings().clock().instant().getEpochSecond();
  }

  /** One task, with a paragraph for each reason. */
  List<String> lines(Task task, List<WaitReason> reasons, @Nullable Downstream below) {
    var wrapped = new Wrapped(session.terminal());
    List<String> lines = new ArrayList<>();
    String assignee = task.assignee();
    lines.add(Colours.bold(
            session.terminal(),
            Printable.cut(Printable.line(task.id() + "  " + task.title()), width()))
        .stripTrailing());
    lines.add("%s, %s, priority %d"
        .formatted(
            Colours.status(session.terminal(), Printable.line(task.status())),
            assignee == null ? "of nobody" : "lane " + Printable.line(assignee),
            task.priority()));
    for (WaitReason reason : reasons) {
      lines.add("");
      lines.addAll(wrapped.lines("  ", reason.text(this::moment)));
      if (!reason.advice().isEmpty()) {
        lines.addAll(wrapped.lines("  -> ", advice(task, reason)));
      }
      lines.add("  " + reason.code().docs());
    }
    if (below != null) {
      lines.add("");
      lines.add("  %s.".formatted(StrandedText.words(below)));
    }
    return lines;
  }

  private int width() {
    return session.terminal().interactive() ? session.terminal().width() : Integer.MAX_VALUE;
  }

  private static String advice(Task task, WaitReason reason) {
    return reason.advice().replaceAll("\\bID\\b", task.id().replaceAll("[^A-Za-z0-9_-]", "?"));
  }

  /** A time within a day without its date, and how far it is from now. */
  private String moment(long seconds) {
    String stamp = Times.stamp(seconds, session.surroundings().zone());
    boolean near = Math.abs(seconds - now) < DAY;
    String shown = near ? stamp.substring(Math.min(TIME_OF_DAY, stamp.length())) : stamp;
    return seconds > now
        ? "%s (in %s)".formatted(shown, Times.span(seconds - now))
        : "%s (%s ago)".formatted(shown, Times.span(now - seconds));
  }

  /** As {@link #lines(Task, List, Downstream)}; {@code stranded} is there where something waits for the task. */
  ObjectNode json(Task task, List<WaitReason> reasons, @Nullable Downstream below) {
    ObjectNode node = BoardJson.object()
        .put("task", task.id())
        .put("title", task.title())
        .put("status", task.status())
        .put("assignee", task.assignee());
    ArrayNode all = node.putArray("reasons");
    for (WaitReason reason : reasons) {
      ObjectNode one = all.addObject()
          .put("reason", reason.code().wire())
          .put("text", reason.text(this::moment))
          .put("advice", advice(task, reason))
          .put("docs", reason.code().docs());
      reason.describe(one.putObject("facts"));
    }
    if (below != null) {
      StrandedText.json(below, node.putObject("stranded"));
    }
    return node;
  }

  /** All that wait: how the fleet stands in a line or two, then a table. */
  List<String> lines(LaneFacts lanes, Map<WaitingCounts.Key, Long> counts) {
    List<String> lines = new ArrayList<>(new Wrapped(session.terminal()).lines("", fleet(lanes)));
    if (counts.isEmpty()) {
      lines.add("Nothing waits.");
      return lines;
    }
    lines.add("");
    var table = new Table(session.terminal(), "TASKS", "LANE", "REASON", "WHICH MEANS");
    counts.forEach((key, n) -> table.row(
        number(n),
        key.lane().isEmpty() ? "-" : Printable.cut(Printable.line(key.lane()), 24),
        key.reason().wire(),
        key.reason().summary()));
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(new Wrapped(session.terminal())
        .lines("", "About one task: talaria why ID. About a reason: docs/troubleshooting.md"));
    return lines;
  }

  private static String number(long n) {
    return n >= WaitingCounts.MOST ? n + "+" : Long.toString(n);
  }

  private String fleet(LaneFacts lanes) {
    Fleet fleet = lanes.fleet();
    DispatcherFact dispatcher = fleet.dispatcher();
    if (dispatcher == null || !lanes.isServed()) {
      return lanes.nobody().text(this::moment);
    }
    List<LauncherFact> here =
        fleet.launchers().stream().filter(LauncherFact::isHere).toList();
    int slots = here.stream().mapToInt(LauncherFact::slots).sum();
    int free = here.stream().mapToInt(LauncherFact::free).sum();
    return "Dispatched by host '%s'; Kafka is %s; %s with %d of %d slots free."
        .formatted(
            dispatcher.host(),
            dispatcher.hearsKafka()
                ? "heard"
                : "not heard since " + moment(dispatcher.kafkaSince()),
            here.size() == 1 ? "1 launcher" : here.size() + " launchers",
            free,
            slots);
  }

  ObjectNode json(LaneFacts lanes, Map<WaitingCounts.Key, Long> counts) {
    ObjectNode node = BoardJson.object();
    DispatcherFact dispatcher = lanes.fleet().dispatcher();
    ObjectNode about = node.putObject("dispatcher").put("serves", lanes.isServed());
    if (dispatcher != null) {
      about
          .put("host", dispatcher.host())
          .put("hears_kafka", dispatcher.hearsKafka())
          .put("seen_at", dispatcher.seenAt())
          .put("stopped_at", dispatcher.stoppedAt());
    }
    ArrayNode waiting = node.putArray("waiting");
    counts.forEach((key, n) -> {
      WaitCode reason = key.reason();
      waiting
          .addObject()
          .put("tasks", n)
          .put("at_least", n >= WaitingCounts.MOST)
          .put("lane", key.lane().isEmpty() ? null : key.lane())
          .put("reason", reason.wire())
          .put("text", reason.summary())
          .put("docs", reason.docs());
    });
    return node;
  }
}
