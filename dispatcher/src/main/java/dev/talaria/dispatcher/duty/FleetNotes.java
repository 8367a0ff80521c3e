package dev.talaria.dispatcher.duty;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.waiting.Fleet;
import dev.talaria.board.waiting.Fleet.DispatcherFact;
import dev.talaria.board.waiting.Fleet.DrainFact;
import dev.talaria.board.waiting.Fleet.LauncherFact;
import dev.talaria.board.waiting.FleetTable;
import dev.talaria.dispatcher.grant.SlotLedger;
import dev.talaria.dispatcher.presence.LauncherDirectory;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence.Drain;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what only the dispatcher knows into the board, where programs without Kafka read why tasks wait. It writes what
 * has changed, and once a minute a sign of its own life. One thread.
 */
public final class FleetNotes {
  private static final long RENEW_SECONDS = Fleet.DISPATCHER_LOST_SECONDS / 3;

  private final String host;
  private final String version;
  private final boolean grants;
  private final Caps caps;
  private final Duration lostAfter;
  private final LauncherDirectory launchers;
  private final @Nullable SlotLedger direct;

  /**
   * For one board.
   *
   * @param grants whether its work is started at all
   * @param direct the slots of the launcher in this process, if there is one
   */
  public FleetNotes(
      String host,
      String version,
      boolean grants,
      Caps caps,
      Duration lostAfter,
      LauncherDirectory launchers,
      @Nullable SlotLedger direct) {
    this.host = host;
    this.version = version;
    this.grants = grants;
    this.caps = caps;
    this.lostAfter = lostAfter;
    this.launchers = launchers;
    this.direct = direct;
  }

  /**
   * Writes what is known now.
   *
   * @param placed whether the board has found its place on Kafka
   */
  public Fleet note(Tx tx, boolean placed, long nowNanos) {
    Fleet before = FleetTable.read(tx);
    Fleet now = new Fleet(
        self(before.dispatcher(), placed, null, tx.now(), nowNanos),
        all(before, tx.now(), nowNanos));
    FleetTable.write(tx, now, RENEW_SECONDS);
    return now;
  }

  /** Puts a clean stop on record. */
  public void stopped(Tx tx, long nowNanos) {
    Fleet before = FleetTable.read(tx);
    FleetTable.write(
        tx,
        new Fleet(
            self(before.dispatcher(), false, tx.now(), tx.now(), nowNanos), before.launchers()),
        RENEW_SECONDS);
  }

  private DispatcherFact self(
      @Nullable DispatcherFact before,
      boolean placed,
      @Nullable Long stoppedAt,
      long now,
      long nowNanos) {
    long pid = ProcessHandle.current().pid();
    boolean hears = launchers.isHearing(nowNanos);
    long since = before != null && before.pid() == pid && before.hearsKafka() == hears
        ? before.kafkaSince()
        : now;
    return new DispatcherFact(
        host, pid, version, grants, placed, hears, since, caps, stoppedAt, now);
  }

  private List<LauncherFact> all(Fleet before, long now, long nowNanos) {
    Map<String, LauncherFact> known = new HashMap<>();
    before.launchers().forEach(it -> known.put(it.name(), it));
    List<LauncherFact> all = new ArrayList<>();
    LauncherKey own = direct == null ? null : direct.launcher().key();
    if (direct != null) {
      all.add(own(direct, launchers.latest(direct.launcher().key()).orElse(null), now));
    }
    for (LauncherBeat beat : launchers.all()) {
      if (!beat.launcher().equals(own)) {
        all.add(heard(beat, known.get(beat.launcher().toString()), now, nowNanos));
      }
    }
    return all;
  }

  /** The launcher in this process: its slots are known without its beats. */
  private static LauncherFact own(SlotLedger slots, @Nullable LauncherBeat beat, long now) {
    Standing standing = beat == null ? null : beat.standing();
    Map<String, Integer> lanes = new HashMap<>();
    slots.lanes().stream()
        .filter(slots.launcher().serves())
        .forEach(lane -> lanes.put(lane.name(), slots.untakenIn(lane)));
    if (standing != null) {
      standing.faults().keySet().forEach(lanes::remove);
    }
    return new LauncherFact(
        slots.launcher().key().toString(),
        true,
        slots.launcher().slots(),
        slots.untaken(),
        lanes,
        standing == null ? Map.of() : standing.faults(),
        slots.launcher().labels(),
        standing == null ? null : standing.places(),
        standing == null ? null : drain(standing.drain()),
        null,
        null,
        null,
        beat == null ? "" : beat.version(),
        now);
  }

  private LauncherFact heard(
      LauncherBeat beat, @Nullable LauncherFact before, long now, long nowNanos) {
    Standing standing = beat.standing();
    Map<String, Integer> lanes = new HashMap<>();
    for (Lane lane : beat.lanes()) {
      int free = standing == null
          ? beat.free()
          : standing.laneFree().getOrDefault(lane.name(), beat.free());
      lanes.put(lane.name(), free);
    }
    boolean lost = !beat.farewell() && !launchers.isPresent(beat.launcher(), nowNanos);
    Long backBy = standing == null ? null : standing.backBy();
    return new LauncherFact(
        beat.launcher().toString(),
        false,
        beat.slots(),
        beat.free(),
        lanes,
        standing == null ? Map.of() : standing.faults(),
        beat.labels(),
        standing == null ? null : standing.places(),
        standing == null ? null : drain(standing.drain()),
        since(lost, before == null ? null : before.silentSince(), now - lostAfter.toSeconds()),
        since(beat.farewell(), before == null ? null : before.leftAt(), now),
        backBy == null ? null : Long.valueOf(backBy / 1_000),
        beat.version(),
        now);
  }

  private static @Nullable Long since(boolean holds, @Nullable Long before, long now) {
    return !holds ? null : before == null ? Long.valueOf(now) : before;
  }

  private static @Nullable DrainFact drain(@Nullable Drain drain) {
    if (drain == null) {
      return null;
    }
    Long deadline = drain.deadline();
    return new DrainFact(
        drain.by(),
        drain.reason(),
        drain.since() / 1_000,
        deadline == null ? null : Long.valueOf(deadline / 1_000),
        drain.isPause());
  }
}
