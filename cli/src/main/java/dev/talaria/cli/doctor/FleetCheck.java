package dev.talaria.cli.doctor;

import dev.talaria.cli.run.HostLine;
import dev.talaria.cli.run.HostLine.State;
import dev.talaria.cli.run.HostLines;
import dev.talaria.cli.run.PresenceReader;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The services of all hosts, by their signs of life: who is silent, what cannot start, clocks and versions that differ. */
final class FleetCheck implements Check {
  private static final Duration LISTEN = Duration.ofSeconds(3);
  private static final long CLOCK_OFF_MILLIS = 2_000;

  private final DoctorKafka kafka;
  private final Wire wire;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Duration lostAfter;

  FleetCheck(DoctorKafka kafka, Wire wire, InstantSource clock, ZoneId zone, Duration lostAfter) {
    this.kafka = kafka;
    this.wire = wire;
    this.clock = clock;
    this.zone = zone;
    this.lostAfter = lostAfter;
  }

  @Override
  public String name() {
    return "fleet";
  }

  @Override
  public List<Finding> look() {
    try (PresenceReader presence = new PresenceReader(kafka.consumer(), kafka.topics(), wire)) {
      presence.readToEnd();
      presence.listen(LISTEN, lostAfter);
      long now = presence.now(clock.millis());
      return judge(new HostLines(lostAfter, zone, now).of(presence.heard()), now);
    }
  }

  /** @param now by the broker's clock, epoch milliseconds */
  static List<Finding> judge(List<HostLine> services, long now) {
    List<Finding> findings = new ArrayList<>();
    for (HostLine service : services) {
      String subject = service.host() + "/" + service.service();
      state(subject, service, now, findings);
      if (service.state() == State.UP || service.state() == State.DRAINING) {
        clock(subject, service, findings);
        service
            .faults()
            .forEach((lane, why) -> findings.add(Finding.warning(
                subject,
                "does not serve lane '%s': %s".formatted(lane, why),
                "Mend launcher.lanes.%s on that host; it is tried again by itself."
                    .formatted(lane))));
      }
    }
    long up = services.stream().filter(it -> it.state() == State.UP).count();
    findings.add(
        0,
        Finding.fine(
            "services",
            "%d of %d are up; 'talaria hosts' shows them".formatted(up, services.size())));
    versions(services, findings);
    return findings;
  }

  private static void state(String subject, HostLine service, long now, List<Finding> findings) {
    long silent = Math.max(0, now - service.heardAt()) / 1_000;
    switch (service.state()) {
      case SILENT ->
        findings.add(
            Finding.warning(
                subject,
                "has not been heard of for %d s".formatted(silent),
                "See whether it runs and reaches Kafka. Tasks of a lost launcher go elsewhere by themselves."));
      case GONE ->
        findings.add(Finding.note(
            subject, "has not been heard of for %d s; it is taken for gone".formatted(silent)));
      case DRAINING -> findings.add(Finding.note(subject, "takes no new work: it is drained"));
      case UP, LEFT -> {
        // as it should be
      }
    }
  }

  private static void clock(String subject, HostLine service, List<Finding> findings) {
    Long offset = service.clockOffset();
    if (offset != null && Math.abs(offset) > CLOCK_OFF_MILLIS) {
      findings.add(
          Finding.warning(
              subject,
              "its clock is off by %s against the broker's".formatted(service.clock()),
              "Let it keep time by NTP. Nothing is lost by it: silence and run times are judged without clocks, but times of events and schedules are its own."));
    }
  }

  private static void versions(List<HostLine> services, List<Finding> findings) {
    Set<String> versions = services.stream()
        .filter(it -> it.state() == State.UP || it.state() == State.DRAINING)
        .map(HostLine::version)
        .collect(Collectors.toCollection(TreeSet::new));
    if (versions.size() > 1) {
      findings.add(Finding.note(
          "versions",
          "several are at work: %s; finish the upgrade".formatted(String.join(", ", versions))));
    }
  }
}
