package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/** What the caller did to a worker process before its claim is taken back (contract 3.6); this module ends none. */
public record Termination(
    @Nullable Long prevPid,
    boolean hostLocal,
    boolean attempted,
    boolean terminated,
    boolean sigkill) {

  /** As hermes records it: where there was no process to end, it was not a host's either. */
  public Termination {
    hostLocal = hostLocal && prevPid != null && prevPid > 0;
  }

  /** No process was touched. */
  public static Termination none(@Nullable Long prevPid, boolean hostLocal) {
    return new Termination(prevPid, hostLocal, false, false, false);
  }

  ObjectNode info() {
    return addTo(BoardJson.object());
  }

  /** Adds what was done to an event's payload. */
  public ObjectNode addTo(ObjectNode payload) {
    return payload
        .put("prev_pid", prevPid)
        .put("host_local", hostLocal)
        .put("termination_attempted", attempted)
        .put("terminated", terminated)
        .put("sigkill", sigkill);
  }
}
