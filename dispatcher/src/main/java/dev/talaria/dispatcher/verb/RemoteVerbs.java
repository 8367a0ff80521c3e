package dev.talaria.dispatcher.verb;

import dev.talaria.board.BoardBusyException;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.Tx;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.verb.VerbLog.Another;
import dev.talaria.dispatcher.verb.VerbLog.Begun;
import dev.talaria.dispatcher.verb.VerbLog.Done;
import dev.talaria.dispatcher.verb.VerbRunner.Plan;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Reply.VerbDone;
import dev.talaria.protocol.message.Wire;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries verbs out that were typed on other hosts. What changes the board alone is done in the transaction that notes its
 * outcome and moves the inbox, so a repeated command has one effect and one answer; reads and what reaches beyond the
 * board are done {@link VerbsAside aside}, so that nothing slow holds the board's owner up.
 */
public final class RemoteVerbs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RemoteVerbs.class);

  /** What sysexits.h calls a temporary failure: nobody can say whether it was done. */
  private static final int UNKNOWN = 75;

  private final BoardKey key;
  private final VerbRunner runner;
  private final VerbsAside aside;
  private final VerbLog verbs;

  /** What is noted as begun and is yet to be handed over to {@link VerbsAside}. */
  private final Set<String> aboutToStart = new HashSet<>();

  public RemoteVerbs(BoardKey key, VerbRunner runner, VerbsAside aside, Wire wire) {
    this.key = key;
    this.runner = runner;
    this.aside = aside;
    this.verbs = new VerbLog(wire);
  }

  /** Applies one verb, in the caller's transaction. Its answer is sent once that is durable, or later. */
  public void apply(Tx tx, Turn turn, Verb verb) {
    if (aside.isUnderWay(verb.commandId())) {
      return; // its answer comes anyway
    }
    Optional<VerbLog.Known> known = verbs.find(tx, verb);
    if (known.isPresent()
        && known.get() instanceof Begun
        && aboutToStart.contains(verb.commandId())) {
      log.debug("The verb {} is under way; its answer comes", verb.commandId());
    } else if (known.isPresent()) {
      answer(turn, verb, again(known.get(), verb));
    } else if (verb.expiresAt() <= tx.now() * 1_000) {
      answer(turn, verb, VerbOutcome.refused(expired(tx, verb)));
    } else {
      Plan plan = runner.plan(verb.arguments());
      switch (plan.way()) {
        case REFUSED -> answer(turn, verb, VerbOutcome.refused(plan.reason()));
        case CHANGES -> change(tx, turn, verb);
        case READS -> leaveAside(tx, turn, verb, false);
        case ACTS -> leaveAside(tx, turn, verb, true);
      }
    }
  }

  private void change(Tx tx, Turn turn, Verb verb) {
    VerbOutcome outcome;
    try {
      outcome = tx.savepoint(inner -> inner.asBoard(board -> runner.run(key, board, verb)));
    } catch (BoardBusyException | DamagedBoardException e) {
      throw e; // the turn is tried again as a whole
    } catch (RuntimeException | StackOverflowError e) { // none of it happened; the owner goes on
      log.warn("The verb {} of {} failed", verb.commandId(), verb.asker(), e);
      outcome = VerbOutcome.refused("Unexpected failure on the board's host: %s.".formatted(e));
    }
    verbs.done(tx, verb, outcome);
    answer(turn, verb, outcome);
  }

  private void leaveAside(Tx tx, Turn turn, Verb verb, boolean once) {
    if (aside.isFull()) {
      answer(
          turn,
          verb,
          VerbOutcome.refused(
              "Board '%s' has too many verbs to carry out at the moment; this one was not begun. Try again."
                  .formatted(key)));
      return;
    }
    if (once) {
      verbs.begun(tx, verb);
      aboutToStart.add(verb.commandId());
    }
    turn.afterwards(() -> {
      aside.start(verb, runner, once ? verbs::finished : null);
      aboutToStart.remove(verb.commandId());
    });
  }

  private VerbOutcome again(VerbLog.Known known, Verb verb) {
    if (known instanceof Done done) {
      return done.outcome();
    } else if (known instanceof Begun) {
      return new VerbOutcome(
          UNKNOWN,
          "",
          "Command %s was begun, and its end was not noted: nobody knows how far it came. Look at the board, then try again with another id.\n"
              .formatted(verb.commandId()));
    } else if (known instanceof Another) {
      return VerbOutcome.refused(
          "Command id '%s' belongs to another command of the last 24 hours; nothing was done. Repeat that one exactly, or leave --command-id away."
              .formatted(verb.commandId()));
    }
    throw new IllegalStateException("unknown " + known);
  }

  private static String expired(Tx tx, Verb verb) {
    return "The command was to be carried out until %s, and on the board's host it is %s: it was not carried out. If the clocks of the hosts differ, set them; else try again."
        .formatted(Instant.ofEpochMilli(verb.expiresAt()), Instant.ofEpochSecond(tx.now()));
  }

  private static void answer(Turn turn, Verb verb, VerbOutcome outcome) {
    turn.reply(
        new VerbDone(verb.asker(), verb.commandId(), outcome.exit(), outcome.out(), outcome.err()));
  }

  /** Waits a moment for what is done aside. */
  @Override
  public void close() {
    aside.close();
  }
}
