package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.task.Comment;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What any user can paste into a board: it passes through, or is cut as DESIGN 4 says (REVIEW R9). */
@WithKafka
@Timeout(240)
class LargeThingsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Fetches what its worker sees, comments too much, then a little, and completes. */
  private static final String WORKER = """
      #!/bin/sh
      # <task id> <directory>
      say() {
        curl -s -o "$out.$1" -w '%{http_code}' -H "Authorization: Bearer $TALARIA_WORKER_TOKEN" \\
          -H 'Content-Type: application/json' --data-binary "@$2" "$TALARIA_WORKER_URL/$1" > "$out.$1.code.$3"
      }
      out=$2/$1
      curl -s -H "Authorization: Bearer $TALARIA_WORKER_TOKEN" "$TALARIA_WORKER_URL/task" > "$out.task"
      say comment "$2/huge.json" huge
      say comment "$2/nul.json" nul
      echo '{"summary":"seen"}' > "$out.end"
      say complete "$out.end" end
      """;

  @TempDir
  Path root;

  private FaultHost host;

  private void prepare(JavaProcesses processes) throws IOException {
    host = new FaultHost(processes, root);
    Path script = root.resolve("seeing.sh");
    Files.writeString(script, WORKER);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        root.resolve("huge.json"),
        "{\"body\":\"" + "\\u0000".repeat(500_000) + "x".repeat(100) + "\"}");
    Files.writeString(root.resolve("nul.json"), "{\"body\":\"nul \\u0000 here\"}");
    Files.writeString(
        host.home().resolve("talaria.yaml"),
        """
              seeing:
                command: ['%s', '{task_id}', '%s']
                exit: protocol
          """.formatted(script, root).indent(0),
        StandardOpenOption.APPEND);
  }

  private String seen(String task, String what) throws IOException {
    return Files.readString(root.resolve(task + "." + what));
  }

  private List<Comment> comments(String task) {
    return host.read(tx -> Tasks.comments(tx, task));
  }

  private List<Transition> transitionsOf(String task) {
    return host.transitions().stream().filter(it -> it.task().equals(task)).toList();
  }

  @Test
  void shouldPassOnOrCutWhateverIsOnABoard(JavaProcesses processes) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/curl")), "curl is missing: the worker needs it");
    prepare(processes);
    host.start();
    String body = "b\u00e4\u0000".repeat(1_300_000); // 5.2 MB of UTF-8
    String large = host.create(List.of(
            NewTask.titled("large").withAssignee("seeing").withBody(body).withCreatedBy("test")))
        .get(0);
    host.awaitStatus(large, "done", LIMIT);
    assertThat(host.task(large).body()).isEqualTo(body);
    assertThat(seen(large, "task")).contains("worker_context");
    assertThat(seen(large, "comment.code.huge")).isEqualTo("413");
    assertThat(seen(large, "comment.code.nul")).isIn("200", "202");
    assertThat(comments(large))
        .singleElement()
        .satisfies(comment -> assertThat(comment.body()).isEqualTo("nul \u0000 here"));

    // people write to the board itself, where there is no such limit
    String comment = "\0c".repeat(1_500_000);
    host.onBoard(board -> board.write(tx -> Comments.add(tx, large, "test", comment)));
    assertThat(comments(large)).anySatisfy(it -> assertThat(it.body()).isEqualTo(comment));

    String join = fanIn();
    host.awaitStatus(join, "done", LIMIT);
    assertThat(seen(join, "task")).contains("summary of parent").hasSizeGreaterThan(300_000);
    // the board is told before the worker is
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(seen(join, "complete.code.end")).isIn("200", "202"));

    host.awaitAllFinished(LIMIT);
    host.assertEachEventOnceOnTransitions();
    assertThat(transitionsOf(large)).anySatisfy(it -> {
      assertThat(it.image()).isNotNull();
      assertThat(it.image().task().path("body").asText()).hasSize(16 * 1024);
      assertThat(it.image().truncated().path("task.body").asInt()).isEqualTo(body.length());
    });
    for (String topic : List.of("transitions", "commands", "replies")) {
      assertThat(new RecordReader(host.bootstrap()).readAll("talaria." + topic))
          .allMatch(
              rec -> rec.value() == null || rec.value().length <= TopicCatalogue.MAX_MESSAGE_BYTES);
    }
    assertThat(new RecordReader(host.bootstrap()).readAll("talaria.dead-letter"))
        .isEmpty();
    assertThat(host.terminate()).isZero();
  }

  /** A task with 500 parents that are done, each with a summary of 8 KiB. */
  private String fanIn() {
    List<String> parents = host.create(IntStream.range(0, 500)
        .mapToObj(i -> NewTask.titled("parent " + i).withCreatedBy("test"))
        .toList());
    String join = host.create(List.of(NewTask.titled("join")
            .withAssignee("seeing")
            .withCreatedBy("test")
            .withParents(parents)))
        .get(0);
    var completions = new Completions(new Recompute(1));
    String summary = "summary of parent ".repeat(455);
    host.onBoard(board -> {
      board.change(tx -> parents.forEach(
          parent -> completions.complete(tx, parent, Completion.empty().withSummary(summary))));
      return true;
    });
    return join;
  }
}
