package dev.talaria.board.model;

import dev.talaria.board.dispatch.FormerWorkers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A board in memory, written from the board contract (sections 3, 4 and 7) and the plan's rules about holds, without a
 * look at the SQL. It predicts every column that the status machine owns, every run and every event.
 */
final class Model {
  static final int AUTO_RECOVER_LIMIT = 1;
  static final long DAY = 86_400;

  /** An event of the current step; the payload holds what the rules fix, not all of it. */
  record Ev(String task, String kind, Long run, Map<String, Object> payload) {}

  static final class Hold {
    long run;
    String reason;
    Long until;

    @Override
    public String toString() {
      return reason + " of " + run + " until " + until;
    }
  }

  static final class Run {
    final long id;
    String task;
    String profile;
    String status = "running";
    String outcome;
    String summary;
    String error;
    String lock;
    Long expires;
    Long pid;
    Long beat;
    long started;
    Long ended;
    String source = "ready";

    /** A launcher has it, and says nothing of its worker's end. */
    boolean launched;

    Run(long id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return String.join(
          "|",
          "run " + id,
          profile + "",
          status,
          outcome + "",
          summary + "",
          error + "",
          lock + "",
          expires + "",
          pid + "",
          beat + "",
          started + "",
          ended + "");
    }
  }

  static final class Card {
    final String id;
    String title = "t";
    String assignee;
    String createdBy;
    String status;
    long failures;
    String error;
    String lock;
    Long expires;
    Long pid;
    Long beat;
    Long run;
    Long started;
    Long completed;
    String result;
    Long maxRetries;
    String model;
    String key;
    long createdAt;
    int comments;
    Hold hold;
    Long wakeAt;
    boolean forced;
    long waived;
    long waivedAt;
    final Set<String> parents = new TreeSet<>();

    /** What section 4.4 and C2 look at, oldest first: blocked, companion, unblocked, gave_up, completed. */
    final List<String> marks = new ArrayList<>();

    Card(String id) {
      this.id = id;
    }

    boolean is(String... statuses) {
      return Arrays.asList(statuses).contains(status);
    }

    @Override
    public String toString() {
      return String.join(
          "|",
          status,
          assignee + "",
          "failures " + failures,
          error + "",
          "lock " + lock,
          expires + "",
          "pid " + pid,
          "beat " + beat,
          "run " + run,
          started + "",
          completed + "",
          "result " + result,
          "model " + model,
          "comments " + comments,
          "parents " + parents,
          "hold " + hold);
    }
  }

  final Map<String, Card> cards = new LinkedHashMap<>();
  final Map<Long, Run> runs = new TreeMap<>();
  final List<String> order = new ArrayList<>();
  final List<Ev> events = new ArrayList<>();
  long now;
  long commented;
  private long lastRun;
  private int named;

  static String idOf(int n) {
    return "t_%08x".formatted(n);
  }

  /** How many ids were given out, of deleted tasks too. */
  int named() {
    return named;
  }

  String nextId() {
    String id = idOf(named++);
    order.add(id);
    return id;
  }

  /**
   * The task that a number means at this moment: below {@link Dice#SPAN} the n-th from the newest, above it the n-th in a
   * certain state, if there is one. Nobody's id for a negative number, or while there are no tasks.
   */
  String id(int n) {
    if (n < 0 || order.isEmpty()) {
      return "t_nobody";
    }
    int nth = n % Dice.SPAN;
    List<String> candidates = order.stream()
        .filter(id -> cards.containsKey(id) && suits(card(id), n / Dice.SPAN))
        .toList();
    List<String> from = candidates.isEmpty() ? order : candidates;
    return from.get(from.size() - 1 - nth % from.size());
  }

  /** The n-th parent of a task, or some other task if it waits for none. */
  String parent(String child, int n) {
    Card card = card(child);
    return card == null || card.parents.isEmpty()
        ? id(n)
        : List.copyOf(card.parents).get(Math.floorMod(n, card.parents.size()));
  }

