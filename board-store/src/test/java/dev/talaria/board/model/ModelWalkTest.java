package dev.talaria.board.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.board.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations by people, the dispatcher, workers with right and stale runs, and hermes on one board, beside a model
 * that was written from the contract. After every step answers, rows, runs and events must be the predicted ones, and the
 * rules of {@link dev.talaria.board.audit.BoardAudit} must hold. Replay a failure with {@code -Dtalaria.seed=}; {@code
 * -Dtalaria.seeds=} and {@code -Dtalaria.steps=} walk more often and longer.
 */
class ModelWalkTest {
  private static final int STEPS = Integer.getInteger("talaria.steps", 400);
  private static final int FIRST_TASKS = 8;

  /** Some that take several steps to come about. */
  private static final List<String> ANSWERS = List.of(
      "Claim ParentsNotDone",
      "Claim granted N",
      "Complete PhantomCards",
      "Complete completed N",
      "Crashed true",
      "Dead N",
      "Decide true",
      "Decompose [N, N]",
      "Delete true",
      "EditResult true",
      "Grant CeilingReached",
      "Grant granted N",
      "Link refused",
      "Promote true",
      "Reclaim true",
      "Reassign true",
      "SpawnFailed true",
      "Specify true",
      "Stale true",
      "Submit true",
      "Swarm N",
      "TimedOut true",
      "Unblock true",
      "Wake N");

  private static final boolean WITH_HERMES = Python.isPresent();

  @TempDir
  Path directory;

  private int boards;

  static Stream<Long> seeds() {
    String replay = System.getProperty("talaria.seed");
    return replay != null
        ? Stream.of(Long.valueOf(replay))
        : LongStream.generate(() -> ThreadLocalRandom.current().nextLong())
            .limit(Integer.getInteger("talaria.seeds", 8))
            .boxed();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldDoWhatTheContractSays(long seed) {
    List<Walk.Step> steps = steps(seed, STEPS);
    Optional<Walk.Wrong> wrong = take(steps, new TreeMap<>());
    if (wrong.isPresent()) {
      List<Walk.Step> shortest = new Shrinker(less -> take(less, new TreeMap<>())).shrink(steps);
      fail(
          "Replay with -Dtalaria.seed=%d -Dtalaria.steps=%d. It fails at step %d of %d:%n%s%n%nThe shortest found:%n%s%n",
          seed,
          STEPS,
          wrong.get().step,
          steps.size(),
          wrong.get().getMessage(),
          told(shortest, take(shortest, new TreeMap<>())));
    }
  }

  @Test
  void shouldReachEveryAnswerOfEveryAct() {
    Map<String, Integer> came = new TreeMap<>();
    for (long seed = 1; seed <= 12 && !came.keySet().containsAll(ANSWERS); seed++) {
      assertThat(take(steps(seed, 400), came)).isEmpty();
    }

    assertThat(came).containsKeys(ANSWERS.toArray(new String[0]));
  }

  /** A board that forgets a rule must be noticed, and what shows it must come out short. */
  @Test
  void shouldFindAndShrinkAMistake() {
    record Forgetful(int task) implements Act.Ours {
      @Override
      public Object apply(dev.talaria.board.Tx tx, World world) {
        return tx.update("UPDATE tasks SET status = 'done' WHERE id = ?", world.model.id(task))
            == 1;
      }

      @Override
      public String onModel(Model model) {
        Model.Card card = model.card(model.id(task));
        if (card != null) {
          card.status = "done";
        }
        return "" + (card != null);
      }
    }
    List<Walk.Step> steps = new ArrayList<>(steps(5, 120));
    steps.add(60, new Walk.Step(0, new Forgetful(0)));

    List<Walk.Step> shortest = new Shrinker(less -> take(less, new TreeMap<>())).shrink(steps);

    assertThat(take(shortest, new TreeMap<>())).isPresent();
    assertThat(shortest).hasSizeLessThanOrEqualTo(4);
    assertThat(shortest).anyMatch(step -> step.act() instanceof Forgetful);
  }

  private static List<Walk.Step> steps(long seed, int count) {
    Dice dice = new Dice(seed);
    List<Walk.Step> steps = new ArrayList<>();
    for (int i = 0; i < FIRST_TASKS; i++) {
      steps.add(new Walk.Step(0, new StructureActs.CreateOurs(StructureActs.Create.random(dice))));
    }
    for (int i = FIRST_TASKS; i < count; i++) {
      steps.add(new Walk.Step(dice.seconds(), Acts.random(dice, WITH_HERMES)));
    }
    return steps;
  }

  private Optional<Walk.Wrong> take(List<Walk.Step> steps, Map<String, Integer> came) {
    boolean asksHermes = steps.stream().anyMatch(step -> step.act() instanceof HermesActs.Asked);
    Function<Path, Hermes> hermes = file -> asksHermes ? Hermes.on(file) : null;
    try {
      Walk.take(steps, directory.resolve(boards++ + ".db"), hermes, came);
      return Optional.empty();
    } catch (Walk.Wrong wrong) {
      return Optional.of(wrong);
    }
  }

  private static String told(List<Walk.Step> steps, Optional<Walk.Wrong> wrong) {
    return steps.stream()
            .map(step -> "  after %d s: %s".formatted(step.seconds(), step.act()))
            .collect(Collectors.joining("\n"))
        + "\n"
        + wrong.map(Throwable::getMessage).orElse("(does not fail any longer)");
  }
}
