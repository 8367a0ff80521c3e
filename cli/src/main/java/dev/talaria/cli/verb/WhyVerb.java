package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.waiting.FleetTable;
import dev.talaria.board.waiting.LaneFacts;
import dev.talaria.board.waiting.TaskFacts;
import dev.talaria.board.waiting.WaitReason;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.board.waiting.WhyWaits;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.protocol.waiting.Downstream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells from the board alone, without Kafka, why tasks do not run: its dispatcher writes there what only it knows. */
@Command(
    name = "why",
    footer = {
      "",
      "Examples: talaria why t_0a1b2c3d",
      "          talaria why               all that wait, by reason and lane",
      "What a dispatcher knows of launchers is written down every few seconds."
    })
public final class WhyVerb extends BoardVerb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description = "The task; without one, a table of all that wait.")
  private @Nullable String id;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public WhyVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    LaneFacts.Lock lock = new DispatcherPresence().lockOf(board.path());
    return id == null ? all(board, lock) : one(board, lock, id);
  }

  private LaneFacts lanes(Tx tx, LaneFacts.Lock lock) {
    return LaneFacts.of(tx, FleetTable.read(tx), lock);
  }

  private record Answer(
      TaskFacts facts, List<WaitReason> reasons, @Nullable Downstream below) {}

  private int one(Board board, LaneFacts.Lock lock, String task) {
    Optional<Answer> found = board.read(tx -> TaskFacts.of(tx, task)
        .map(facts -> new Answer(
            facts, WhyWaits.of(facts, lanes(tx, lock)), StrandedText.below(tx, facts.task()))));
    if (found.isEmpty()) {
      complain(WhyNot.unknown(task));
      return Exit.FAILED;
    }
    Answer answer = found.get();
    var text = new WhyText(session);
    if (json) {
      say(JsonOut.indented(text.json(answer.facts().task(), answer.reasons(), answer.below())));
    } else {
      text.lines(answer.facts().task(), answer.reasons(), answer.below())
          .forEach(line -> say(line));
    }
    return Exit.DONE;
  }

  private record Counted(LaneFacts lanes, Map<WaitingCounts.Key, Long> counts) {}

  private int all(Board board, LaneFacts.Lock lock) {
    Counted counted = board.read(tx -> {
      LaneFacts lanes = lanes(tx, lock);
      return new Counted(lanes, WaitingCounts.of(tx, lanes));
    });
    var text = new WhyText(session);
    if (json) {
      say(JsonOut.indented(text.json(counted.lanes(), counted.counts())));
    } else {
      text.lines(counted.lanes(), counted.counts()).forEach(line -> say(line));
    }
    return Exit.DONE;
  }
}
