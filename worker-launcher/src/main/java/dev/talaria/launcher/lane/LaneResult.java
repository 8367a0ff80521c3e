package dev.talaria.launcher.lane;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a worker of an exit-code lane leaves behind: {@code result.json} in its workspace, else the end of its output.
 *
 * @param summary what becomes the task's summary, or null when there is nothing to say
 * @param metadata what becomes its metadata
 * @param problem what was wrong with the file, in which case the output was taken; never fatal
 */
public record LaneResult(
    @Nullable String summary,
    @Nullable ObjectNode metadata,
    @Nullable String problem) {
  /** The file's name in the workspace. */
  public static final String FILE = "result.json";

  private static final int LARGEST_FILE = 256 * 1024; // a handoff, not a data set
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param workspace where the worker worked
   * @param notBefore epoch milliseconds of the start: an older file is another run's and does not count
   * @param tail the end of its output
   */
  public static LaneResult read(Path workspace, long notBefore, String tail) {
    Path file = workspace.resolve(FILE);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.getLastModifiedTime(file).toMillis() < notBefore - 1000) { // coarse file times
        return ofOutput(tail, null);
      }
      try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
        if (bytes.length > LARGEST_FILE) {
          return ofOutput(tail, "%s is larger than %d bytes".formatted(file, LARGEST_FILE));
        }
        return ofJson(file, JSON.readTree(bytes), tail);
      }
    } catch (JacksonException e) {
      return ofOutput(tail, "%s is not JSON: %s".formatted(file, e.getOriginalMessage()));
    } catch (IOException e) {
      return ofOutput(tail, "%s cannot be read: %s".formatted(file, e.getMessage()));
    }
  }

  private static LaneResult ofJson(Path file, JsonNode json, String tail) {
    JsonNode summary = json.path("summary");
    JsonNode metadata = json.path("metadata");
    if (!json.isObject()) {
      return ofOutput(tail, "%s is not a JSON object".formatted(file));
    }
    if (!summary.isMissingNode() && !summary.isNull() && !summary.isTextual()) {
      return ofOutput(tail, "'summary' in %s is not text".formatted(file));
    }
    if (!metadata.isMissingNode() && !metadata.isNull() && !metadata.isObject()) {
      return ofOutput(tail, "'metadata' in %s is not an object".formatted(file));
    }
    LaneResult output = ofOutput(tail, null);
    return new LaneResult(
        summary.isTextual() ? summary.textValue() : output.summary(),
        metadata instanceof ObjectNode object ? object : null,
        null);
  }

  private static LaneResult ofOutput(String tail, @Nullable String problem) {
    String stripped = tail.strip();
    return new LaneResult(stripped.isEmpty() ? null : stripped, null, problem);
  }
}
