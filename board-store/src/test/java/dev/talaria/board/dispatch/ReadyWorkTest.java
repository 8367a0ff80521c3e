package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.dispatch.ReadyWork.Column;
import dev.talaria.board.dispatch.ReadyWork.Taker;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Requirements;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which task is next, for whom. */
class ReadyWorkTest extends BoardTest {
  private record Host(@Nullable Map<String, String> labels, boolean scratchOnly, String place)
      implements Taker {
    @Override
    public boolean takes(String workspaceKind, @Nullable String workspacePath) {
      return workspaceKind.equals("scratch")
          || workspacePath != null && workspacePath.startsWith(place);
    }
  }

  private static NewTask task() {
    return NewTask.titled("t").withAssignee("coder");
  }

  private List<String> best(Taker taker, int limit) {
    return fixture.board.read(tx -> ReadyWork.best(tx, Column.READY, "coder", taker, limit));
  }

  private String run(String id) {
    fixture.board.change(tx -> GrantClaims.claimForLauncher(tx, id, "l", 60, "h/l/m", 1, "i", 9));
    return id;
  }

  @Test
  void shouldPassOverWhatALauncherLacksTheLabelsFor() {
    String gpu = fixture.create(task().withPriority(9).withRequires(Map.of("gpu", "true")));
    String both =
        fixture.create(task().withPriority(8).withRequires(Map.of("gpu", "true", "arch", "x86")));
    String plain = fixture.create(task());
    assertThat(best(new Host(Map.of(), false, "/"), 9)).containsExactly(plain);
    assertThat(best(new Host(Map.of("gpu", "false"), true, "/"), 9)).containsExactly(plain);
    assertThat(best(new Host(Map.of("gpu", "true", "x", "y"), true, "/"), 9))
        .containsExactly(gpu, plain);
    assertThat(best(new Host(Map.of("gpu", "true", "arch", "x86"), true, "/"), 9))
        .containsExactly(gpu, both, plain);
    assertThat(best(Taker.ANYBODY, 9)).containsExactly(gpu, both, plain);
    fixture.board.change(tx -> {
      Requirements.remove(tx, gpu, List.of("gpu"));
      Requirements.add(tx, both, Map.of("arch", "arm64"));
    });
    assertThat(best(new Host(Map.of("arch", "x86"), true, "/"), 9)).containsExactly(gpu, plain);
    assertThat(fixture.board.<Map<String, String>>read(tx -> Requirements.of(tx, both)))
        .isEqualTo(Map.of("arch", "arm64", "gpu", "true"));
  }

  @Test
  void shouldPassOverPlacesThatALauncherDoesNotHave() {
    String here = fixture.create(task().withWorkspace("dir", "/srv/a", null));
    String there = fixture.create(task().withWorkspace("worktree", "/opt/b", null));
    String scratch = fixture.create(task().withPriority(-1));
    assertThat(best(new Host(null, true, ""), 9)).containsExactly(scratch);
    assertThat(best(new Host(null, false, "/srv"), 9)).containsExactly(here, scratch);
    assertThat(best(new Host(null, false, "/opt"), 1)).containsExactly(there);
  }

