package dev.talaria.cli.metrics;

import dev.talaria.service.kafka.KafkaMeter;
import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.streams.TopologyMeter;
import java.util.List;

/** Every meter that any service may show beside those of the JVM, part by part. */
public final class MeterCatalogue {
  private static final List<Part> PARTS = List.of(
      new Part("Boards and runs", "dispatcher", List.of(BoardMeter.values())),
      new Part("Relay", "dispatcher", List.of(RelayMeter.values())),
      new Part("Dispatcher", "dispatcher", List.of(DispatcherMeter.values())),
      new Part("Launcher", "launcher", List.of(LauncherMeter.values())),
      new Part("Topology", "topology", List.of(TopologyMeter.values())),
      new Part("Process", "every service", List.of(HostMeter.values())),
      new Part("Kafka clients and Streams", "every service", List.of(KafkaMeter.values())));

  private MeterCatalogue() {}

  /**
   * A group of meters.
   *
   * @param service which process shows them
   */
  public record Part(String title, String service, List<MeterDoc> meters) {
    public Part {
      meters = List.copyOf(meters);
    }
  }

  public static List<Part> parts() {
    return PARTS;
  }

  /** All of them. */
  public static List<MeterDoc> all() {
    return PARTS.stream().flatMap(part -> part.meters().stream()).toList();
  }
}
