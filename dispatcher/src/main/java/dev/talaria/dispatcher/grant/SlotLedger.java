package dev.talaria.dispatcher.grant;

import dev.talaria.board.dispatch.ReadyWork;
import dev.talaria.dispatcher.grant.SlotTurns.Seeker;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a launcher that is granted to directly, without offers: the one in this JVM. A run takes its slot before it
 * is granted and gives it back when its end is on the board, so that the ledger never counts a slot free that is not.
 * Thread-safe: the boards of a host share it, and take turns where several want a slot.
 */
public final class SlotLedger {
  private final DirectLauncher launcher;
  private final Map<RunKey, Lane> taken = new HashMap<>();
  private final Map<Lane, Integer> reservedInLane = new HashMap<>();
  private final Set<BoardKey> boards = new HashSet<>();
  private final SlotTurns turns = new SlotTurns();
  private int reserved;
  private boolean closed;
  private boolean denied;

  public SlotLedger(DirectLauncher launcher) {
    this.launcher = launcher;
  }

  /**
   * A launcher that is granted to directly.
   *
   * @param key its address
   * @param incarnation of this start
   * @param instance of this start
   * @param slots how many workers it runs at most
   * @param lanes the lanes that it is configured for, with the most workers that each may have
   * @param serves whether it can start workers of a lane now: its command may be missing for a while
   * @param labels that tasks may require
   */
  public record DirectLauncher(
      LauncherKey key,
      long incarnation,
      String instance,
      int slots,
      Map<Lane, Integer> lanes,
      Predicate<Lane> serves,
      Map<String, String> labels)
      implements ReadyWork.Taker {
    public DirectLauncher {
      lanes = Map.copyOf(lanes);
      labels = Map.copyOf(labels);
    }

    /** It is on the board's own host, where every workspace is what its task says. */
    @Override
    public boolean scratchOnly() {
      return false;
    }

    @Override
    public boolean takes(String workspaceKind, @Nullable String workspacePath) {
      return true;
    }

    /** One that can always start all of them. */
    public DirectLauncher(
        LauncherKey key, long incarnation, String instance, int slots, Map<Lane, Integer> lanes) {
      this(key, incarnation, instance, slots, lanes, lane -> true, Map.of());
    }
  }

  public DirectLauncher launcher() {
    return launcher;
  }

  /** The lanes that it serves now. */
  public List<Lane> lanes() {
    return launcher.lanes().keySet().stream().filter(launcher.serves()).sorted().toList();
  }

  /** A board will use its slots. */
  synchronized void join(BoardKey board) {
    boards.add(board);
  }

  /** Whether several boards use its slots. */
  synchronized boolean isShared() {
    return boards.size() > 1;
  }

  /** A board has work in a lane and found no slot for it; for a few seconds, unless it says so again. */
  synchronized void waits(BoardKey board, Lane lane, long now) {
    turns.waits(new Seeker(board, lane), now);
  }

  /** Whether a board has just said so. */
  synchronized boolean isWaiting(BoardKey board, Lane lane, long now) {
    return turns.hasJustSaidSo(new Seeker(board, lane), now);
  }

  /** A board has no use for a slot in a lane; says whether one is free that was left to it. */
  synchronized boolean leaves(BoardKey board, Lane lane) {
    return turns.leaves(new Seeker(board, lane)) && untaken() > 0;
  }

  /** No slot is given out any more. */
  public synchronized void closeForGrants() {
    closed = true;
  }

  /** Slots that a board has set aside for the grants of one turn. One thread; ended by {@link SlotLedger#settle}. */
  public final class Reservation {
    private final BoardKey board;
    private final int slots;
    private final long now;
    private boolean leftSome;
    private final Map<Lane, Integer> lanes = new HashMap<>();
    private final Map<RunKey, Lane> granted = new HashMap<>();

    private Reservation(BoardKey board, int slots, long now) {
      this.board = board;
      this.slots = slots;
      this.now = now;
    }

    /** How many slots it has, whatever their lane. */
    public int slots() {
      return slots;
    }

