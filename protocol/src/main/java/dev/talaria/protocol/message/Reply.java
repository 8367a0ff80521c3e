package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.Asker;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a board answers, on {@code replies} (key: the asker). */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "kind",
    defaultImpl = Reply.Unrecognized.class,
    visible = true)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Reply.Grant.class, name = "grant"),
  @JsonSubTypes.Type(value = Reply.ClaimAnswered.class, name = "claim_answered"),
  @JsonSubTypes.Type(value = Reply.Settled.class, name = "settled"),
  @JsonSubTypes.Type(value = Reply.Answer.class, name = "answer"),
  @JsonSubTypes.Type(value = Reply.Revoke.class, name = "revoke"),
  @JsonSubTypes.Type(value = Reply.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = Reply.VerbDone.class, name = "verb_done"),
  @JsonSubTypes.Type(value = Reply.Part.class, name = "part")
})
public sealed interface Reply extends Message {
  Asker asker();

  /**
   * A run, given to a launcher: the only thing that may start a worker.
   *
   * @param asker to whom
   * @param incarnation of the launcher that it was given to; any other ignores it
   * @param instance of that launcher
   * @param claim the claim that it answers, or absent where it was given without one
   * @param run the run, and the worker's fencing token
   * @param lane which lane's command to start
   * @param claimLock the lock string on the board
   * @param task the task's columns that a worker and its command line need
   * @param context the worker's context text, as hermes builds it
   * @param place where the board is
   * @param slice what the worker may read of the board, where it has no other way to: rows by table
   */
  record Grant(
      LauncherKey asker,
      long incarnation,
      String instance,
      @Nullable String claim,
      RunKey run,
      Lane lane,
      String claimLock,
      ObjectNode task,
      String context,
      BoardPlace place,
      @Nullable ObjectNode slice)
      implements Reply {
    /** A grant to a launcher that has the board itself. */
    public Grant(
        LauncherKey asker,
        long incarnation,
        String instance,
        @Nullable String claim,
        RunKey run,
        Lane lane,
        String claimLock,
        ObjectNode task,
        String context,
        BoardPlace place) {
      this(asker, incarnation, instance, claim, run, lane, claimLock, task, context, place, null);
    }
  }

  /**
   * Where a board lives. The paths mean something on its own host only.
   *
   * @param host the board's host
   * @param root hermes's root directory
   * @param db the board's file
   * @param slug the board's slug
   * @param workspaces where scratch workspaces are made
   * @param log the task's log file
   */
  record BoardPlace(
      String host, String root, String db, String slug, String workspaces, String log) {}

  /**
   * The end of a claim: every grant for it was sent before.
   *
   * @param claim the claim's command id
   * @param granted how many runs it got
   */
  record ClaimAnswered(LauncherKey asker, long incarnation, String claim, int granted)
      implements Reply {}

  /** Reports that the board has taken note of, applied or stale: the launcher need not keep them. */
  record Settled(LauncherKey asker, List<String> commandIds) implements Reply {}

  /**
   * The answer to a worker's call.
   *
   * @param commandId which call
   * @param done whether it was done; otherwise {@code reason} says why not
   * @param reason why it was refused
   * @param data what it made, such as {@code task_id}
   */
  record Answer(
      LauncherKey asker,
      String commandId,
      boolean done,
      @Nullable String reason,
      @Nullable ObjectNode data)
      implements Reply {}

  /**
   * The board would take a run back that has not started. The launcher decides by the entry {@code start}: it answers {@code
   * never_started} if it could make the entry itself, else {@code started}.
   *
   * @param incarnation of the launcher that it was granted to; any other ignores it
   * @param run which run
   * @param reason why, in words
   */
  record Revoke(LauncherKey asker, long incarnation, RunKey run, String reason) implements Reply {}

  /**
   * A run is not the task's any more: its worker is to be stopped, whichever incarnation started it. The board repeats it
   * until it hears {@code exited} or {@code never_started}.
   *
   * @param run which run
   * @param reason why, in words, for the worker's log
   */
  record Stop(LauncherKey asker, RunKey run, String reason) implements Reply {}

  /**
   * What became of a verb: what it would have printed and said had it been typed on the board's own host.
   *
   * @param commandId which
   * @param exit its exit code
   * @param out what it printed
   * @param err what it said beside that
   */
  record VerbDone(CallerKey asker, String commandId, int exit, String out, String err)
      implements Reply {}

  /**
   * A piece of a reply that is too large for one message.
   *
   * @param id the same for all pieces of one reply
   * @param index from 0
   * @param count how many there are
   * @param data base64 of the piece
   */
  record Part(Asker asker, String id, int index, int count, String data) implements Reply {}

  /** A kind from a newer sender. */
  record Unrecognized(Asker asker, String kind) implements Reply, Unrecognizable {}
}
