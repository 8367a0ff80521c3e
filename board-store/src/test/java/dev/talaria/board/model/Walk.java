package dev.talaria.board.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.audit.BoardAudit;
import dev.talaria.board.event.EventRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Takes steps on a board and on the model, and compares them after each. */
final class Walk {
  /** A whole audit reads the board from its beginning; it is made now and then, and at the end. */
  private static final int STEPS_BETWEEN_AUDITS = 25;

  /** An act, and the seconds that pass before it. */
  record Step(long seconds, Act act) {}

  /** The step that went wrong. */
  static final class Wrong extends RuntimeException {
    final int step;

    Wrong(int step, String message) {
      super(message);
      this.step = step;
    }
  }

  private final World world;
  private final Map<Long, String> closed = new HashMap<>();
  private final Map<String, Integer> came;

  private Walk(World world, Map<String, Integer> came) {
    this.world = world;
    this.came = came;
  }

  /**
   * Takes the steps on a new board.
   *
   * @param came collects which acts were answered how
   * @throws Wrong at the first step after which board and model differ, or a rule is broken
   */
  static void take(
      List<Step> steps, Path file, Function<Path, Hermes> hermes, Map<String, Integer> came) {
    try (World world = new World(file, hermes)) {
      Walk walk = new Walk(world, came);
      for (int i = 0; i < steps.size(); i++) {
        try {
          walk.step(steps.get(i));
          if (i % STEPS_BETWEEN_AUDITS == 0 || i == steps.size() - 1) {
            equal("audit", List.of(), world.board.read(BoardAudit::violations));
          }
        } catch (Differs e) {
          throw new Wrong(i, e.getMessage());
        } catch (RuntimeException | AssertionError e) {
          throw (Wrong) new Wrong(i, "unexpected " + e).initCause(e);
        }
      }
    }
  }

  private void step(Step step) {
    world.beginStep(step.seconds());
    Map<String, String> before = world.model.snapshot();
    String said = step.act().onBoard(world);
    String predicted = step.act().onModel(world.model);
    equal("answer", predicted, said);
    String name = step.act().getClass().getSimpleName();
    came.merge(name + " " + said.replaceAll("t_[0-9a-f]+|\\d+", "N"), 1, Integer::sum);
    Map<String, String> expected = world.model.snapshot();
    compare(expected, world.snapshot());
    compareEvents(world.newEvents());
    boolean nothing = Set.of("false", World.REFUSED, "Lost", "NotCompletable").contains(said)
        && before.equals(expected)
        && world.model.events.isEmpty();
    if (nothing && !said.equals(World.REFUSED)) {
      equal("rows written by an operation that says '" + said + "'", 0L, world.written);
    }
    for (Model.Run run : world.model.runs.values()) {
      if (run.ended != null && step.act() instanceof MoveActs.EditResult) {
        closed.put(run.id, run.toString()); // the one operation that changes a closed run
      } else if (run.ended != null) {
        equal("closed run", closed.computeIfAbsent(run.id, id -> run.toString()), run.toString());
      }
    }
  }

  private static void compare(Map<String, String> expected, Map<String, String> found) {
    Set<String> ids = new TreeSet<>(expected.keySet());
    ids.addAll(found.keySet());
    for (String id : ids) {
      equal("task " + id, expected.get(id), found.get(id));
    }
  }

  private void compareEvents(List<EventRow> found) {
    Set<String> ids = new HashSet<>();
    found.forEach(event -> ids.add(event.taskId()));
    world.model.events.forEach(event -> ids.add(event.task()));
    for (String id : ids) {
      List<EventRow> written =
          found.stream().filter(event -> event.taskId().equals(id)).toList();
      List<Model.Ev> predicted =
          world.model.events.stream().filter(event -> event.task().equals(id)).toList();
      List<String> expected = new ArrayList<>();
      List<String> actual = new ArrayList<>();
      for (int i = 0; i < Math.max(written.size(), predicted.size()); i++) {
        Model.Ev ev = i < predicted.size() ? predicted.get(i) : null;
        expected.add(
            ev == null ? "nothing" : ev.kind() + " of run " + ev.run() + " " + ev.payload());
        actual.add(i < written.size() ? text(written.get(i), ev) : "nothing");
      }
      equal("events of " + id, expected, actual);
    }
    found.forEach(
        event -> equal("time of event " + event.id(), world.model.now, event.createdAt()));
  }

  private static String text(EventRow event, Model.Ev like) {
    Map<String, Object> payload = new java.util.LinkedHashMap<>();
    ObjectNode object = event.payloadObject();
    if (like != null) {
      like.payload().keySet().forEach(key -> {
        boolean there = object != null && object.hasNonNull(key);
        boolean isText = there && object.get(key).isTextual();
        payload.put(key, there ? isText ? object.get(key).asText() : object.get(key) : null);
      });
    }
    return event.kind() + " of run " + event.runId() + " " + payload;
  }

  private static void equal(String what, Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      throw new Differs("%s%n  expected %s%n  found    %s".formatted(what, expected, found));
    }
  }

  private static final class Differs extends RuntimeException {
    Differs(String message) {
      super(message);
    }
  }
}
