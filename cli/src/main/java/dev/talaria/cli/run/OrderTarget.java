package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.StandingOrder.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a pause is about, as it is typed. */
final class OrderTarget {
  @Option(names = "--all", description = "Everything: no worker starts on any host.")
  private boolean all;

  @Option(names = "--lane", paramLabel = "LANE", description = "One lane, on every board and host.")
  private @Nullable String lane;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Whatever would start on one host, by its id.")
  private @Nullable String host;

  @Option(
      names = "--this-board",
      description = "The board that is meant; another is named by --board before the verb.")
  private boolean thisBoard;

  /** A scope and which one of it. */
  record Target(Scope scope, @Nullable String name) {}

  boolean isGiven() {
    return all || lane != null || host != null || thisBoard;
  }

  /** The one thing that was named. */
  Target get(OrderDesk desk) {
    int named =
        (all ? 1 : 0) + (lane == null ? 0 : 1) + (host == null ? 0 : 1) + (thisBoard ? 1 : 0);
    if (named != 1) {
      throw CliFailure.usage(
          "Give one of --all, --lane LANE, --host HOST and --this-board; %d were given."
              .formatted(named));
    }
    if (lane != null) {
      return new Target(Scope.LANE, lane(lane));
    }
    if (host != null) {
      return new Target(Scope.HOST, host(host));
    }
    return thisBoard ? new Target(Scope.BOARD, desk.board()) : new Target(Scope.ALL, null);
  }

  private static String lane(String name) {
    if (!Lane.isLane(name)) {
      throw CliFailure.usage(
          "--lane is '%s'; expected the name of a profile, such as 'coder'.".formatted(name));
    }
    return name;
  }

  private static String host(String name) {
    try {
      return new LauncherKey(name, "main").host();
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage("--host is '%s': %s".formatted(name, e.getMessage()));
    }
  }

  /** A host, or one of its launchers: {@code beta} or {@code beta/gpu}. */
  static Target hostOrLauncher(String text) {
    try {
      int slash = text.indexOf('/');
      if (slash < 0) {
        return new Target(Scope.HOST, new LauncherKey(text, "main").host());
      }
      LauncherKey launcher = text.contains("/launcher/")
          ? LauncherKey.parse(text)
          : new LauncherKey(text.substring(0, slash), text.substring(slash + 1));
      return new Target(Scope.LAUNCHER, launcher.toString());
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(
          "'%s' is neither a host nor HOST/LAUNCHER: %s".formatted(text, e.getMessage()));
    }
  }
}
