package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An operator's order that holds until it is taken back: on {@code controls}, key {@link #key()}; a tombstone takes it back.
 * What it covers starts no new worker; workers that run go on, but for a drain whose deadline has come.
 *
 * @param act what is ordered
 * @param scope what it is about
 * @param target which one: a host's id, a launcher, a board, a lane; null for {@link Scope#ALL}
 * @param by who gave it
 * @param reason why, in their words
 * @param since when it was given, epoch milliseconds
 * @param deadline of a drain: when workers that still run are stopped, epoch milliseconds; null lets them end by themselves
 */
public record StandingOrder(
    Act act,
    Scope scope,
    @Nullable String target,
    String by,
    @Nullable String reason,
    long since,
    @Nullable Long deadline)
    implements Message {

  /** What is ordered. */
  public enum Act {
    /** Nothing new starts. */
    @JsonProperty("pause")
    PAUSE,
    /** Nothing new starts there, and it is to become empty. */
    @JsonProperty("drain")
    DRAIN;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What an order is about. */
  public enum Scope {
    @JsonProperty("all")
    ALL,
    @JsonProperty("host")
    HOST,
    @JsonProperty("launcher")
    LAUNCHER,
    @JsonProperty("board")
    BOARD,
    @JsonProperty("lane")
    LANE;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public StandingOrder {
    if ((scope == Scope.ALL) != (target == null)) {
      throw new IllegalArgumentException("An order about '%s' %s a target, and has '%s'."
          .formatted(scope.word(), scope == Scope.ALL ? "takes no" : "needs", target));
    }
  }

  /** The same for every order that this one would replace: {@code pause/lane/coder}. */
  public String key() {
    String start = act.word() + "/" + scope.word();
    return target == null ? start : start + "/" + target;
  }

  /** What it is about, in words: {@code lane 'coder'}. */
  public String about() {
    return target == null ? "everything" : "%s '%s'".formatted(scope.word(), target);
  }

  /** Why something does not start, in a sentence's part: {@code everything is paused by anna: audit}. */
  public String words() {
    String state = act == Act.PAUSE ? "paused" : "drained";
    String why = reason == null ? "" : ": " + reason;
    return "%s is %s by %s%s".formatted(about(), state, by, why);
  }

  /** Whether a run of this board and lane may not start on this launcher. */
  public boolean covers(LauncherKey launcher, BoardKey board, Lane lane) {
    return covers(launcher)
        || covers(board)
        || scope == Scope.LANE && lane.name().equals(target);
  }

  /** Whether nothing at all may start on this launcher. */
  public boolean covers(LauncherKey launcher) {
    return coversHost(launcher.host())
        || scope == Scope.LAUNCHER && launcher.toString().equals(target);
  }

  /** Whether nothing at all may start on this host. */
  public boolean coversHost(String host) {
    return scope == Scope.ALL || scope == Scope.HOST && host.equals(target);
  }

  /** Whether nothing of this board may start for the board's own sake. */
  public boolean covers(BoardKey board) {
    return scope == Scope.BOARD && board.toString().equals(target);
  }
}
