package dev.talaria.cli.incident;

import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.protocol.message.Incident;
import dev.talaria.service.config.TalariaConfig;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    footer = {"", "Example: talaria incidents show i_1a2b3c4d"})
final class IncidentShow extends IncidentMember {
  @Parameters(paramLabel = "ID", description = "Its id, or what it begins with.")
  private String id = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IncidentShow(Session session) {
    super(session);
  }

  @Override
  int run(TalariaConfig config) {
    refuseBlank(id);
    Incident incident = find(incidents(config), id);
    if (json) {
      say("%s", JsonOut.indented(wire.tree(incident)));
    } else {
      tell(incident);
    }
    return Exit.DONE;
  }

  private void tell(Incident it) {
    say("Incident %s, %s", it.id(), it.state().word());
    field("what", it.fingerprint());
    field("where", "board %s, lane %s".formatted(it.board(), it.lane()));
    field("since", stamp(it.openedAt()));
    field("last", stamp(it.lastAt()));
    Long closed = it.closedAt();
    if (closed != null) {
      field("closed", "%s: %s".formatted(stamp(closed), it.why()));
    }
    field("failures", "%d of %d tasks".formatted(it.failures(), it.tasks()));
    field(
        "tasks", String.join(", ", it.sample()) + (it.tasks() > it.sample().size() ? ", ..." : ""));
    if (!it.models().isEmpty()) {
      field("models", models(it.models()));
    }
    if (!it.hosts().isEmpty()) {
      field("hosts", String.join(", ", it.hosts()));
    }
    field("lane is", lane(it));
    if (it.probes() > 0) {
      field("probes", "%d, of which %d failed".formatted(it.probes(), it.failedProbes()));
    }
    String output = it.output();
    if (output != null && !output.isBlank()) {
      say("The end of what the last one wrote:");
      Printable.block(output.stripTrailing()).lines().forEach(line -> say("  %s", line));
    }
  }

  private String lane(Incident it) {
    Incident.Probe probe = it.probe();
    if (probe != null) {
      return "held; task %s (run %d) is a probe since %s"
          .formatted(probe.task(), probe.run(), stamp(probe.since()));
    }
    Long next = it.nextProbeAt();
    return it.paused() ? "held" + (next == null ? "" : "; no probe before " + stamp(next)) : "free";
  }

  private static String models(Map<String, Long> models) {
    return models.entrySet().stream()
        .map(model -> "%s %d".formatted(model.getKey(), model.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void field(String label, String text) {
    say("  %-10s %s", label, Printable.line(text));
  }
}
