package dev.talaria.cli.metrics;

import static dev.talaria.service.metrics.MeterSpec.counter;
import static dev.talaria.service.metrics.MeterSpec.gaugeIn;
import static dev.talaria.service.metrics.MeterSpec.timer;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;

/** How a board's events get to Kafka. */
public enum RelayMeter implements MeterDoc {
  EVENTS(counter(
      "talaria.relay.events",
      "Events of the board published to transitions, history that went out again included.",
      "board")),
  LAG(timer(
      "talaria.relay.lag",
      "Age of the oldest event of each published batch, in whole seconds, when its transaction was committed. Above a"
          + " second, Kafka is slow or the relay has something to catch up with.",
      "board")),
  BACKLOG(gaugeIn(
      "events",
      "talaria.relay.backlog",
      "Events of the board that are not published yet, as of the last look (every 5 s); counted up to 100000. Grows"
          + " while Kafka is away; nothing is lost meanwhile.",
      "board")),
  BACKLOG_AGE(gaugeIn(
      "seconds",
      "talaria.relay.backlog.seconds",
      "Age of the oldest event that is not published yet, as of the last look; 0 without one. Above some seconds"
          + " decisions come from the dispatcher, and other hosts see the board as it was.",
      "board")),
  FAILURES(counter(
      "talaria.relay.failures",
      "Times that a relay closed its producer and began again. Some around a restart of Kafka are normal; growing"
          + " steadily, the log has the cause.",
      "board")),
  LINEAGES(counter(
      "talaria.relay.lineages",
      "Times that a board's file turned out to be a restored copy, after which its history goes out again.",
      "board")),
  TOPICS_REPLACED(counter(
      "talaria.relay.topics.replaced",
      "Times that history went out again because the topic transitions was made anew or had lost its end.",
      "board"));

  private final MeterSpec spec;

  RelayMeter(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
