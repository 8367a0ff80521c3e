package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.FailureClass;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher asks of, or reports to, a board, on {@code commands} (key: the board), and what people ask of a board of
 * another host. Those that speak for a run say its run key; where the run is no longer current they change nothing.
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "kind",
    defaultImpl = BoardCommand.Unrecognized.class,
    visible = true)
@JsonSubTypes({
  @JsonSubTypes.Type(value = BoardCommand.Claim.class, name = "claim"),
  @JsonSubTypes.Type(value = BoardCommand.Started.class, name = "started"),
  @JsonSubTypes.Type(value = BoardCommand.Exited.class, name = "exited"),
  @JsonSubTypes.Type(value = BoardCommand.NeverStarted.class, name = "never_started"),
  @JsonSubTypes.Type(value = BoardCommand.Heartbeat.class, name = "heartbeat"),
  @JsonSubTypes.Type(value = BoardCommand.Comment.class, name = "comment"),
  @JsonSubTypes.Type(value = BoardCommand.Complete.class, name = "complete"),
  @JsonSubTypes.Type(value = BoardCommand.Block.class, name = "block"),
  @JsonSubTypes.Type(value = BoardCommand.Create.class, name = "create"),
  @JsonSubTypes.Type(value = BoardCommand.Link.class, name = "link"),
  @JsonSubTypes.Type(value = BoardCommand.Verb.class, name = "verb")
})
public sealed interface BoardCommand extends Message {
  /** Unique; the same id is the same command, and gets the same answer. */
  String commandId();

  <R> R accept(Visitor<R> visitor);

  /** One case per kind, so that the compiler finds every place where a new one must be handled. */
  interface Visitor<R> {
    R claim(Claim claim);

    R started(Started started);

    R exited(Exited exited);

    R neverStarted(NeverStarted neverStarted);

    R heartbeat(Heartbeat heartbeat);

    R comment(Comment comment);

    R complete(Complete complete);

    R block(Block block);

    R create(Create create);

    R link(Link link);

    R verb(Verb verb);

    R unrecognized(Unrecognized unrecognized);
  }

