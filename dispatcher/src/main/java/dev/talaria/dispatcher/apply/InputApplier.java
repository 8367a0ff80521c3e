package dev.talaria.dispatcher.apply;

import dev.talaria.board.BoardBusyException;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Inbox;
import dev.talaria.dispatcher.grant.ClaimDesk;
import dev.talaria.dispatcher.inbox.BoardInput;
import dev.talaria.dispatcher.verb.RemoteVerbs;
import dev.talaria.protocol.message.BoardCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what one poll brought for a board: all of it in one transaction, each record in a savepoint of its own, with the
 * offsets (DESIGN 6.4).
 */
public final class InputApplier {
  private static final Logger log = LoggerFactory.getLogger(InputApplier.class);

  private final RunReports reports;
  private final WorkerCalls calls;
  private final Decisions decisions;
  private final ClaimDesk claims;
  private final RemoteVerbs verbs;
  private final BiConsumer<BoardInput, String> refused;

  /**
   * An applier.
   *
   * @param refused told of records that no savepoint could take; they go to {@code dead-letter}
   */
  public InputApplier(
      RunReports reports,
      WorkerCalls calls,
      Decisions decisions,
      ClaimDesk claims,
      RemoteVerbs verbs,
      BiConsumer<BoardInput, String> refused) {
    this.reports = reports;
    this.calls = calls;
    this.decisions = decisions;
    this.claims = claims;
    this.verbs = verbs;
    this.refused = refused;
  }

  /** Applies the inputs, in order, and moves the offsets. */
  public void apply(Tx tx, Turn turn, List<BoardInput> inputs) {
    Map<BoardInput.Source, Long> next = new LinkedHashMap<>();
    for (BoardInput input : inputs) {
      long own = next.computeIfAbsent(input.source(), source -> ownOffset(tx, source));
      if (input.offset() >= own) {
        applyOne(tx, turn, input);
        next.put(input.source(), input.offset() + 1);
      }
    }
    next.forEach((source, offset) -> Inbox.put(
        tx,
        new Inbox.Position(
            source.topic(), source.partition(), source.topicId(), source.partitions(), offset)));
  }

  private long ownOffset(Tx tx, BoardInput.Source source) {
    return Inbox.get(tx, source.topic(), source.partition())
        .filter(position -> position.topicId().equals(source.topicId()))
        .map(Inbox.Position::nextOffset)
        .orElse(0L);
  }

  private void applyOne(Tx tx, Turn turn, BoardInput input) {
    // what a record wants said is not said when the record is undone
    var own = new Turn(turn.mayGrant());
    try {
      tx.savepoint(inner -> {
        if (input.content() instanceof BoardInput.Command command) {
          command.command().accept(new Cases(inner, own));
        } else if (input.content() instanceof BoardInput.Decided decided) {
          decisions.apply(inner, decided.decision());
        }
        return true;
      });
      turn.add(own);
    } catch (BoardBusyException | DamagedBoardException e) {
      throw e; // not the record's fault: the whole turn is tried again
    } catch (
        RuntimeException e) { // whatever it is: one record stops neither the others nor the board
      log.warn(
          "The record at {}-{}@{} could not be applied: {}",
          input.source().topic(),
          input.source().partition(),
          input.offset(),
          e.toString());
      refused.accept(input, String.valueOf(e.getMessage()));
    }
  }

  private final class Cases implements BoardCommand.Visitor<Void> {
    private final Tx tx;
    private final Turn turn;

    Cases(Tx tx, Turn turn) {
      this.tx = tx;
      this.turn = turn;
    }

    @Override
    public Void claim(BoardCommand.Claim claim) {
      turn.offersTaken(claim);
      claims.answer(tx, turn, claim);
      return null;
    }

    @Override
    public Void started(BoardCommand.Started started) {
      reports.started(tx, started);
      turn.settled(started.asker(), started.commandId());
      return null;
    }

    @Override
    public Void exited(BoardCommand.Exited exited) {
      reports.exited(tx, turn, exited);
      turn.settled(exited.asker(), exited.commandId());
      return null;
    }

    @Override
    public Void neverStarted(BoardCommand.NeverStarted never) {
      reports.neverStarted(tx, turn, never);
      turn.settled(never.asker(), never.commandId());
      return null;
    }

    @Override
    public Void heartbeat(BoardCommand.Heartbeat heartbeat) {
      calls.heartbeat(tx, turn, heartbeat);
      return null;
    }

    @Override
    public Void comment(BoardCommand.Comment comment) {
      calls.comment(tx, turn, comment);
      return null;
    }

    @Override
    public Void complete(BoardCommand.Complete complete) {
      calls.complete(tx, turn, complete);
      return null;
    }

    @Override
    public Void block(BoardCommand.Block block) {
      calls.block(tx, turn, block);
      return null;
    }

    @Override
    public Void create(BoardCommand.Create create) {
      calls.create(tx, turn, create);
      return null;
    }

    @Override
    public Void link(BoardCommand.Link link) {
      calls.link(tx, turn, link);
      return null;
    }

    @Override
    public Void verb(BoardCommand.Verb verb) {
      verbs.apply(tx, turn, verb);
      return null;
    }

    @Override
    public Void unrecognized(BoardCommand.Unrecognized unrecognized) {
      log.warn(
          "A command of the unknown kind '{}' is passed over; a newer launcher sent it.",
          unrecognized.kind());
      return null;
    }
  }
}
