package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.diagnostics.Thresholds.TriageHelp;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Optional;

/** A rough idea waits in triage, and there is no model that could take it out. */
final class TriageAuxUnavailable implements Rule {
  static final String CANDIDATES = "SELECT " + Subject.COLUMNS + """

        FROM tasks t
       WHERE t.status = 'triage'
      """;

  @Override
  public List<Subject> candidates(Tx tx, Thresholds thresholds) {
    TriageHelp help = thresholds.triage();
    return help != null && help.isMissing() ? tx.list(CANDIDATES, Subject::of) : List.of();
  }

  @Override
  public Optional<Diagnostic> check(Facts facts) {
    TriageHelp help = facts.thresholds().triage();
    Subject task = facts.task();
    if (help == null || !help.isMissing() || !task.is(TaskStatus.TRIAGE)) {
      return Optional.empty();
    }
    var data = BoardJson.object()
        .put("task_id", task.id())
        .put("auto_decompose", help.autoDecompose())
        .put("primary_slot", help.slot())
        .put("main_model_visible", help.mainModel());
    return Optional.of(new Diagnostic(
        "triage_aux_unavailable",
        Severity.WARNING,
        "No model can take this out of triage",
        "Neither triage.command in talaria.yaml nor %s or a main model in hermes's config.yaml is set, so the idea stays where it is until a person writes it out."
            .formatted(help.slot()),
        List.of(
            Action.docs("Plug in a command", "docs/triage.md").first(),
            Action.hint("Try it once it is there", "talaria specify " + task.id())),
        task.createdAt(),
        facts.now(),
        1,
        null,
        data));
  }
}
