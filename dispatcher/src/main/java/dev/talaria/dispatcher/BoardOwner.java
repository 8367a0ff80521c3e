package dev.talaria.dispatcher;

import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Inbox;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.duty.HostWatch;
import dev.talaria.dispatcher.grant.LocalGrants;
import dev.talaria.dispatcher.grant.SlotLedger;
import dev.talaria.dispatcher.inbox.BoardInbox;
import dev.talaria.dispatcher.inbox.BoardInput;
import dev.talaria.dispatcher.offer.Offers;
import dev.talaria.dispatcher.reply.Replies;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.RelayCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to a board in this process, and its one writing connection, open for the dispatcher's whole
 * life. Everything for the board comes through its queue; what has piled up is applied in one transaction, and only what is
 * durable is answered.
 */
final class BoardOwner
    implements BoardInbox, dev.talaria.dispatcher.relay.BoardLife, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BoardOwner.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final long LOOK_AFTER_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long TIDY_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MOST_AT_ONCE = 2_000;

  private final BoardFile file;
  private final OwnedFile connection;
  private final BoardWork work;
  private final @Nullable SlotLedger direct;
  private final Replies replies;
  private final Offers offers;
  private final OwnerListener listener;
  private final BoardCheck check;
  private final BlockingQueue<Event> queue = new LinkedBlockingQueue<>();
  private final Publication publication = new Publication();
  private final Thread thread;
  private boolean verified;

  /** The file was replaced: what was read from the former one's offsets on leaves a gap in this one. */
  private boolean awaitingSeek;

  private long lastLookAfter;
  private long lastTidy;
  private long lastTurn;

  /** Since when, in epoch milliseconds, what this turn finds has been there, as far as the file's watch tells. */
  private long changed;

  private volatile boolean stopping;
  private volatile boolean stoodDown;
  private volatile boolean closing;

  BoardOwner(
      BoardFile file,
      Supplier<Board> boards,
      BoardWork work,
      @Nullable SlotLedger direct,
      Replies replies,
      Offers offers,
      OwnerListener listener) {
    this.file = file;
    this.connection = new OwnedFile(file, boards);
    this.work = work;
    this.direct = direct;
    this.replies = replies;
    this.offers = offers;
    this.listener = listener;
    this.check = new BoardCheck(file.key(), boards);
    this.thread = new Thread(this::run, "board-" + file.key());
  }

  /** What the owner tells others; calls are quick. */
  interface OwnerListener {
    /** Something was committed that the relay should look at. */
    void committed();

    /** The file was replaced under the board; everything must be verified again. */
    void fileReplaced();

    /** Slots of the launcher in this JVM are free again. */
    void slotsFreed();
  }

  /** What the owner's thread is woken for. */
  private sealed interface Event {}

  private record Inputs(List<BoardInput> records) implements Event {}

  private record Beat(LauncherBeat beat) implements Event {}

  private record Wake() implements Event {}

  private record LookAfter() implements Event {}

  private record FileChanged(long nanos) implements Event {}

  /** What is to be done after something was done elsewhere. */
  private record Afterwards(HostWatch.Deed deed) implements Event {}

  /** From here on records are read from this file's own offsets. */
  private record Sought() implements Event {}

  private record Call<T extends @Nullable Object>(
      Function<Board, T> function, CompletableFuture<T> result) implements Event {
    void run(Board board) {
      try {
        result.complete(function.apply(board));
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    }
  }

  @Override
  public BoardKey key() {
    return file.key();
  }

  BoardFile file() {
    return file;
  }

  /** Opens the board, so that this connection stands before anything else touches the file; then starts. */
  void start() {
    openBoard();
    thread.start();
  }

  void wake() {
    queue.add(new Wake());
  }

  /** From now on nothing is granted nor offered: another speaks for this board. */
  void standDown() {
    stoodDown = true;
  }

  /** A launcher is gone: its runs are looked after now, and not when their turn comes. */
  void lookAfterRuns() {
    queue.add(new LookAfter());
  }

  /** Something in the board's directory changed: often only what this owner has just committed itself. */
  void fileChanged() {
    queue.add(new FileChanged(System.nanoTime()));
  }

  void heard(LauncherBeat beat) {
    queue.add(new Beat(beat));
  }

  @Override
  public void deliver(List<BoardInput> inputs) {
    queue.add(new Inputs(inputs));
  }

  @Override
  public void incidents(List<Incident> open) {
    work.mirrors().incidents().heard(open);
    wake();
  }

  @Override
  public OptionalLong nextOffset(BoardInput.Source source) {
    queue.add(new Sought());
    return call(current -> current
        .read(tx -> Inbox.get(tx, source.topic(), source.partition()))
        .filter(position -> position.topicId().equals(source.topicId()))
        .map(position -> OptionalLong.of(position.nextOffset()))
        .orElseGet(OptionalLong::empty));
  }

  @Override
  public long lineage() {
    return call(current -> current.read(Publication::lineage));
  }

  @Override
  public long startNextLineage(RelayCursor recorded) {
    return call(current -> current.write(tx -> Publication.startNextLineage(tx, recorded)));
  }

  @Override
  public void verified(Optional<RelayCursor> cursor) {
    call(current -> {
      current.change(publication::note);
      verified = true;
      return true;
    });
    wake();
  }

  @Override
  public void published(long event) {
    publication.reached(event);
  }

  private <T extends @Nullable Object> T call(Function<Board, T> function) {
    var call = new Call<>(function, new CompletableFuture<>());
    queue.add(call);
    try {
      return call.result().get(2, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BoardStoreException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(
          "board '" + file.key() + "' did not answer within 2 minutes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void run() {
    List<Event> pending = new ArrayList<>();
    while (!closing || !pending.isEmpty() || !queue.isEmpty()) {
      try {
        if (pending.isEmpty()) {
          Event first = queue.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
          if (first != null) {
            pending.add(first);
          }
        }
        queue.drainTo(pending, MOST_AT_ONCE);
        turn(pending);
        connection.checkpointNowAndThen();
        pending.clear();
      } catch (RuntimeException e) {
        if (e instanceof DamagedBoardException) {
          check.suspect();
        }
        // whatever it is, this thread is the only one that writes to the board: it goes on
        if (e instanceof BoardStoreException) {
          log.error(
              "Board '{}' could not be written; it is tried again: {}", file.key(), e.getMessage());
          log.debug("board failure", e);
        } else {
          log.error("Board '{}' could not be taken further; it is tried again", file.key(), e);
        }
        pause();
        if (closing) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void turn(List<Event> events) {
    Board current = reopenedIfReplacedFor(events);
    long now = System.nanoTime();
    work.host().noteTurn(now, current.options().clock().millis());
    boolean echo = !events.isEmpty() && events.stream().allMatch(FileChanged.class::isInstance);
    if (!connection.othersCommitted(current) && echo && now - lastTurn < TICK.toNanos()) {
      return; // only what this owner has committed itself
    }
    lastTurn = now;
    dropUnsought(events);
    changed = current.options().clock().millis() - sinceFirstChange(events, now).toMillis();
    List<BoardInput> records = new ArrayList<>();
    List<LauncherBeat> beats = new ArrayList<>();
    List<HostWatch.Deed> deeds = new ArrayList<>();
    List<Call<?>> calls = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof Inputs inputs) {
        records.addAll(inputs.records());
      } else if (event instanceof Beat beat) {
        beats.add(beat.beat());
      } else if (event instanceof Afterwards afterwards) {
        deeds.add(afterwards.deed());
      } else if (event instanceof Call<?> call) {
        calls.add(call);
      }
    }
    calls.forEach(call -> call.run(current));
    events.removeAll(
        calls); // a turn that fails is tried again; what was answered is not asked twice
    // while stopping nothing is given again: nobody would start it, and Kafka may be away
    boolean asked = events.stream().anyMatch(LookAfter.class::isInstance);
    boolean lookAfter = !stopping && (asked || now - lastLookAfter > LOOK_AFTER_NANOS);
    boolean tidy = now - lastTidy > TIDY_NANOS;
    if (tidy) {
      work.catchUp(current); // before what it lets go is granted
    }
    act(current, records, beats, deeds, lookAfter, tidy, now);
  }

  /** Lets go of what was read before the seek, and for good: a turn that fails is tried again with the same events. */
  private void dropUnsought(List<Event> events) {
    if (awaitingSeek) {
      int before = 0;
      while (before < events.size() && !(events.get(before) instanceof Sought)) {
        before++;
      }
      awaitingSeek = before == events.size();
      events.subList(0, before).removeIf(Inputs.class::isInstance);
    }
  }

  private static Duration sinceFirstChange(List<Event> events, long now) {
    long first = now;
    for (Event event : events) {
      if (event instanceof FileChanged change && change.nanos() - first < 0) {
        first = change.nanos();
      }
    }
    return Duration.ofNanos(now - first);
  }

  /** Who waits for an answer is told at once that the file cannot be used; everything else is kept. */
  private Board reopenedIfReplacedFor(List<Event> events) {
    try {
      return reopenedIfReplaced();
    } catch (BoardStoreException e) {
      events.removeIf(
          event -> event instanceof Call<?> call && call.result().completeExceptionally(e));
      throw e;
    }
  }

  private void act(
      Board current,
      List<BoardInput> records,
      List<LauncherBeat> beats,
      List<HostWatch.Deed> deeds,
      boolean lookAfter,
      boolean tidy,
      long now) {
    boolean mayGrant = verified && !closing && !stoodDown && file.grants() && check.isSound();
    boolean writes =
        !records.isEmpty() || !beats.isEmpty() || !deeds.isEmpty() || lookAfter || tidy;
    LocalGrants local = work.local();
    if (!writes && !current.read(tx -> hasWork(tx, mayGrant))) {
      if (local != null && local.passesOn()) {
        listener.slotsFreed();
      }
      offerIfAny(current, List.of(), now);
      return;
    }
    // a look may fail, so it comes before anything is reserved
    HostWatch.Seen seen = lookAfter ? current.read(work.host()::look) : null;
    SlotLedger.Reservation slots =
        direct == null ? null : direct.reserve(key(), mayGrant ? Integer.MAX_VALUE : 0, now);
    boolean durable = false;
    var turn = new Turn(mayGrant);
    try {
      current.change(tx -> {
        work.latencies().looked(tx, changed);
        work.mirrors().copy(tx);
        work.apply(tx, turn, records);
        beats.forEach(beat -> work.compare(tx, turn, beat, now));
        deeds.forEach(deed -> deed.alone(tx));
        work.decideDue(tx);
        if (seen != null) {
          work.lookAfterRuns(tx, turn, now);
          work.host().apply(tx, seen);
        }
        if (tidy) {
          work.tidy(tx);
          publication.note(tx);
          check.tidy(tx);
        }
        work.doChores(tx, mayGrant);
        if (mayGrant && slots != null && local != null) {
          local.grant(tx, turn, slots, held(turn.freedRuns()), now);
        }
        if (mayGrant) {
          work.elsewhere().grant(tx, turn, now);
        }
        work.latencies().looked(tx);
      });
      durable = true;
    } finally {
      work.mirrors().settle(durable);
      work.elsewhere().settle(durable, now);
      if (direct != null && slots != null && direct.settle(slots, durable)) {
        listener.slotsFreed();
      }
    }
    afterCommit(turn);
    if (seen != null) {
      work.host().endAside(seen, deed -> queue.add(new Afterwards(deed)));
      tellOfFleet(current, now); // after the grants, whose slots are taken then
    }
    // after the turn: a slow one must not be due again at once
    lastLookAfter = lookAfter ? System.nanoTime() : lastLookAfter;
    lastTidy = tidy ? System.nanoTime() : lastTidy;
    offerIfAny(current, turn.claims(), now);
  }

  /** For people to read: whatever is wrong with it, the board goes on, and what was committed is not done again. */
  private void tellOfFleet(Board current, long now) {
    try {
      current.change(tx -> work.noteFleet(tx, verified, now));
      current.read(tx -> {
        if (verified) {
          work.tellWhatWaits(tx);
        }
        work.tellHowItStands(tx, publication.lastEvent(tx));
        return true;
      });
    } catch (DamagedBoardException e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("Why tasks of board '{}' wait cannot be told now", file.key(), e);
    }
  }

  private boolean hasWork(Tx tx, boolean mayGrant) {
    work.latencies().looked(tx, changed);
    return work.mirrors().areBehind()
        || mayGrant && work.canGrant(tx)
        || work.hasDueHolds(tx)
        || work.hasChores(tx, mayGrant);
  }

  /** Which of these runs hold a slot that the same turn may grant again. */
  private List<RunKey> held(List<RunKey> freed) {
    return direct == null
        ? List.of()
        : freed.stream().distinct().filter(direct::holds).toList();
  }

  private void afterCommit(Turn turn) {
    connection.committed();
    work.elsewhere().note(turn);
    LocalGrants local = work.local();
    boolean freed = local != null && local.passesOn();
    if (direct != null) {
      for (RunKey run : turn.freedRuns()) {
        freed |= direct.release(run);
      }
    }
    listener.committed();
    replies.send(turn.replies());
    turn.afterwards().forEach(Runnable::run);
    if (freed) {
      listener.slotsFreed();
    }
  }

  private void offerIfAny(Board current, List<Claim> claims, long now) {
    if (!verified
        || closing
        || stoodDown
        || !file.grants()
        || !check.isSound()
        || !offers.wanted(claims, now)) {
      return;
    }
    Map<String, Long> ready = current.read(work::ready);
    offers.offer(ready, now);
  }

  private Board reopenedIfReplaced() {
    Board current = connection.board();
    if (current != null) {
      if (!connection.isReplaced()) {
        return current;
      }
      log.warn("The file of board '{}' was replaced; it is opened again and checked.", file.key());
      verified = false;
      publication.startOver();
      awaitingSeek = true;
      connection.abandon();
      work.mirrors().startOver();
    }
    // a file that is still being copied cannot be opened: then a later turn comes here without a
    // board
    Board opened = openBoard();
    check.replaced();
    listener.fileReplaced();
    return opened;
  }

  private Board openBoard() {
    Board opened = connection.open();
    try {
      if (direct != null) {
        opened.read(tx -> {
          work.occupySlots(tx, direct);
          return true;
        });
      }
      return opened;
    } catch (RuntimeException e) { // whatever it is, what was opened by halves is opened again
      connection.abandon();
      throw e;
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  /** Applies what has come, decides what is open, and closes the board; within 15 s. */
  @Override
  public void close() {
    stopping = true;
    if (thread.isAlive() && !closing) {
      try {
        call(current -> current.write(tx -> {
          work.decideAll(tx);
          publication.note(tx);
          work.noteStopped(tx);
          check.stopped(tx);
          return true;
        }));
        listener.committed();
      } catch (BoardStoreException | IllegalStateException e) {
        log.warn("Open decisions of board '{}' stay open: {}", file.key(), e.getMessage());
      }
    }
    closing = true;
    wake();
    work.host().close();
    try {
      thread.join(15_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the connection; the relay must have stopped before. */
  void closeBoard() {
    connection.close();
  }
}
