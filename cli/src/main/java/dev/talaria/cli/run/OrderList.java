package dev.talaria.cli.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.order.OrderBook;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.message.StandingOrder;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/** The orders in force, for people and for programs. */
final class OrderList {
  private static final long SECOND_MILLIS = 1_000;

  private final PrintWriter out;
  private final ZoneId zone;

  OrderList(PrintWriter out, ZoneId zone) {
    this.out = out;
    this.zone = zone;
  }

  void print(OrderBook book) {
    if (book.orders().isEmpty()) {
      out.println("Nothing is paused.");
    }
    for (OrderBook.Entry entry : book.orders()) {
      String known = switch (entry.known()) {
        case HERE -> "  (this host alone)";
        case UNTOLD -> "  (other hosts were not told yet)";
        case FLEET -> "";
      };
      out.println(Printable.line(line(entry.order()) + known));
    }
  }

  /** One order on one line. */
  String line(StandingOrder order) {
    Long deadline = order.deadline();
    return "%s, since %s%s"
        .formatted(
            order.words(),
            Times.stamp(order.since() / SECOND_MILLIS, zone),
            deadline == null
                ? ""
                : ", workers are stopped at " + Times.stamp(deadline / SECOND_MILLIS, zone));
  }

  /** What there is, where something else was asked for. */
  String named(List<OrderBook.Entry> entries) {
    return entries.isEmpty()
        ? "Nothing is paused."
        : "In force: "
            + String.join(
                "; ", entries.stream().map(entry -> entry.order().words()).toList())
            + ".";
  }

  void printJson(OrderBook book) {
    var array = new JsonOut.ArrayOut(out);
    for (OrderBook.Entry entry : book.orders()) {
      StandingOrder order = entry.order();
      ObjectNode node = BoardJson.object()
          .put("act", order.act().word())
          .put("scope", order.scope().word())
          .put("target", order.target())
          .put("by", order.by())
          .put("reason", order.reason())
          .put("since", order.since() / SECOND_MILLIS);
      Long deadline = order.deadline();
      node.put("deadline", deadline == null ? null : deadline / SECOND_MILLIS);
      node.put("known", entry.known().name().toLowerCase(Locale.ROOT));
      array.add(node);
    }
    array.end();
  }
}
