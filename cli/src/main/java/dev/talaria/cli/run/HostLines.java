package dev.talaria.cli.run;

import dev.talaria.board.waiting.Fleet;
import dev.talaria.board.waiting.Fleet.LauncherFact;
import dev.talaria.cli.run.HostLine.State;
import dev.talaria.cli.run.PresenceReader.Heard;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import dev.talaria.protocol.message.Presence.Drain;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Judges what was heard of the fleet's services. Pure; times are epoch milliseconds of the broker's clock. */
public final class HostLines {
  private static final int GONE_AFTER = 10;
  private static final long CLOCK_IS_OFF = 2_000;

  private final Duration lostAfter;
  private final ZoneId zone;
  private final long now;

  /**
   * A judge.
   *
   * @param lostAfter how long a service may be silent
   * @param zone in which people read times
   * @param now by the broker's clock
   */
  public HostLines(Duration lostAfter, ZoneId zone, long now) {
    this.lostAfter = lostAfter;
    this.zone = zone;
    this.now = now;
  }

  /** One line for each service, by host. */
  public List<HostLine> of(Collection<Heard> heard) {
    List<HostLine> lines = new ArrayList<>();
    for (Heard one : heard) {
      if (one.beat() instanceof LauncherBeat beat) {
        lines.add(launcher(one, beat));
      } else if (one.beat() instanceof DispatcherBeat beat) {
        lines.add(dispatcher(one, beat));
      }
    }
    return sorted(lines);
  }

  /** What a board's dispatcher wrote down; the clocks are not in it. */
  List<HostLine> of(Fleet fleet, String board) {
    List<HostLine> lines = new ArrayList<>();
    Fleet.DispatcherFact dispatcher = fleet.dispatcher();
    if (dispatcher != null) {
      Long stopped = dispatcher.stoppedAt();
      State state =
          stopped != null ? State.LEFT : dispatcher.isAlive(now / 1_000) ? State.UP : State.SILENT;
      lines.add(new HostLine(
          dispatcher.host(),
          "dispatcher",
          "main",
          state,
          dispatcher.seenAt() * 1_000,
          null,
          null,
          Map.of(),
          List.of(board),
          Map.of(),
          Map.of(),
          dispatcher.version(),
          null,
          List.of()));
    }
    fleet.launchers().forEach(it -> lines.add(launcher(it)));
    return sorted(lines);
  }

  private static List<HostLine> sorted(List<HostLine> lines) {
    lines.sort(Comparator.comparing(HostLine::host)
        .thenComparing(HostLine::role)
        .thenComparing(HostLine::name));
    return lines;
  }

  private State state(Heard heard, boolean farewell, @Nullable Drain drain) {
    long silence = now - heard.appendedAt();
    if (farewell) {
      return State.LEFT;
    }
    if (!heard.fresh() && silence > lostAfter.toMillis()) {
      return silence > GONE_AFTER * lostAfter.toMillis() ? State.GONE : State.SILENT;
    }
    return drain == null ? State.UP : ordered(drain.isPause());
  }

  private static State ordered(boolean pause) {
    return pause ? State.PAUSED : State.DRAINING;
  }

  private HostLine dispatcher(Heard heard, DispatcherBeat beat) {
    State state = state(heard, beat.farewell(), null);
    Long offset = offset(heard, beat.at());
    List<String> notes = new ArrayList<>();
    common(notes, heard, state, offset, null);
    return new HostLine(
        beat.host(),
        "dispatcher",
        "main",
        state,
        heard.appendedAt(),
        null,
        null,
        Map.of(),
        beat.boards().stream().map(BoardKey::slug).sorted().toList(),
        Map.of(),
        Map.of(),
        beat.version(),
        offset,
        notes);
  }

