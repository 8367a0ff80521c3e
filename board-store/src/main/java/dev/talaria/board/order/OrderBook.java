package dev.talaria.board.order;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.talaria.protocol.message.StandingOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The orders that a host knows, and what of them the fleet still has to be told. Immutable; every change is a new book.
 *
 * <p>What was said later wins, by the clocks of those who said it; an order that was given for this host alone is neither
 * told to the fleet nor taken back by it.
 *
 * @param orders in force, one for each key
 * @param lifts orders that were taken back here, while the fleet could not be told
 */
@JsonPropertyOrder({"v", "orders", "lifts"})
public record OrderBook(List<Entry> orders, List<Lift> lifts) {
  /** Nothing is ordered. */
  public static final OrderBook EMPTY = new OrderBook(List.of(), List.of());

  public OrderBook {
    orders = orders.stream()
        .sorted(Comparator.comparing(entry -> entry.order().key()))
        .toList();
    lifts = List.copyOf(lifts);
  }

  /** Who knows of an order. */
  public enum Known {
    /** It is for this host alone. */
    @JsonProperty("here")
    HERE,
    /** The fleet is to be told. */
    @JsonProperty("untold")
    UNTOLD,
    /** It is on the topic. */
    @JsonProperty("fleet")
    FLEET
  }

  /** An order, and who knows of it. */
  public record Entry(StandingOrder order, Known known) {}

  /**
   * An order that was taken back.
   *
   * @param key of the order
   * @param at epoch milliseconds
   */
  public record Lift(String key, long at) {}

  /** The form's version. */
  @JsonProperty("v")
  public int v() {
    return 1;
  }

  public boolean isEmpty() {
    return orders.isEmpty() && lifts.isEmpty();
  }

  public Optional<Entry> get(String key) {
    return orders.stream().filter(entry -> entry.order().key().equals(key)).findFirst();
  }

  /** An operator of this host gives an order; one of the same key is replaced. */
  public OrderBook give(StandingOrder order, boolean hereAlone) {
    return with(order, hereAlone ? Known.HERE : Known.UNTOLD);
  }

  /** An operator of this host takes an order back; the fleet is to be told unless it never knew of it. */
  public OrderBook lift(String key, long at) {
    Entry entry = get(key).orElse(null);
    OrderBook without = without(key);
    if (entry == null || entry.known() == Known.HERE) {
      return without;
    }
    List<Lift> more = new ArrayList<>(without.lifts);
    more.add(new Lift(key, at));
    return new OrderBook(without.orders, more);
  }

  /** The topic tells of an order. */
  public OrderBook heard(StandingOrder order) {
    String key = order.key();
    boolean lifted =
        lifts.stream().anyMatch(lift -> lift.key().equals(key) && lift.at() >= order.since());
    boolean newer = get(key)
        .filter(entry -> entry.known() != Known.FLEET && entry.order().since() > order.since())
        .isPresent();
    return lifted || newer ? this : with(order, Known.FLEET);
  }

  /** The topic tells that an order was taken back. */
  public OrderBook heardLift(String key) {
    boolean known = get(key).filter(entry -> entry.known() == Known.FLEET).isPresent();
    return known ? without(key) : this;
  }

  /** The whole topic was read, and these are the keys that it has: what was taken back while nobody here read is gone. */
  public OrderBook heardAll(Set<String> keys) {
    return new OrderBook(
        orders.stream()
            .filter(entry ->
                entry.known() != Known.FLEET || keys.contains(entry.order().key()))
            .toList(),
        lifts);
  }

  /** The fleet was told of this order. */
  public OrderBook told(StandingOrder order) {
    boolean still = get(order.key())
        .filter(entry -> entry.known() == Known.UNTOLD && entry.order().equals(order))
        .isPresent();
    return still ? with(order, Known.FLEET) : this;
  }

  /** The fleet was told that an order was taken back. */
  public OrderBook told(Lift lift) {
    return new OrderBook(
        orders, lifts.stream().filter(other -> !other.equals(lift)).toList());
  }

  /** Orders that the fleet is to be told. */
  public List<StandingOrder> untold() {
    return orders.stream()
        .filter(entry -> entry.known() == Known.UNTOLD)
        .map(Entry::order)
        .toList();
  }

  private OrderBook with(StandingOrder order, Known known) {
    OrderBook without = without(order.key());
    List<Entry> more = new ArrayList<>(without.orders);
    more.add(new Entry(order, known));
    return new OrderBook(more, without.lifts);
  }

  private OrderBook without(String key) {
    return new OrderBook(
        orders.stream().filter(entry -> !entry.order().key().equals(key)).toList(),
        lifts.stream().filter(lift -> !lift.key().equals(key)).toList());
  }
}
