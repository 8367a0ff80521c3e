package dev.talaria.launcher.claim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.api.WorkerApi;
import dev.talaria.launcher.process.Supervisor;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The parts that are built on top of {@link RunControl} and that it uses: they are there once it is connected. */
final class RunParts {
  private final Wire wire;
  private final InstantSource clock;
  private @Nullable Supervisor supervisor;
  private @Nullable ReportDesk desk;
  private @Nullable WorkerApi api;
  private @Nullable Elsewhere elsewhere;

  RunParts(Wire wire, InstantSource clock) {
    this.wire = wire;
    this.clock = clock;
  }

  void connect(
      Supervisor theSupervisor, ReportDesk theDesk, WorkerApi theApi, Elsewhere theElsewhere) {
    supervisor = theSupervisor;
    desk = theDesk;
    api = theApi;
    elsewhere = theElsewhere;
  }

  Supervisor supervisor() {
    return required(supervisor);
  }

  ReportDesk desk() {
    return required(desk);
  }

  WorkerApi api() {
    return required(api);
  }

  Elsewhere elsewhere() {
    return required(elsewhere);
  }

  /** Lets a run's worker ask for its task. */
  WorkerApi.Access open(RunDirectory directory, Grant grant) throws IOException {
    return api().open(directory, () -> task(grant));
  }

  private JsonNode task(Grant grant) {
    ObjectNode answer = wire.object();
    answer.set("task", grant.task());
    answer.put("run_id", grant.run().runId());
    answer.put("worker_context", grant.context());
    if (grant.slice() != null) {
      answer.set("slice", grant.slice());
    }
    answer.put("at", clock.instant().getEpochSecond());
    return answer;
  }

  private static <T> T required(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("connect() was not called");
    }
    return part;
  }
}
