package dev.talaria.service.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Registers meters as their catalogue describes them. Asking twice for a counter or timer gives the same one, so callers
 * need not keep it. Thread-safe.
 */
public final class Meters implements AutoCloseable {
  private final MeterRegistry registry;
  private final List<AutoCloseable> bound = new ArrayList<>();
  private final List<Supplier<Double>> counts = new ArrayList<>();

  public Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** @param tagValues in the order of {@link MeterDoc#tags()} */
  public Counter counter(MeterDoc doc, String... tagValues) {
    return Counter.builder(doc.meterName())
        .description(doc.description())
        .baseUnit(doc.baseUnit())
        .tags(tags(doc, tagValues))
        .register(registry);
  }

  /** A count that is kept elsewhere, and read at each scrape. */
  public synchronized FunctionCounter functionCounter(
      MeterDoc doc, Supplier<Double> count, String... tagValues) {
    counts.add(count); // the registry itself would let go of it
    return FunctionCounter.builder(doc.meterName(), count, Supplier::get)
        .description(doc.description())
        .baseUnit(doc.baseUnit())
        .tags(tags(doc, tagValues))
        .register(registry);
  }

  /** With a histogram, so that percentiles can be summed over hosts. */
  public Timer timer(MeterDoc doc, String... tagValues) {
    return Timer.builder(doc.meterName())
        .description(doc.description())
        .tags(tags(doc, tagValues))
        .serviceLevelObjectives(doc.spec().buckets().toArray(Duration[]::new))
        .register(registry);
  }

  /** The first registration for a set of tag values stays; the supplier is held strongly and read at each scrape. */
  public Gauge gauge(MeterDoc doc, Supplier<Number> value, String... tagValues) {
    return Gauge.builder(doc.meterName(), value)
        .description(doc.description())
        .baseUnit(doc.baseUnit())
        .tags(tags(doc, tagValues))
        .strongReference(true)
        .register(registry);
  }

  /** Memory, collections, threads, processors, files and uptime of this JVM. */
  public synchronized Meters bindJvm() {
    var collections = new JvmGcMetrics();
    bound.add(collections);
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return this;
  }

  public MeterRegistry registry() {
    return registry;
  }

  private static List<Tag> tags(MeterDoc doc, String... values) {
    if (values.length != doc.tags().size()) {
      throw new IllegalArgumentException("Meter %s takes values for the tags %s, but got %s."
          .formatted(doc.meterName(), doc.tags(), List.of(values)));
    }
    var tags = new ArrayList<Tag>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(doc.tags().get(i), values[i]));
    }
    return tags;
  }

  @Override
  public synchronized void close() throws Exception {
    for (var binder : bound) {
      binder.close();
    }
    bound.clear();
  }
}
