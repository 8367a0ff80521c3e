package dev.talaria.board.swarm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.task.CreateResult;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes swarms: a root that is done at once and holds the blackboard, workers that start together, a verifier that waits
 * for all of them, a synthesizer that waits for the verifier.
 *
 * <pre>
 *   root (done) --+-- worker --+
 *                 +-- worker --+-- verifier -- synthesizer
 *                 +-- worker --+
 * </pre>
 *
 * <p>All of it is written in the caller's one transaction: nobody sees, or claims from, half a swarm.
 */
public final class Swarms {
  /** Where the ids of a swarm stand on its blackboard. */
  public static final String TOPOLOGY = "topology";

  private static final int TITLE = 80;
  private static final String SET_BODY = "UPDATE tasks SET body = ? WHERE id = ?";

  private final TaskCreation creation;
  private final Completions completions;

  public Swarms(TaskCreation creation, Completions completions) {
    this.creation = creation;
    this.completions = completions;
  }

  /**
   * Makes a swarm, or finds the one that the idempotency key names.
   *
   * @throws InvalidRequestException when an argument is refused
   * @throws ConflictException when the key names a task that is not the root of a whole swarm
   */
  public Swarm create(Tx tx, SwarmPlan plan) {
    String goal = HermesText.strip(plan.goal());
    String headline = HermesText.firstLine(goal, TITLE);
    check(plan, headline);
    CreateResult root = creation.create(
        tx,
        card(plan, "Swarm: " + headline, plan.createdBy(), List.of("kanban-orchestrator"))
            .withIdempotencyKey(plan.idempotencyKey()));
    String rootId = root.taskId();
    if (!root.created()) {
      return existing(tx, rootId, plan.idempotencyKey());
    }
    tx.update(SET_BODY, goal + SwarmTexts.protocol(rootId), rootId);
    completions.complete(
        tx,
        rootId,
        Completion.empty()
            .withSummary("Swarm of %d workers planned; its blackboard is here."
                .formatted(plan.workers().size())));
    List<String> workers = new ArrayList<>();
    for (SwarmWorker worker : plan.workers()) {
      workers.add(make(
          tx,
          card(plan, worker.title(), worker.profile(), worker.skills())
              .withParents(List.of(rootId))
              .withBody(SwarmTexts.worker(goal, worker.title(), rootId))));
    }
    String verifier = make(
        tx,
        card(plan, "Verify: " + headline, plan.verifier(), List.of("requesting-code-review"))
            .withParents(workers)
            .withBody(SwarmTexts.verifier(goal, rootId)));
    String synthesizer = make(
        tx,
        card(plan, "Synthesise: " + headline, plan.synthesizer(), List.of("humanizer"))
            .withParents(List.of(verifier))
            .withBody(SwarmTexts.synthesizer(goal, rootId)));
    Swarm swarm = new Swarm(rootId, workers, verifier, synthesizer, true);
    ObjectNode topology = swarm.ids().put("goal", goal);
    Blackboard.write(tx, rootId, plan.createdBy(), TOPOLOGY, topology);
    return swarm;
  }

  private String make(Tx tx, NewTask card) {
    return creation.create(tx, card).taskId();
  }

  private static Swarm existing(Tx tx, String rootId, @Nullable String key) {
    return Swarm.ofTopology(Blackboard.read(tx, rootId).get(TOPOLOGY))
        .orElseThrow(() -> new ConflictException(
            "Idempotency key '%s' names task '%s', which is not the root of a whole swarm. Archive that task, or take another key."
                .formatted(key, rootId)));
  }

  private static NewTask card(SwarmPlan plan, String title, String profile, List<String> skills) {
    return NewTask.titled(title)
        .withAssignee(profile)
        .withCreatedBy(HermesText.strip(plan.createdBy()))
        .withTenant(plan.tenant())
        .withPriority(plan.priority())
        .withSkills(skills.isEmpty() ? null : skills);
  }

  private static void check(SwarmPlan plan, @Nullable String headline) {
    if (headline == null) {
      throw new InvalidRequestException("The swarm's goal is blank; say what it is to reach.");
    }
    if (plan.workers().isEmpty()) {
      throw new InvalidRequestException("A swarm needs at least one worker.");
    }
    if (HermesText.isBlank(plan.createdBy())) {
      throw new InvalidRequestException("The swarm's creator is blank; say who makes it.");
    }
    for (SwarmWorker worker : plan.workers()) {
      if (HermesText.isBlank(worker.profile()) || HermesText.isBlank(worker.title())) {
        throw new InvalidRequestException("A worker needs a profile and a title; got '%s' and '%s'."
            .formatted(worker.profile(), worker.title()));
      }
    }
  }
}
