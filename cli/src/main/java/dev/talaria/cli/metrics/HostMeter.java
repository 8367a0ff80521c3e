package dev.talaria.cli.metrics;

import static dev.talaria.service.metrics.MeterSpec.gauge;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;

/** The process itself. */
public enum HostMeter implements MeterDoc {
  BUILD(gauge(
      "talaria.build.info",
      "Always 1; its labels say which build runs here on which Java.",
      "version",
      "java")),
  HEALTH(gauge(
      "talaria.health.ready",
      "1 while a part can do its work, 0 while it cannot; /health says why, in words.",
      "check")),
  ORDERS(gauge(
      "talaria.orders",
      "Orders of operators (pauses and drains) in force on this host, by scope.",
      "scope"));

  private final MeterSpec spec;

  HostMeter(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
