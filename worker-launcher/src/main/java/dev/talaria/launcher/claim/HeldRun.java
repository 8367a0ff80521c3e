package dev.talaria.launcher.claim;

import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.Reply.Grant;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is known of a run that its board has not settled. */
final class HeldRun {
  private final RunDirectory directory;
  private final Grant grant;
  private final long grantedNanos = System.nanoTime();
  private volatile @Nullable Path workspace;
  private volatile @Nullable BoardCommand lastWord;
  private volatile boolean completed;

  HeldRun(RunDirectory directory, Grant grant) {
    this.directory = directory;
    this.grant = grant;
  }

  RunDirectory directory() {
    return directory;
  }

  Grant grant() {
    return grant;
  }

  RunKey run() {
    return grant.run();
  }

  Lane lane() {
    return grant.lane();
  }

  double secondsSinceGrant() {
    return (System.nanoTime() - grantedNanos) / 1e9;
  }

  /** The workspace that was prepared by this start of the launcher, if it was. */
  @Nullable
  Path preparedWorkspace() {
    return workspace;
  }

  void prepared(Path theWorkspace) {
    workspace = theWorkspace;
  }

  /** What remains to be said about it when its worker's own words are answered. */
  @Nullable
  BoardCommand lastWord() {
    return lastWord;
  }

  void setLastWord(BoardCommand word) {
    lastWord = word;
  }

  /** Its worker did what it was to do. */
  void completed() {
    completed = true;
  }

  /** Whether its scratch workspace is of no more use to anybody. */
  boolean leavesScratch() {
    return completed && grant.task().path("workspace_kind").asText("scratch").equals("scratch");
  }

  Path log() {
    try {
      return directory
          .spawn()
          .map(spawn -> Path.of(spawn.log()))
          .orElse(directory.path().resolve("log"));
    } catch (IOException e) {
      return directory.path().resolve("log");
    }
  }

  Path workspace() {
    Path known = workspace;
    if (known != null) {
      return known;
    }
    try {
      return directory.spawn().map(spawn -> Path.of(spawn.workspace())).orElse(directory.path());
    } catch (IOException e) {
      return directory.path();
    }
  }
}