  /**
   * A launcher has free slots in a lane; the board grants its best tasks at that moment.
   *
   * @param asker who asks, and where the reply goes
   * @param incarnation of the asker; a reply to an earlier one is ignored
   * @param instance of the asker
   * @param lane which lane
   * @param slots how many tasks it would take
   * @param offersTaken how many offers it took for this claim, so that the board can offer again
   */
  record Claim(
      String commandId,
      LauncherKey asker,
      long incarnation,
      String instance,
      Lane lane,
      int slots,
      int offersTaken,
      Map<String, String> labels)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.claim(this);
    }
  }

  /**
   * A worker process runs.
   *
   * @param pid its process id on the launcher's host
   * @param at when it started, epoch milliseconds
   * @param workspace where it works, resolved; the board keeps it for the next attempts
   * @param model that it was started with, where its lane or task names one
   */
  record Started(
      String commandId,
      LauncherKey asker,
      RunKey run,
      long pid,
      long at,
      @Nullable String workspace,
      @Nullable String model)
      implements BoardCommand {
    public Started(String commandId, LauncherKey asker, RunKey run, long pid, long at) {
      this(commandId, asker, run, pid, at, null, null);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.started(this);
    }
  }

  /**
   * A worker process ended: always the last word about a run.
   *
   * @param ending how
   * @param code the exit code, where it exited
   * @param signal the signal, where one killed it
   * @param failure the class of the failure; absent where the exit means success in its lane
   * @param error what went wrong, in one line; absent on success
   * @param tail the end of its output
   * @param summary from an exit-code lane: what becomes the task's summary
   * @param metadata from an exit-code lane's {@code result.json}
   * @param model the model that it ran with, as the launcher knows it
   * @param pid its process id, so that a run which ended at once needs no {@code started}
   * @param startedAt epoch milliseconds
   * @param seconds run time, with the launcher's own absences taken off
   */
  record Exited(
      String commandId,
      LauncherKey asker,
      RunKey run,
      Ending ending,
      @Nullable Integer code,
      @Nullable Integer signal,
      @Nullable FailureClass failure,
      @Nullable String error,
      @Nullable String tail,
      @Nullable String summary,
      @Nullable ObjectNode metadata,
      @Nullable String model,
      @Nullable Long pid,
      @Nullable Long startedAt,
      long seconds)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.exited(this);
    }
  }

  /** How a run's process ended. */
  enum Ending {
    @com.fasterxml.jackson.annotation.JsonProperty("exited")
    EXITED,
    @com.fasterxml.jackson.annotation.JsonProperty("signaled")
    SIGNALED,
    @com.fasterxml.jackson.annotation.JsonProperty("timed_out")
    TIMED_OUT,
    @com.fasterxml.jackson.annotation.JsonProperty("spawn_failed")
    SPAWN_FAILED,
    /** Stopped by an operator or by its launcher. */
    @com.fasterxml.jackson.annotation.JsonProperty("stopped")
    STOPPED,
    /** The process is gone and left no status. */
    @com.fasterxml.jackson.annotation.JsonProperty("unknown")
    UNKNOWN
  }

  /** A granted run that will never start: its launcher made the {@code start} entry itself, or has no slot for it. */
  record NeverStarted(String commandId, LauncherKey asker, RunKey run, String reason)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.neverStarted(this);
    }
  }

  /** A worker says that it lives. */
  record Heartbeat(
      String commandId,
      LauncherKey asker,
      RunKey run,
      @Nullable String note) implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.heartbeat(this);
    }
  }

  /** A worker comments on its own task, or on the task named. */
  record Comment(
      String commandId,
      LauncherKey asker,
      RunKey run,
      @Nullable String task,
      String author,
      String body)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.comment(this);
    }
  }

  /** A worker completes its task. */
  record Complete(
      String commandId,
      LauncherKey asker,
      RunKey run,
      @Nullable String result,
      @Nullable String summary,
      @Nullable ObjectNode metadata,
      @Nullable List<String> createdCards)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.complete(this);
    }
  }

  /**
   * A worker blocks its task.
   *
   * @param reason why, for whoever is to unblock it
   * @param comment what is to be said about the task with it, in the worker's name
   */
  record Block(
      String commandId,
      LauncherKey asker,
      RunKey run,
      String reason,
      @Nullable String comment) implements BoardCommand {
    public Block(String commandId, LauncherKey asker, RunKey run, String reason) {
      this(commandId, asker, run, reason, null);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.block(this);
    }
  }

  /**
   * A worker makes a task.
   *
   * @param task the new task, with the field names of the contract's {@code kanban_create}
   */
  record Create(String commandId, LauncherKey asker, RunKey run, ObjectNode task)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.create(this);
    }
  }

  /** A worker makes one task wait for another. */
  record Link(String commandId, LauncherKey asker, RunKey run, String parent, String child)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.link(this);
    }
  }

  /**
   * A verb of the command, typed on another host.
   *
   * @param asker the invocation that waits for the answer
   * @param arguments the verb and what follows it, as typed
   * @param author who speaks unless an argument says otherwise
   * @param environment the few variables of the asker that verbs look at, by name
   * @param interactive whether a person reads the output on a terminal
   * @param columns the terminal's width
   * @param colour whether to use colours
   * @param zone in which the asker reads times, as in {@code Europe/Paris}
   * @param expiresAt from when on it is refused if nobody has carried it out, epoch milliseconds
   */
  record Verb(
      String commandId,
      CallerKey asker,
      List<String> arguments,
      String author,
      Map<String, String> environment,
      boolean interactive,
      int columns,
      boolean colour,
      String zone,
      long expiresAt)
      implements BoardCommand {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.verb(this);
    }
  }

  /** A kind from a newer sender. */
  record Unrecognized(String commandId, String kind) implements BoardCommand, Unrecognizable {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.unrecognized(this);
    }
  }
}