  private static boolean suits(Card card, int kind) {
    return switch (kind) {
      case Dice.RUNNING -> card.is("running");
      case Dice.READY -> card.is("ready");
      case Dice.HELD -> card.hold != null;
      case Dice.BLOCKED -> card.is("blocked", "scheduled");
      case Dice.TRIAGE -> card.is("triage");
      case Dice.DONE -> card.is("done");
      case Dice.REVIEW -> card.is("review");
      default -> true;
    };
  }

  Card card(String id) {
    return cards.get(id);
  }

  void event(String task, String kind, Long run, Object... payload) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < payload.length; i += 2) {
      map.put((String) payload[i], payload[i + 1]);
    }
    events.add(new Ev(task, kind, run, map));
    Card card = card(task);
    if (card != null
        && Set.of("claimed", "promoted", "promoted_manual", "status", "unblocked")
            .contains(kind)) {
      card.forced = Boolean.TRUE.equals(map.get("forced"));
    }
    if (card != null && kind.equals("scheduled")) {
      card.wakeAt = null; // a time belongs to its event
    }
    if (card != null && Set.of("blocked", "unblocked", "gave_up", "completed").contains(kind)) {
      card.marks.add(map.containsKey("companion_of") ? "companion" : kind);
    }
  }

  void remove(String id) {
    cards.remove(id);
    cards.values().forEach(card -> card.parents.remove(id));
    runs.values().removeIf(run -> run.task.equals(id));
  }

  // ---- parents

  boolean waits(Card card, String... satisfied) {
    List<String> enough = satisfied.length == 0 ? List.of("done", "archived") : List.of(satisfied);
    return card.parents.stream().map(this::card).anyMatch(p -> !enough.contains(p.status));
  }

  boolean reaches(String from, String to) {
    return from.equals(to) || children(from).stream().anyMatch(child -> reaches(child, to));
  }

  List<String> children(String parent) {
    return cards.values().stream()
        .filter(card -> card.parents.contains(parent))
        .map(card -> card.id)
        .toList();
  }

  // ---- runs (3.4)

  Run open(Card card, String lock, long ttl, Long firstBeat) {
    Run run = new Run(++lastRun);
    run.source = card.status;
    run.task = card.id;
    run.profile = card.assignee;
    run.lock = lock;
    run.expires = now + Math.max(1, ttl);
    run.beat = firstBeat;
    run.started = now;
    runs.put(run.id, run);
    card.status = "running";
    card.lock = lock;
    card.expires = run.expires;
    card.run = run.id;
    card.started = Objects.requireNonNullElse(card.started, now);
    card.beat = firstBeat == null ? card.beat : firstBeat;
    return run;
  }

  /** Ends the open run; null when there is none. */
  Long end(Card card, String status, String outcome, String summary, String error) {
    if (card.run == null) {
      return null;
    }
    Run run = runs.get(card.run);
    run.status = status;
    run.outcome = outcome;
    run.summary = summary;
    run.error = error;
    run.ended = now;
    run.lock = null;
    run.expires = null;
    run.pid = null;
    card.run = null;
    return run.id;
  }

  Long end(Card card, String outcome, String error) {
    return end(card, outcome, outcome, null, error);
  }

  Long synthesise(Card card, String outcome, String summary) {
    Run run = new Run(++lastRun);
    run.task = card.id;
    run.profile = card.assignee;
    run.status = outcome;
    run.outcome = outcome;
    run.summary = summary;
    run.started = now;
    run.ended = now;
    runs.put(run.id, run);
    return run.id;
  }

  /** Where the open run was claimed from. */
  String source(Card card) {
    return card.run == null ? "ready" : runs.get(card.run).source;
  }

  long runsWithinDay(String id) {
    return runs.values().stream()
        .filter(run -> run.task.equals(id) && run.started > now - DAY)
        .count();
  }

  // ---- moves that several operations share

  static void free(Card card) {
    card.lock = null;
    card.expires = null;
    card.pid = null;
  }

  static void forgetFailures(Card card) {
    card.failures = 0;
    card.error = null;
  }

  /** Holds a card whose former worker is not known to have ended; true when it had to. */
  boolean awaitsFormerWorker(Card card) {
    Run living = runs.values().stream()
        .filter(run -> run.launched && run.task.equals(card.id) && "reclaimed".equals(run.outcome))
        .filter(run -> run.ended > now - FormerWorkers.AWAITED_SECONDS)
        .filter(run ->
            card.hold == null || !card.hold.reason.equals("stopping") || card.hold.run != run.id)
        .max(Comparator.comparingLong(run -> run.id))
        .orElse(null);
    if (living != null) {
      card.hold = new Hold();
      card.hold.run = living.id;
      card.hold.reason = "stopping";
      card.hold.until = living.ended + FormerWorkers.AWAITED_SECONDS;
    }
    return living != null;
  }

  /** Ends a hold and the lock that went with it. */
  static void letGo(Card card) {
    card.hold = null;
    if (card.lock != null && card.lock.startsWith("decision:")) {
      card.lock = null;
    }
  }

  /** True when a decision about that run is awaited; one that was overtaken is forgotten. */
  boolean awaits(Card card, long run) {
    boolean ofRun = card != null
        && card.hold != null
        && card.hold.reason.equals("decision")
        && card.hold.run == run;
    if (ofRun && card.is("ready", "review", "todo") && card.run == null) {
      return true;
    }
    if (ofRun) {
      letGo(card);
    }
    return false;
  }

  void gaveUp(Card card, Long run, Object... payload) {
    event(card.id, "gave_up", run, payload);
    if (card.parents.isEmpty() || giveUps(card) > AUTO_RECOVER_LIMIT) {
      event(card.id, "blocked", run, "companion_of", "gave_up");
    }
  }

  /** Give-ups since the last completion or unblock. */
  private static int giveUps(Card card) {
    int found = 0;
    for (int i = card.marks.size() - 1; i >= 0; i--) {
      String mark = card.marks.get(i);
      if (mark.equals("completed") || mark.equals("unblocked")) {
        return found;
      }
      found += mark.equals("gave_up") ? 1 : 0;
    }
    return found;
  }

  private static Optional<String> newest(Card card, String... kinds) {
    List<String> wanted = List.of(kinds);
    Optional<String> found = Optional.empty();
    for (String mark : card.marks) {
      found = wanted.contains(mark) ? Optional.of(mark) : found;
    }
    return found;
  }

  /** 4.4 and C2 with its bound. */
  private static boolean staysBlocked(Card card) {
    boolean sticky = newest(card, "blocked", "unblocked").equals(Optional.of("blocked"));
    boolean gaveUp = newest(card, "gave_up", "unblocked").equals(Optional.of("gave_up"));
    return sticky || (gaveUp && (card.parents.isEmpty() || giveUps(card) > AUTO_RECOVER_LIMIT));
  }

  int recompute(Collection<String> ids) {
    int promoted = 0;
    for (String id : List.copyOf(ids)) {
      Card card = card(id);
      if (card.is("todo", "blocked")
          && !waits(card)
          && !(card.is("blocked") && staysBlocked(card))) {
        promote(card);
        promoted++;
      }
    }
    return promoted;
  }

  /** As hermes does it: it knows neither C2 nor companions. */
  int hermesRecompute() {
    int promoted = 0;
    for (Card card : cards.values()) {
      boolean sticky = card.is("blocked")
          && newest(card, "blocked", "companion", "unblocked")
              .filter(mark -> !mark.equals("unblocked"))
              .isPresent();
      if (card.is("todo", "blocked") && !sticky && !waits(card)) {
        promote(card);
        promoted++;
      }
    }
    return promoted;
  }

  private void promote(Card card) {
    if (card.is("blocked")) {
      forgetFailures(card);
    }
    card.status = "ready";
    event(card.id, "promoted", null);
  }

  /** What the board must hold, by task. */
  Map<String, String> snapshot() {
    Map<String, String> lines = new TreeMap<>();
    cards.forEach((id, card) -> lines.put(id, card.toString()));
    runs.values().forEach(run -> lines.merge(run.task, "\n    " + run, String::concat));
    return lines;
  }
}
