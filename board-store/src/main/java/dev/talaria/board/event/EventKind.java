package dev.talaria.board.event;

/** Event kinds that this module writes, spelled as the board stores them. Others may be read and are carried whole. */
public final class EventKind {
  public static final String ARCHIVED = "archived";
  public static final String ASSIGNED = "assigned";
  public static final String BLOCKED = "blocked";
  public static final String CLAIMED = "claimed";
  public static final String CLAIM_EXTENDED = "claim_extended";
  public static final String CLAIM_REJECTED = "claim_rejected";
  public static final String COMMENTED = "commented";
  public static final String COMPLETED = "completed";
  public static final String COMPLETION_BLOCKED_HALLUCINATION = "completion_blocked_hallucination";
  public static final String CRASHED = "crashed";
  public static final String CREATED = "created";
  public static final String DECIDED = "decided";
  public static final String DECOMPOSED = "decomposed";
  public static final String EDITED = "edited";
  public static final String GAVE_UP = "gave_up";
  public static final String HEARTBEAT = "heartbeat";
  public static final String INCIDENT_CLOSED = "incident_closed";
  public static final String INCIDENT_PROBE = "incident_probe";
  public static final String LAUNCHER_LOST = "launcher_lost";
  public static final String LINKED = "linked";
  public static final String MODEL_ESCALATED = "model_escalated";
  public static final String PROMOTED = "promoted";
  public static final String PROMOTED_MANUAL = "promoted_manual";
  public static final String PROTOCOL_VIOLATION = "protocol_violation";
  public static final String RATE_LIMITED = "rate_limited";
  public static final String RECLAIMED = "reclaimed";
  public static final String REPRIORITIZED = "reprioritized";
  public static final String RESPAWN_GUARDED = "respawn_guarded";
  public static final String SCHEDULED = "scheduled";
  public static final String SPAWNED = "spawned";
  public static final String SPAWN_FAILED = "spawn_failed";
  public static final String SPECIFIED = "specified";
  public static final String STALE = "stale";
  public static final String STALE_REPORT = "stale_report";
  public static final String STATUS = "status";
  public static final String SUBMITTED = "submitted";
  public static final String SUSPECTED_HALLUCINATED_REFERENCES =
      "suspected_hallucinated_references";
  public static final String TIMED_OUT = "timed_out";
  public static final String TIP_SCRATCH_WORKSPACE = "tip_scratch_workspace";
  public static final String UNBLOCKED = "unblocked";
  public static final String UNLINKED = "unlinked";
  public static final String WORKER_EXITED = "worker_exited";

  private EventKind() {}
}
