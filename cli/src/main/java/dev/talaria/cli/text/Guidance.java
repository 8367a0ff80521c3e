package dev.talaria.cli.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The texts that tell agents how to work with a board. They are kept as Markdown beside the classes. */
public enum Guidance {
  /** A few lines, for an agent's own instructions. */
  BLOCK("agents.md"),
  /** All that the worker of a task should know. */
  WORKER("worker.md"),
  /** All that an agent should know that gives work to others. */
  ORCHESTRATOR("orchestrator.md");

  private final String file;

  Guidance(String file) {
    this.file = file;
  }

  /** The text, ending with a line end. */
  public String text() {
    try (InputStream in = Guidance.class.getResourceAsStream("/guidance/" + file)) {
      if (in == null) {
        throw new IllegalStateException(
            "The text '%s' is missing from this build.".formatted(file));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the text '%s'.".formatted(file), e);
    }
  }
}
