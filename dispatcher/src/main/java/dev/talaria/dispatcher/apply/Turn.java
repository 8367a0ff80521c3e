package dev.talaria.dispatcher.apply;

import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one transaction on a board wants done once it is durable: answers to send, slots to free. Nothing of it happens when
 * the transaction is rolled back.
 */
public final class Turn {
  private final boolean mayGrant;
  private final List<Reply> replies = new ArrayList<>();
  private final Map<LauncherKey, List<String>> settled = new LinkedHashMap<>();
  private final List<RunKey> freed = new ArrayList<>();
  private final List<RunKey> givenBack = new ArrayList<>();
  private final List<BoardCommand.Claim> offersTaken = new ArrayList<>();
  private final List<Runnable> afterwards = new ArrayList<>();

  /**
   * A turn.
   *
   * @param mayGrant false while it is not known whether the board's file is the one that was published last: a run id of
   *     an older file may have been given out before
   */
  public Turn(boolean mayGrant) {
    this.mayGrant = mayGrant;
  }

  public boolean mayGrant() {
    return mayGrant;
  }

  /** Takes over what a part of this turn wants done, once that part has succeeded. */
  void add(Turn part) {
    replies.addAll(part.replies);
    part.settled.forEach(
        (asker, ids) -> settled.computeIfAbsent(asker, key -> new ArrayList<>()).addAll(ids));
    freed.addAll(part.freed);
    givenBack.addAll(part.givenBack);
    offersTaken.addAll(part.offersTaken);
    afterwards.addAll(part.afterwards);
  }

  public void reply(Reply reply) {
    replies.add(reply);
  }

  /** The board has taken note of a report. */
  public void settled(LauncherKey asker, String commandId) {
    settled.computeIfAbsent(asker, key -> new ArrayList<>()).add(commandId);
  }

  /** A run's process is gone, or will never be. */
  public void freed(RunKey run) {
    freed.add(run);
  }

  /** A launcher would not start a run. */
  void givenBack(RunKey run) {
    givenBack.add(run);
  }

  public List<RunKey> givenBack() {
    return givenBack;
  }

  public void offersTaken(BoardCommand.Claim claim) {
    offersTaken.add(claim);
  }

  /** Something to start elsewhere, quickly, once this turn is durable. */
  public void afterwards(Runnable start) {
    afterwards.add(start);
  }

  public List<Runnable> afterwards() {
    return afterwards;
  }

  /** All replies, the notes of settled reports in one message per launcher. */
  public List<Reply> replies() {
    List<Reply> all = new ArrayList<>(replies);
    settled.forEach((asker, ids) -> all.add(new Reply.Settled(asker, ids)));
    return all;
  }

  public List<RunKey> freedRuns() {
    return freed;
  }

  public List<BoardCommand.Claim> claims() {
    return offersTaken;
  }
}
