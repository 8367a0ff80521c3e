package dev.talaria.launcher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.rundir.Said;
import dev.talaria.protocol.id.RunKey;

/**
 * Something that a board is to be told about a run. The same command id is the same report: it may be sent again until it is
 * answered.
 *
 * @param run about which run
 * @param commandId {@code <run key>/<verb>/<n>}
 * @param verb a worker's verb, or the launcher's own such as {@code started} and {@code exited}
 * @param body what goes with it
 */
public record Report(RunKey run, String commandId, String verb, ObjectNode body) {
  static Report of(RunKey run, Said said) {
    return new Report(run, said.commandId(), said.verb(), said.body());
  }
}
