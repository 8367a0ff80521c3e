package dev.talaria.cli.demo;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.text.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The board when all is over, read in one transaction.
 *
 * @param tasks by the demo's name
 */
record BoardEnd(Map<String, TaskDetail> tasks) {

  static BoardEnd read(Tx tx) {
    Map<String, TaskDetail> tasks = new LinkedHashMap<>();
    for (Task task : TaskList.list(tx, TaskFilter.all())) {
      tasks.put(
          Cast.name(task.title(), String.valueOf(task.assignee())),
          Tasks.show(tx, task.id()).orElseThrow());
    }
    return new BoardEnd(tasks);
  }

  Optional<TaskDetail> task(String name) {
    return Optional.ofNullable(tasks.get(name));
  }

  String status(String name) {
    return task(name).map(detail -> detail.task().status()).orElse("not there");
  }

  List<String> outcomes(String name) {
    return attempts(name).stream().map(Attempt::outcome).toList();
  }

  List<String> models(String name) {
    return attempts(name).stream().map(Attempt::model).toList();
  }

  private List<Attempt> attempts(String name) {
    return task(name).map(Attempt::of).orElse(List.of());
  }

  /** What the last run handed over. */
  Optional<Run> lastRun(String name) {
    return task(name)
        .map(TaskDetail::runs)
        .filter(runs -> !runs.isEmpty())
        .map(runs -> runs.get(runs.size() - 1));
  }

  List<EventRow> events(String name, String kind) {
    return task(name).map(TaskDetail::events).orElse(List.of()).stream()
        .filter(event -> event.kind().equals(kind))
        .toList();
  }

  /** The ids of every event on the board. */
  Set<Long> eventIds() {
    return tasks.values().stream()
        .flatMap(detail -> detail.events().stream())
        .map(EventRow::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Tasks with their attempts. */
  List<String> table(Terminal terminal) {
    var table =
        new Table(terminal, "TASK", "STATUS", "ATTEMPTS", "MODELS", "OUTCOMES").withStatusIn(1);
    tasks.forEach((name, detail) -> {
      List<Attempt> attempts = Attempt.of(detail);
      table.row(
          name,
          detail.task().status(),
          Integer.toString(attempts.size()),
          counted(attempts.stream().map(Attempt::model).toList()),
          counted(attempts.stream().map(Attempt::outcome).toList()));
    });
    return table.lines();
  }

  /** {@code crashed x2, completed}. */
  static String counted(List<String> words) {
    List<String> counted = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= words.size(); i++) {
      if (i == words.size() || !words.get(i).equals(words.get(from))) {
        counted.add(words.get(from) + (i - from > 1 ? " x" + (i - from) : ""));
        from = i;
      }
    }
    return String.join(", ", counted);
  }
}
