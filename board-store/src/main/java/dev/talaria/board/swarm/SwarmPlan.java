package dev.talaria.board.swarm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a swarm is to be; nothing is checked before {@link Swarms#create}.
 *
 * @param goal of the whole swarm; its first line names the root
 * @param verifier the profile that looks at what the workers did
 * @param synthesizer the profile that makes one result of it
 * @param createdBy creator of all cards, and assignee of the root
 */
public record SwarmPlan(
    String goal,
    List<SwarmWorker> workers,
    String verifier,
    String synthesizer,
    String createdBy,
    @Nullable String tenant,
    long priority,
    @Nullable String idempotencyKey) {
  public SwarmPlan {
    workers = List.copyOf(workers);
  }

  public static SwarmPlan of(
      String goal,
      List<SwarmWorker> workers,
      String verifier,
      String synthesizer,
      String createdBy) {
    return new SwarmPlan(goal, workers, verifier, synthesizer, createdBy, null, 0, null);
  }

  public SwarmPlan withTenant(@Nullable String value) {
    return new SwarmPlan(
        goal, workers, verifier, synthesizer, createdBy, value, priority, idempotencyKey);
  }

  public SwarmPlan withPriority(long value) {
    return new SwarmPlan(
        goal, workers, verifier, synthesizer, createdBy, tenant, value, idempotencyKey);
  }

  public SwarmPlan withIdempotencyKey(@Nullable String value) {
    return new SwarmPlan(goal, workers, verifier, synthesizer, createdBy, tenant, priority, value);
  }
}
