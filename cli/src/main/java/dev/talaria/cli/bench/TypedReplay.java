package dev.talaria.cli.bench;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The verb in a process of its own, as the {@code talaria} script starts it.
 *
 * @param seconds from its start to its end
 * @param heapMib the most that its heap held, by its log of collections
 * @param out what it printed
 */
record TypedReplay(double seconds, long heapMib, String out) {
  /** As in the script. */
  static final int LIMIT_MIB = 256;

  private static final long LONGEST_MINUTES = 10;
  private static final Pattern COLLECTED = Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\)");

  static TypedReplay run(Path directory, Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    Path log = directory.resolve("replay-gc.log");
    Path out = directory.resolve("replay.out");
    Path err = directory.resolve("replay.err");
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + LIMIT_MIB + "m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xlog:gc:file=" + log,
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "replay"));
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    long begun = System.nanoTime();
    Process process = builder.start();
    if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw CliFailure.failed("'replay' did not end in %d minutes.".formatted(LONGEST_MINUTES));
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (process.exitValue() != 0) {
      throw CliFailure.failed(
          "'replay' ended with %d: %s".formatted(process.exitValue(), Files.readString(err)));
    }
    return new TypedReplay(seconds, most(Files.readString(log)), Files.readString(out));
  }

  private static long most(String log) {
    long most = 0;
    Matcher collected = COLLECTED.matcher(log);
    while (collected.find()) {
      most = Math.max(most, Long.parseLong(collected.group(1)));
    }
    return most;
  }
}
