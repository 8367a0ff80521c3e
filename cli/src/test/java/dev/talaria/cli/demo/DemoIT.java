package dev.talaria.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.Main;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final List<String> TOOLS = List.of("sh", "cat", "sleep");

  @TempDir
  private Path temporary;

  private final JavaProcesses processes = new JavaProcesses();

  @BeforeEach
  void temporaryHomes() throws IOException {
    temporary = temporary.toRealPath();
  }

  @AfterEach
  void endProcesses() throws IOException {
    processes.close();
    for (String tool : TOOLS) {
      Files.deleteIfExists(temporary.resolve("tools").resolve(tool));
    }
  }

  private JavaProcesses.Launch demo(String... more) {
    return processes
        .of(Main.class)
        .jvmArgs("-Xmx256m")
        .property("java.io.tmpdir", temporary.toString())
        .args("demo")
        .args(more);
  }

  @Test
  void allEndsAsItShould() {
    JavaProcess demo =
        demo().env("TALARIA_KAFKA_BOOTSTRAP", "nowhere.invalid:9092").start("demo");

    int exit = demo.awaitEnd(LIMIT);

    List<String> lines = demo.output();
    assertThat(exit).as(String.join("\n", lines)).isZero();
    assertThat(lines)
        .noneMatch(line -> line.startsWith("FAILED") || line.contains("\u001b"))
        .anyMatch(line -> line.matches("hopeless +blocked +3 +default, fast, strong +crashed x3"))
        .anyMatch(
            line -> line.matches("climber +done +3 +default, fast, strong +crashed x2, completed"))
        .anyMatch(line -> line.matches("slow +done +2 +default, fast +timed_out, completed"))
        .anyMatch(line -> line.matches("limited +done +2 +default x2 +rate_limited, completed"))
        .anyMatch(line -> line.matches("quiet +done +2 +default x2 +crashed, completed"))
        .anyMatch(line -> line.matches("writer +done +1 .*"))
        .anyMatch(line -> line.matches("[0-9:]{8} +\\d+  > decision +give up, by the topology: .*"))
        .anyMatch(line -> line.matches("[0-9:]{8} +\\d+  gave_up .*"))
        .anyMatch(line -> line.contains("| panic: page 17 is torn out"))
        .anyMatch(line -> line.startsWith("ok") && line.contains("through the worker API"))
        .anyMatch(line -> line.matches("All 13 checks passed in .*"));
    assertThat(seconds(lines)).isLessThan(60);
    assertThat(homes()).isEmpty();
  }

  @Test
  void withoutCurlAndWgetWorkersLeaveFilesAndTheMissingCheckIsNamed() throws IOException {
    Path tools = Files.createDirectory(temporary.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), program(tool));
    }
    JavaProcess demo = demo().env("PATH", tools.toString()).start("demo");

    int exit = demo.awaitEnd(LIMIT);

    List<String> lines = demo.output();
    assertThat(exit).as(String.join("\n", lines)).isZero();
    assertThat(lines)
        .noneMatch(line -> line.startsWith("FAILED") || line.contains("planner"))
        .anyMatch(line -> line.contains("neither curl nor wget is on the PATH"))
        .anyMatch(line -> line.startsWith("ok") && line.contains("unblocked with a comment"))
        .anyMatch(line -> line.startsWith("left out  the worker API"))
        .anyMatch(line -> line.matches("All 12 checks passed in .*"));
  }

  @Test
  void interruptedItLeavesNothingBehind() throws Exception {
    JavaProcess demo = demo().start("demo");
    demo.awaitLine(line -> line.matches(".* slow +started"), LIMIT);
    String home = homes().get(0).toString();

    int exit = demo.terminate(Duration.ofSeconds(30));

    assertThat(exit).isEqualTo(130);
    assertThat(homes()).isEmpty();
    assertThat(Leftovers.of(Path.of(home), Duration.ofSeconds(5))).isEmpty();
  }

  @Test
  void keptHomeHoldsBoardLogAndScripts() {
    JavaProcess demo = demo("--keep").start("demo");

    assertThat(demo.awaitEnd(LIMIT)).isZero();

    assertThat(homes()).singleElement().satisfies(home -> {
      assertThat(home.resolve("kanban.db")).isNotEmptyFile();
      assertThat(home.resolve("demo.log")).isNotEmptyFile();
      assertThat(home.resolve("demo/worker.sh")).isNotEmptyFile();
      assertThat(demo.output())
          .anyMatch(line -> line.startsWith("kept") && line.contains(home.toString()));
    });
  }

  private List<Path> homes() {
    try (Stream<Path> entries = Files.list(temporary)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("talaria-demo-"))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double seconds(List<String> lines) {
    String last = lines.get(lines.size() - 1);
    return Double.parseDouble(last.replaceFirst(".* in ([0-9.]+) s$", "$1"));
  }

  private static Path program(String name) {
    return Stream.of("/bin", "/usr/bin")
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }
}
