package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sign of life on {@code presence}. Readers judge silence by their own receipt, never by the sender's clock. */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "kind",
    defaultImpl = Presence.Unrecognized.class,
    visible = true)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Presence.LauncherBeat.class, name = "launcher"),
  @JsonSubTypes.Type(value = Presence.DispatcherBeat.class, name = "dispatcher")
})
public sealed interface Presence extends Message {

  /**
   * A launcher's beat: all that it supervises, in one message.
   *
   * @param launcher whose
   * @param instance a random id of this start
   * @param incarnation grows with each start
   * @param startedAt when this instance started, epoch milliseconds
   * @param slots how many workers it runs at most
   * @param free how many more it would take now
   * @param lanes the lanes that it serves
   * @param runs every run in its run directories that is not yet settled with its board
   * @param labels for placement
   * @param version of the software
   * @param succeeds the instance before it, where this one holds that one's lock and so knows that it is gone
   * @param farewell true in the last beat of a clean stop
   * @param at epoch milliseconds by its clock; for people
   * @param standing what placement needs beyond that; null from an older launcher
   */
  record LauncherBeat(
      LauncherKey launcher,
      String instance,
      long incarnation,
      long startedAt,
      int slots,
      int free,
      List<Lane> lanes,
      List<RunKey> runs,
      Map<String, String> labels,
      String version,
      @Nullable String succeeds,
      boolean farewell,
      long at,
      @Nullable Standing standing)
      implements Presence {}

  /**
   * What a launcher can take now, and why not more.
   *
   * @param laneFree how many more workers it would take now, by lane; never more than {@code free} together
   * @param faults lanes that it is configured for and does not serve, by name, with the reason in one line
   * @param places directories of its host that workers may be placed in, absolute; a task whose workspace is none of them,
   *     nor below one, is not for this launcher
   * @param drain set while it takes no new work on an operator's order
   * @param backBy when it will be back after a farewell, epoch milliseconds; null if it does not say
   */
  record Standing(
      Map<String, Integer> laneFree,
      Map<String, String> faults,
      List<String> places,
      @Nullable Drain drain,
      @Nullable Long backBy) {}

  /**
   * An operator's order to take no new work.
   *
   * @param by who gave it
   * @param reason why, in their words
   * @param since when, epoch milliseconds
   * @param deadline when workers that still run are stopped, epoch milliseconds; null lets them end by themselves
   * @param pause true where it is a pause, which is not meant to empty the host
   */
  record Drain(
      String by,
      @Nullable String reason,
      long since,
      @Nullable Long deadline,
      @Nullable Boolean pause) {
    public boolean isPause() {
      return Boolean.TRUE.equals(pause);
    }
  }

  /**
   * A dispatcher's beat.
   *
   * @param host its host
   * @param instance a random id of this start; launchers send unanswered reports again when it changes
   * @param startedAt epoch milliseconds
   * @param boards the boards that it dispatches
   * @param version of the software
   * @param farewell true in the last beat of a clean stop
   * @param at epoch milliseconds by its clock
   */
  record DispatcherBeat(
      String host,
      String instance,
      long startedAt,
      List<BoardKey> boards,
      String version,
      boolean farewell,
      long at)
      implements Presence {
    /** The beat's key on the topic. */
    public String key() {
      return host + "/dispatcher/main";
    }
  }

  /** A kind from a newer sender. */
  record Unrecognized(String kind) implements Presence, Unrecognizable {}
}
