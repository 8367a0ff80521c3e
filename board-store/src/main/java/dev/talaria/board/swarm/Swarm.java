package dev.talaria.board.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cards of a swarm.
 *
 * @param created false when an idempotency key named a swarm that was there; then nothing was written
 */
public record Swarm(
    String rootId,
    List<String> workerIds,
    String verifierId,
    String synthesizerId,
    boolean created) {
  public Swarm {
    workerIds = List.copyOf(workerIds);
  }

  /** The ids as JSON (contract 8). */
  public ObjectNode ids() {
    ObjectNode node = BoardJson.object().put("root_id", rootId);
    node.set("worker_ids", BoardJson.array(workerIds));
    return node.put("verifier_id", verifierId).put("synthesizer_id", synthesizerId);
  }

  /** Reads what stands on a blackboard under {@code topology}; empty when that is no swarm. */
  static Optional<Swarm> ofTopology(@Nullable JsonNode topology) {
    if (topology == null
        || !topology.path("root_id").isTextual()
        || !topology.path("worker_ids").isArray()
        || !topology.path("verifier_id").isTextual()
        || !topology.path("synthesizer_id").isTextual()) {
      return Optional.empty();
    }
    List<String> workers = new ArrayList<>();
    topology.path("worker_ids").forEach(id -> workers.add(id.asText()));
    return Optional.of(new Swarm(
        topology.path("root_id").asText(),
        workers,
        topology.path("verifier_id").asText(),
        topology.path("synthesizer_id").asText(),
        false));
  }
}