    /**
     * Takes up to so many of a lane's own slots, less what is the turn of boards that wait; says how many it got.
     *
     * @param freed runs whose slots are given out again in the same turn
     */
    public int inLane(Lane lane, int wanted, List<RunKey> freed) {
      synchronized (SlotLedger.this) {
        int again =
            (int) freed.stream().filter(run -> lane.equals(taken.get(run))).count();
        int room = freeInLane(lane) + again;
        int got = turns.share(
            new Seeker(board, lane),
            wanted,
            of -> of.equals(lane) ? room : freeInLane(of),
            seeker -> running(seeker) - (seeker.board().equals(board) ? again : 0),
            now);
        leftSome |= got < Math.min(wanted, room);
        lanes.merge(lane, got, Integer::sum);
        reservedInLane.merge(lane, got, Integer::sum);
        return got;
      }
    }

    /** These runs are to have slots, once they are durable. */
    public void granted(Lane lane, List<RunKey> runs) {
      runs.forEach(run -> granted.put(run, lane));
    }
  }

  /**
   * Takes up to so many slots for grants that are about to be made.
   *
   * @param board whose grants
   * @param now monotonic nanoseconds
   */
  public synchronized Reservation reserve(BoardKey board, int wanted, long now) {
    int got =
        closed ? 0 : Math.max(0, Math.min(wanted, launcher.slots() - taken.size() - reserved));
    reserved += got;
    denied |= got < Math.min(wanted, 1) && reserved > 0;
    return new Reservation(board, got, now);
  }

  /**
   * The reserved slots became runs, if they are durable; what is left over is free again.
   *
   * @return whether other boards should look again: one found no slot meanwhile, or was left one
   */
  public synchronized boolean settle(Reservation reservation, boolean durable) {
    reserved -= reservation.slots;
    reservation.lanes.forEach((lane, count) -> reservedInLane.merge(lane, -count, Integer::sum));
    int granted = durable ? reservation.granted.size() : 0;
    if (durable) {
      taken.putAll(reservation.granted);
      reservation.granted.forEach((run, lane) -> turns.served(new Seeker(run.board(), lane)));
    }
    boolean lookAgain = reservation.leftSome || denied && granted < reservation.slots;
    denied = false;
    return lookAgain;
  }

  /** A run that holds a slot already: it was granted before this start. */
  public synchronized void occupy(RunKey run, Lane lane) {
    taken.put(run, lane);
  }

  /** Whether the run has a slot that, once free, may be given out again. */
  public synchronized boolean holds(RunKey run) {
    return !closed && taken.containsKey(run);
  }

  /** A run has ended, or never started. */
  public synchronized boolean release(RunKey run) {
    return taken.remove(run) != null;
  }

  /** How many runs of a lane it would take now, as far as the lane's own bound goes. */
  public synchronized int freeIn(Lane lane) {
    return Math.max(0, freeInLane(lane));
  }

  private int freeInLane(Lane lane) {
    int bound = launcher.lanes().getOrDefault(lane, launcher.slots());
    long used = taken.values().stream().filter(lane::equals).count();
    return (int) (bound - used - reservedInLane.getOrDefault(lane, 0));
  }

  private int running(Seeker seeker) {
    return (int) taken.entrySet().stream()
        .filter(run ->
            run.getValue().equals(seeker.lane()) && run.getKey().board().equals(seeker.board()))
        .count();
  }

  /** How many slots no run has, reserved ones among them; for people to read, not to be granted from. */
  public synchronized int untaken() {
    return Math.max(0, launcher.slots() - taken.size());
  }

  /** As {@link #untaken}, as far as the lane's own bound goes. */
  public synchronized int untakenIn(Lane lane) {
    int bound = launcher.lanes().getOrDefault(lane, launcher.slots());
    long used = taken.values().stream().filter(lane::equals).count();
    return (int) Math.max(0, Math.min(untaken(), bound - used));
  }

  /** How many runs it would take now. */
  public synchronized int free() {
    int free = closed ? 0 : Math.max(0, launcher.slots() - taken.size() - reserved);
    denied |= free == 0 && reserved > 0;
    return free;
  }
}
