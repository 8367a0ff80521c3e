package dev.talaria.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.transition.Claims;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.topic.KeyFilter;
import dev.talaria.cli.replay.topic.Needle;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailsTest {
  @TempDir
  Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldKnowATasksAndABoardsRecordsByTheirKeys() {
    KeyFilter task = KeyFilter.task(TaskKey.parse("alpha/default#t_1"));
    KeyFilter board = KeyFilter.board(BoardKey.parse("alpha/default"));
    KeyFilter tasks =
        KeyFilter.tasks(List.of(TaskKey.parse("alpha/default#t_1"), TaskKey.parse("beta/x#t_2")));

    assertThat(task.wants(bytes("alpha/default#t_1"))).isTrue();
    assertThat(task.wants(bytes("alpha/default#t_12"))).isFalse();
    assertThat(board.wants(bytes("alpha/default#t_12"))).isTrue();
    assertThat(board.wants(bytes("alpha/default2#t_1"))).isFalse();
    assertThat(board.wants(bytes("alpha/default#"))).isFalse();
    assertThat(tasks.wants(bytes("beta/x#t_2"))).isTrue();
    assertThat(tasks.wants(bytes("beta/x#t_1"))).isFalse();
    for (KeyFilter filter : List.of(task, board, tasks, KeyFilter.any())) {
      assertThat(filter.wants(null)).isFalse();
    }
  }

  @Test
  void shouldFindATextAnywhere() {
    var needle = new Needle("\"kind\":\"gave_up\"");

    assertThat(needle.isIn(bytes("{\"v\":1,\"kind\":\"gave_up\"}"))).isTrue();
    assertThat(needle.isIn(bytes("\"kind\":\"gave_up\""))).isTrue();
    assertThat(needle.isIn(bytes("{\"kind\":\"gave_u"))).isFalse();
    assertThat(needle.isIn(bytes("\"\"kind\":\"gave_up\""))).isTrue();
    assertThat(needle.isIn(new byte[0])).isFalse();
  }

  @Test
  void shouldKeepOfManyBeatsTheirNumberAndTheLastImage() {
    try (var board = new RealBoard(directory, RetryPolicy.DEFAULT)) {
      String task = board.create("Long", null);
      long run = board.claim(task);
      for (int i = 0; i < 5; i++) {
        board.later(60);
        board.write(tx -> Claims.heartbeatWorker(tx, task, "still here", run));
      }

      TaskTrail trail = board.trail(task);
      List<Transition> beats =
          trail.events().stream().filter(it -> it.kind().equals("heartbeat")).toList();

      assertThat(beats).hasSize(5);
      assertThat(beats.subList(0, 4)).allSatisfy(beat -> {
        assertThat(beat.payload()).isNull();
        assertThat(beat.image()).isNull();
      });
      assertThat(beats.get(4).image()).isNotNull();
      assertThat(StoryTeller.tell(trail, board.wire).attempts().get(0).heartbeats())
          .isEqualTo(5);
      assertThat(StoryTeller.tell(trail, board.wire).title()).isEqualTo("Long");
    }
  }
}
