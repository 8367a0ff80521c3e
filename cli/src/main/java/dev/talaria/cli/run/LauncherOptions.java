package dev.talaria.cli.run;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the verbs that start workers take. */
final class LauncherOptions {
  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The launcher's name among those of this host. Default: main.")
  private @Nullable String name;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "Most workers at once. Default: one per processor.")
  private @Nullable Integer slots;

  /** What these options set, by dotted key. */
  Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>();
    if (name != null) {
      flags.put("launcher.name", name);
    }
    if (slots != null) {
      flags.put("launcher.slots", slots.toString());
    }
    return flags;
  }
}