  private HostLine launcher(Heard heard, LauncherBeat beat) {
    Standing standing = beat.standing();
    Drain drain = standing == null ? null : standing.drain();
    State state = state(heard, beat.farewell(), drain);
    Long offset = offset(heard, beat.at());
    Map<String, Integer> lanes = new HashMap<>();
    beat.lanes()
        .forEach(lane -> lanes.put(
            lane.name(),
            standing == null
                ? beat.free()
                : Math.min(
                    beat.free(), standing.laneFree().getOrDefault(lane.name(), beat.free()))));
    List<String> notes = new ArrayList<>();
    common(notes, heard, state, offset, standing == null ? null : standing.backBy());
    if (drain != null) {
      notes.add(words(drain));
    }
    Map<String, String> faults = standing == null ? Map.of() : standing.faults();
    about(notes, faults, beat.labels());
    return new HostLine(
        beat.launcher().host(),
        "launcher",
        beat.launcher().name(),
        state,
        heard.appendedAt(),
        beat.slots(),
        beat.free(),
        lanes,
        List.of(),
        faults,
        beat.labels(),
        beat.version(),
        offset,
        notes);
  }

  private HostLine launcher(LauncherFact fact) {
    LauncherKey key = LauncherKey.parse(fact.name());
    State state = fact.leftAt() != null
        ? State.LEFT
        : fact.silentSince() != null
            ? State.SILENT
            : fact.drain() != null ? ordered(fact.drain().pause()) : State.UP;
    List<String> notes = new ArrayList<>();
    about(notes, fact.faults(), fact.labels());
    return new HostLine(
        key.host(),
        "launcher",
        key.name(),
        state,
        fact.seenAt() * 1_000,
        fact.slots(),
        fact.free(),
        fact.lanes(),
        List.of(),
        fact.faults(),
        fact.labels(),
        fact.version(),
        null,
        notes);
  }

  /** Only a beat that has just arrived tells how a clock stands; an old one may have waited at its sender. */
  private static @Nullable Long offset(Heard heard, long at) {
    return heard.fresh() && heard.stampedByBroker() ? Long.valueOf(at - heard.appendedAt()) : null;
  }

  private void common(
      List<String> notes, Heard heard, State state, @Nullable Long offset, @Nullable Long backBy) {
    String ago = Times.span((now - heard.appendedAt()) / 1_000);
    if (state == State.LEFT) {
      String back = backBy == null ? "" : ", back by " + stamp(backBy);
      notes.add("said farewell %s ago%s.".formatted(ago, back));
    } else if (state == State.SILENT || state == State.GONE) {
      notes.add("silent for %s.".formatted(ago));
    }
    if (offset != null && Math.abs(offset) > CLOCK_IS_OFF) {
      notes.add("its clock is %d s %s the broker's; set it by NTP."
          .formatted(Math.abs(offset) / 1_000, offset > 0 ? "ahead of" : "behind"));
    }
  }

  private String words(Drain drain) {
    Long deadline = drain.deadline();
    return "%s by %s since %s%s; %s."
        .formatted(
            drain.isPause() ? "paused" : "drained",
            drain.by(),
            stamp(drain.since()),
            drain.reason() == null ? "" : " (" + drain.reason() + ")",
            deadline == null
                ? drain.isPause()
                    ? "workers that run go on"
                    : "workers that run may end by themselves"
                : "workers that still run are stopped at " + stamp(deadline));
  }

  private static void about(
      List<String> notes, Map<String, String> faults, Map<String, String> labels) {
    new TreeMap<>(faults)
        .forEach((lane, fault) -> notes.add("cannot serve lane '%s': %s".formatted(lane, fault)));
    if (!labels.isEmpty()) {
      notes.add("labels "
          + String.join(
              ", ",
              new TreeMap<>(labels)
                  .entrySet().stream()
                      .map(it -> it.getKey() + "=" + it.getValue())
                      .toList())
          + ".");
    }
  }

  private String stamp(long millis) {
    return Times.stamp(millis / 1_000, zone);
  }
}
