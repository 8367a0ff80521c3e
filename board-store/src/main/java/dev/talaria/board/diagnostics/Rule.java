package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import java.util.List;
import java.util.Optional;

/**
 * One thing that can be wrong with a task. Its candidates are found through an index, whatever the board's size; its check
 * then looks at one task.
 */
sealed interface Rule
    permits HallucinatedCards,
        TriageAuxUnavailable,
        ProsePhantomRefs,
        RepeatedFailures,
        RepeatedCrashes,
        StuckInBlocked,
        StrandedInReady {
  /** The tasks of the board for which the check may say something; archived ones are not looked for. */
  List<Subject> candidates(Tx tx, Thresholds thresholds);

  /** What is wrong with the task, if it is. */
  Optional<Diagnostic> check(Facts facts);
}
