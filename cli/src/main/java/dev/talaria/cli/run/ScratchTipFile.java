package dev.talaria.cli.run;

import dev.talaria.board.dispatch.DispatchTick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file by which an installation remembers that it told about scratch workspaces; hermes knows it too. */
record ScratchTipFile(Path file) implements DispatchTick.ScratchTip {
  private static final Logger log = LoggerFactory.getLogger(ScratchTipFile.class);
  private static final String WORDS =
      "This task works in a scratch workspace, which is removed after the task is completed. To keep what is made there,"
          + " create tasks with --workspace dir:<path> or --workspace worktree.";

  @Override
  public @Nullable String pending() {
    return Files.exists(file) ? null : WORDS;
  }

  @Override
  public void told() {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      log.warn("'{}' cannot be written, so the tip comes again: {}", file, e.toString());
    }
  }
}
