package dev.talaria.board.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A list in pages, or streamed, is the list at once. */
class TaskListTest extends BoardTest {
  private static final int TASKS = 2_500; // more than two pages, and more than counts as few

  @BeforeEach
  void fill() {
    var random = new Random(3);
    fixture.board.change(tx -> {
      for (int i = 0; i < TASKS; i++) {
        tx.update(
            "INSERT INTO tasks (id, title, assignee, status, priority, created_at, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            "t_%08x".formatted(random.nextInt()),
            "title " + random.nextInt(9),
            random.nextInt(3) == 0 ? "coder" : null,
            random.nextInt(9) == 0 ? "archived" : random.nextInt(50) == 0 ? "blocked" : "todo",
            random.nextInt(20) == 0 ? null : random.nextInt(3),
            1_000 + random.nextInt(40),
            random.nextBoolean() ? random.nextInt(9) : null);
      }
    });
  }

  private List<String> at(TaskFilter filter) {
    return fixture.board.<List<Task>>read(tx -> TaskList.list(tx, filter)).stream()
        .map(Task::id)
        .toList();
  }

  private List<String> streamed(TaskFilter filter, @Nullable String after) {
    List<String> ids = new ArrayList<>();
    TaskList.each(fixture.board, filter, after, task -> ids.add(task.id()));
    return ids;
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "created",
        "created-desc",
        "priority",
        "priority-desc",
        "status",
        "assignee",
        "title",
        "updated"
      })
  void shouldStreamAndPageWhatTheListHas(@Nullable String sort) {
    for (TaskFilter filter : List.of(
        TaskFilter.all(),
        TaskFilter.all().withArchived(true),
        TaskFilter.all().withStatus("blocked"),
        TaskFilter.all().withAssignee("coder").withStatus("todo"))) {
      TaskFilter sorted = filter.withSort(sort);
      List<String> all = at(sorted);
      assertThat(streamed(sorted, null)).isEqualTo(all);
      List<String> paged = new ArrayList<>();
      String last = null;
      for (List<String> page = List.of("first"); !page.isEmpty(); ) {
        page = streamed(sorted.withLimit(307), last);
        paged.addAll(page);
        last = page.isEmpty() ? last : page.get(page.size() - 1);
      }
      assertThat(paged).as("%s", sorted).isEqualTo(all);
    }
  }

  @Test
  void shouldEndWhenNobodyWantsMore() {
    List<String> ids = new ArrayList<>();
    TaskList.each(
        fixture.board, TaskFilter.all(), null, task -> ids.add(task.id()) && ids.size() < 5);
    assertThat(ids).isEqualTo(at(TaskFilter.all()).subList(0, 5));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "title")
  void shouldSayThatAPageCannotBeginAfterAnUnknownTask(@Nullable String sort) {
    assertThatThrownBy(() -> streamed(TaskFilter.all().withSort(sort), "t_0"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cannot begin after task 't_0'");
  }
}
