package dev.talaria.cli.verb;

import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "version",
    footer = {"", "Example: talaria version"})
public final class VersionVerb implements Callable<Integer> {
  private final Session session;

  public VersionVerb(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String version = Objects.requireNonNullElse(
        VersionVerb.class.getPackage().getImplementationVersion(), "(not packaged)");
    session.out().printf("talaria %s, Java %s%n", version, Runtime.version());
    return Exit.DONE;
  }
}
