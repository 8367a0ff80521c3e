package dev.talaria.board.diagnostics;

import dev.talaria.board.BoardStoreException;
import dev.talaria.board.Tx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies all rules. Reads only; a rule that trips over odd data is passed over for that task. */
public final class Diagnostics {
  private static final Logger log = LoggerFactory.getLogger(Diagnostics.class);
  private static final String FIND = "SELECT " + Subject.COLUMNS + " FROM tasks t WHERE t.id = ?";
  private static final List<Rule> RULES = List.of(
      new HallucinatedCards(),
      new TriageAuxUnavailable(),
      new ProsePhantomRefs(),
      new RepeatedFailures(),
      new RepeatedCrashes(),
      new StuckInBlocked(),
      new StrandedInReady());

  private Diagnostics() {}

  /** What is wrong with one task; empty when nothing is, or it is unknown. */
  public static Optional<TaskDiagnostics> ofTask(Tx tx, String taskId, Thresholds thresholds) {
    return tx.first(FIND, Subject::of, taskId).flatMap(task -> {
      var facts = new Facts(tx, task, thresholds);
      List<Diagnostic> findings = new ArrayList<>();
      RULES.forEach(rule -> check(rule, facts).ifPresent(findings::add));
      return findings.isEmpty()
          ? Optional.empty()
          : Optional.of(new TaskDiagnostics(task, findings));
    });
  }

  /** All tasks of the board with which something is wrong, but archived ones; the worst first, then the newest. */
  public static List<TaskDiagnostics> ofBoard(Tx tx, Thresholds thresholds) {
    Map<String, Subject> tasks = new LinkedHashMap<>();
    Map<String, List<Diagnostic>> findings = new LinkedHashMap<>();
    for (Rule rule : RULES) {
      for (Subject task : rule.candidates(tx, thresholds)) {
        check(rule, new Facts(tx, task, thresholds)).ifPresent(finding -> {
          tasks.putIfAbsent(task.id(), task);
          findings.computeIfAbsent(task.id(), id -> new ArrayList<>()).add(finding);
        });
      }
    }
    List<TaskDiagnostics> all = new ArrayList<>();
    tasks.forEach(
        (id, task) -> all.add(new TaskDiagnostics(task, findings.getOrDefault(id, List.of()))));
    all.sort(
        Comparator.comparing((TaskDiagnostics one) -> one.findings().get(0), Diagnostic.WORST_FIRST)
            .thenComparing(one -> one.task().id()));
    return all;
  }

  private static Optional<Diagnostic> check(Rule rule, Facts facts) {
    try {
      return rule.check(facts);
    } catch (BoardStoreException e) {
      throw e;
    } catch (RuntimeException e) { // what one rule stumbles over must not hide what others find
      log.debug(
          "Rule {} cannot judge task {}.",
          rule.getClass().getSimpleName(),
          facts.task().id(),
          e);
      return Optional.empty();
    }
  }
}
