package dev.talaria.board.triage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.text.BoardJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandModelTest extends BoardTest {
  private TriageRequest request(Duration timeout) {
    String id = fixture.create(NewTask.titled("idea ü").withTriage(true));
    return new TriageRequest(
        "specify",
        "system",
        "user",
        fixture.task(id),
        Roster.of(Map.of("default", "d"), "", "", "x"),
        6000,
        timeout);
  }

  private TriageModel.Answer ask(String script, Duration timeout) {
    return new CommandModel(List.of("sh", "-c", script), directory).ask(request(timeout));
  }

  private String said(String script) {
    TriageModel.Answer answer = ask(script, Duration.ofSeconds(20));
    assertThat(answer).isInstanceOf(TriageModel.Said.class);
    return ((TriageModel.Said) answer).text();
  }

  private String reason(String script, Duration timeout) {
    TriageModel.Answer answer = ask(script, timeout);
    assertThat(answer).isInstanceOf(TriageModel.Silent.class);
    return ((TriageModel.Silent) answer).reason();
  }

  private String reasonOf(String script) {
    return reason(script, Duration.ofSeconds(20));
  }

  @Test
  void shouldHandTheRequestOverOnStdin() {
    String echoed = said("cat");

    var json = BoardJson.parseObject(echoed);
    assertThat(json).isNotNull();
    assertThat(json.path("task").path("title").asText()).isEqualTo("idea ü");
    assertThat(json.path("timeout_seconds").asInt()).isEqualTo(20);
  }

  @Test
  void shouldNotMindACommandThatReadsNothing() {
    assertThat(said("exec 0<&-; echo hello")).isEqualTo("hello\n");
  }

  @Test
  void shouldReadGarbageAsText() {
    assertThat(said("printf '\\377\\000x'")).isEqualTo("\ufffd\u0000x");
  }

  @Test
  void shouldTellTheEndOfStderrWhenTheCommandFails() {
    assertThat(reasonOf("echo 'no key' >&2; exit 3"))
        .isEqualTo("LLM error: 'sh' exited with 3: no key");
    assertThat(reasonOf("kill -9 $$")).isEqualTo("LLM error: 'sh' exited with 137");
    assertThat(
            reasonOf("i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i + 1)); done; exit 1"))
        .contains("exited with 1: …")
        .endsWith("line 2999")
        .hasSizeLessThan(600);
  }

  @Test
  void shouldSayThatThereIsNoSuchCommand() {
    var missing = new CommandModel(List.of("/nonexistent/llm", "a"), directory);

    TriageModel.Answer answer = missing.ask(request(Duration.ofSeconds(5)));

    assertThat(((TriageModel.Silent) answer).reason())
        .startsWith("LLM error: '/nonexistent/llm' cannot be started: ");
    var nul = new CommandModel(List.of("sh", "\u0000"), directory);
    assertThat(nul.ask(request(Duration.ofSeconds(5)))).isInstanceOf(TriageModel.Silent.class);
  }

  @Test
  void shouldKillTheWholeTreeWhenTimeIsOver() throws IOException {
    Path pids = directory.resolve("pids");
    String script =
        "echo thinking >&2; (sh -c 'echo $$ >>%1$s; sleep 300; :' & sleep 300; :) & echo $! >>%1$s; echo $$ >>%1$s; wait"
            .formatted(pids);

    String reason = reason(script, Duration.ofMillis(1500));

    assertThat(reason).isEqualTo("LLM error: 'sh' did not answer within 1 s: thinking");
    List<String> started = Files.readAllLines(pids);
    assertThat(started).hasSize(3);
    Awaitility.await("all of them are gone")
        .until(() -> started.stream()
            .noneMatch(pid -> ProcessHandle.of(Long.parseLong(pid))
                .filter(ProcessHandle::isAlive)
                .isPresent()));
  }

  @Test
  void shouldStopACommandThatSaysTooMuch() {
    assertThat(reasonOf("while :; do printf '%01000d' 0; done"))
        .isEqualTo("LLM error: 'sh' printed more than 1048576 bytes");
  }

  @Test
  void shouldNotWaitForWhatTheCommandLeftRunning() {
    long start = System.nanoTime();

    assertThat(said("sleep 15 & echo done")).isEqualTo("done\n");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
