package dev.talaria.streams;

import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.BurnWindow;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RunEnd;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a run adds to the spending of its lane, without any store or clock. Backfill counts too: the board's
 * fall-back, which must come to the same, reads these rows as well.
 *
 * <p>Thread-safe.
 */
final class BurnFold {
  /** Longer than the ring reaches back. */
  static final Duration KEPT = Duration.ofHours(25);

  /** A lane's name has at most 64, a model's is the launcher's word. */
  private static final int NAME_CHARS = 100;

  private final PolicyFold policy;

  BurnFold(PolicyFold policy) {
    this.policy = policy;
  }

  /**
   * What was spent by one run.
   *
   * @param key of the store: board and lane
   * @param lane in which it ran; empty if unknown
   * @param model that it ran with; empty for the profile's default
   * @param burn what it cost
   * @param after the lane's spending with it, to be kept
   */
  record Spent(String key, String lane, String model, Burn burn, LaneBurn after) {}

  /** Whether it is worth a look: most transitions end no run. */
  static boolean mayCost(Transition t) {
    return t.payload() != null && t.payload().has(PolicyEvent.POLICY);
  }

  /**
   * Looks at a transition, which must be new to its task.
   *
   * @param known what is known under a key of {@link Spent#key()}; asked at most once
   * @param now epoch milliseconds
   * @return null where nothing was spent
   * @throws MalformedMessageException when it cannot be read
   */
  @Nullable
  Spent advance(Transition t, Function<String, @Nullable LaneBurn> known, long now) {
    PolicyEvent event = event(t);
    RunEnd end = policy.judgedEnd(event).orElse(null);
    Burn burn = end == null ? Burn.NONE : Burn.of(end, policy.budget(event));
    if (end == null || burn.equals(Burn.NONE)) {
      return null;
    }
    String lane = end.lane() == null ? "" : cut(end.lane());
    String model = cut(end.model());
    LaneBurn before = known.apply(key(t, lane));
    if (before != null && t.lineage() < before.lineage()) {
      return null;
    }
    // a new lineage publishes the history again from its beginning
    BurnWindow window =
        before == null || t.lineage() > before.lineage() ? BurnWindow.EMPTY : before.window();
    var after = new LaneBurn(t.lineage(), window.with(t.at(), model, burn), now + KEPT.toMillis());
    return new Spent(key(t, lane), lane, model, burn, after);
  }

  /**
   * What the lane has spent, up to and with this transition, within the window of the budget that it carries; nothing
   * where it carries none.
   *
   * @param known as with {@link #advance}
   * @throws MalformedMessageException when it cannot be read
   */
  Burn ofLane(Transition t, Function<String, @Nullable LaneBurn> known) {
    PolicyEvent event = event(t);
    Budget budget = policy.budget(event);
    String lane = event.payload() == null ? null : text(event, PolicyEvent.LANE);
    if (budget == null || budget.lane() == null || lane == null) {
      return Burn.NONE;
    }
    LaneBurn spent = known.apply(key(t, cut(lane)));
    return spent == null || spent.lineage() != t.lineage()
        ? Burn.NONE
        : spent.window().within(t.at(), budget.lane().windowSeconds());
  }

  private static PolicyEvent event(Transition t) {
    return new PolicyEvent(t.lineage(), t.event(), t.run(), t.kind(), t.at(), t.payload());
  }

  private static @Nullable String text(PolicyEvent event, String key) {
    var value = event.payload() == null ? null : event.payload().get(key);
    return value == null || !value.isTextual() ? null : value.textValue();
  }

  private static String key(Transition t, String lane) {
    return t.board() + "|" + lane;
  }

  private static String cut(String name) {
    return name.length() <= NAME_CHARS ? name : name.substring(0, NAME_CHARS);
  }
}