  @Test
  void shouldLetTenantsTakeTurnsWithinAPriority() {
    List<String> flood = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      flood.add(fixture.create(task().withTenant("flood")));
    }
    fixture.pass(10);
    String late = fixture.create(task().withTenant("late"));
    String nobodys = fixture.create(task());
    String urgent = fixture.create(task().withTenant("flood").withPriority(1));
    assertThat(best(Taker.ANYBODY, 5))
        .as("priority first, then who has least running or chosen, then age")
        .containsExactly(urgent, late, nobodys, flood.get(0), flood.get(1));
    run(urgent);
    assertThat(best(Taker.ANYBODY, 3))
        .as("what runs counts, of whatever priority")
        .containsExactly(late, nobodys, flood.get(0));
  }

  @Test
  void shouldTakeTasksWithoutAPriorityLast() {
    String plain = fixture.create(task().withPriority(-5));
    String without = fixture.create(task());
    fixture.board.change(tx -> tx.update("UPDATE tasks SET priority = NULL WHERE id = ?", without));
    assertThat(best(Taker.ANYBODY, 9)).containsExactly(plain, without);
  }

  @Test
  void shouldRefuseWhatCanBeNoLabel() {
    for (String bad :
        List.of("gpu", "=x", "gpu=", "g|u=1", "a b=1", "a=b=c", "a=" + "x".repeat(64))) {
      assertThatThrownBy(() -> Requirements.parse(List.of(bad)))
          .as(bad)
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("expected");
    }
    assertThat(Requirements.parse(List.of("gpu=true", "gpu=false")))
        .isEqualTo(Map.of("gpu", "false"));
  }

  @Test
  void shouldNotReadPastAFloodThatDoesNotFit() {
    fixture.board.change(tx -> {
      for (int i = 0; i < 20_000; i++) {
        tx.update(
            "INSERT INTO tasks (id, title, assignee, status, created_at, workspace_kind, workspace_path, tenant)"
                + " VALUES (?, 't', 'coder', 'ready', 1, 'dir', '/d', 'flood')",
            "t_" + i);
      }
    });
    String other = fixture.create(task().withTenant("other"));
    long before = System.nanoTime();
    assertThat(best(new Host(null, true, ""), 5)).containsExactly(other);
    assertThat(System.nanoTime() - before).as("nanoseconds").isLessThan(500_000_000L);
  }

  /** Random boards against the rule in the plainest words. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void shouldAgreeWithTheRuleOnRandomBoards(long seed) {
    var random = new Random(seed);
    List<NewTask> made = new ArrayList<>();
    Map<String, NewTask> waiting = new HashMap<>();
    Map<String, Integer> order = new HashMap<>();
    Map<String, Integer> running = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      NewTask next = random(random);
      made.add(next);
      String id = fixture.create(next);
      order.put(id, i);
      if (random.nextInt(6) == 0) {
        run(id);
        running.merge(String.valueOf(next.tenant()), 1, Integer::sum);
      } else {
        waiting.put(id, next);
      }
      fixture.pass(1);
    }
    Map<String, String> labels = random.nextBoolean() ? Map.of("gpu", "true") : Map.of();
    var host = new Host(labels, random.nextInt(3) == 0, "/srv/a");
    List<String> expected = new ArrayList<>();
    var left = new HashSet<>(waiting.keySet());
    left.removeIf(id -> !fits(waiting.get(id), host));
    while (!left.isEmpty()) {
      String next = left.stream()
          .min(Comparator.<String>comparingLong(id -> -need(waiting, id).priority())
              .thenComparing(
                  id -> running.getOrDefault(String.valueOf(need(waiting, id).tenant()), 0))
              .thenComparing(id -> Objects.requireNonNull(order.get(id))))
          .orElseThrow();
      expected.add(next);
      running.merge(String.valueOf(need(waiting, next).tenant()), 1, Integer::sum);
      left.remove(next);
    }
    assertThat(best(host, 100)).as("seed %d", seed).isEqualTo(expected);
    assertThat(best(host, 3)).isEqualTo(expected.subList(0, Math.min(3, expected.size())));
  }

  private static NewTask need(Map<String, NewTask> tasks, String id) {
    return Objects.requireNonNull(tasks.get(id));
  }

  private static NewTask random(Random random) {
    NewTask next = task()
        .withPriority(random.nextInt(3))
        .withTenant(random.nextInt(3) == 0 ? null : "tenant" + random.nextInt(3));
    if (random.nextInt(4) == 0) {
      next = next.withWorkspace("dir", random.nextBoolean() ? "/srv/a/x" : "/srv/b", null);
    }
    return random.nextInt(4) == 0
        ? next.withRequires(Map.of("gpu", Boolean.toString(random.nextBoolean())))
        : next;
  }

  private static boolean fits(@Nullable NewTask task, Host host) {
    return task != null
        && Objects.requireNonNull(host.labels())
            .entrySet()
            .containsAll(task.requires().entrySet())
        && (task.workspaceKind().equals("scratch")
            || !host.scratchOnly() && host.takes(task.workspaceKind(), task.workspacePath()));
  }
}
