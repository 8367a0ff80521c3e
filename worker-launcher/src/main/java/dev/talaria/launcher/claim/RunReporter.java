package dev.talaria.launcher.claim;

import dev.talaria.launcher.LauncherListener;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.process.RunEnded;
import dev.talaria.launcher.process.SupervisorListener;
import dev.talaria.launcher.report.CommandSender;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.BoardCommand.Exited;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.policy.FailureClass;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports to boards that runs started and how they ended. The end of a run is reported when everything that its worker said
 * before has been answered, so that it is always the last word. Thread-safe.
 */
final class RunReporter implements SupervisorListener {
  private static final Logger log = LoggerFactory.getLogger(RunReporter.class);

  private final HeldRuns runs;
  private final RunParts parts;
  private final RunWords words;
  private final LaneWatch watch;
  private final Slots slots;
  private final CommandSender commands;
  private final LauncherListener listener;

  RunReporter(
      HeldRuns runs,
      RunParts parts,
      RunWords words,
      LaneWatch watch,
      Slots slots,
      CommandSender commands,
      LauncherListener listener) {
    this.runs = runs;
    this.parts = parts;
    this.words = words;
    this.watch = watch;
    this.slots = slots;
    this.commands = commands;
    this.listener = listener;
  }

  @Override
  public void started(RunKey run, long pid, Instant at) {
    HeldRun held = runs.get(run);
    if (held == null) {
      return;
    }
    listener.started(held.lane(), held.secondsSinceGrant());
    watch.started(held.lane());
    commands.send(run.board(), words.started(run, pid, at, held));
  }

  @Override
  public void ended(RunEnded end) {
    HeldRun held = runs.get(end.run());
    if (held != null) {
      lastWord(held, words.exited(end, held));
    }
  }

  @Override
  public void neverStarted(RunKey run, String reason) {
    HeldRun held = runs.get(run);
    if (held != null) {
      lastWord(held, words.neverStarted(run, reason));
    }
  }

  /** Says the last word about a run, unless its worker's own words are still under way: then it is said after them. */
  void lastWord(HeldRun held, BoardCommand word) {
    parts.api().release(held.run());
    parts.elsewhere().tell(held.run());
    synchronized (held) {
      held.setLastWord(word);
      if (parts.desk().pending(held.run()) > 0) {
        return;
      }
    }
    say(held, word);
  }

  private void say(HeldRun held, BoardCommand word) {
    RunKey run = held.run();
    slots.release(run);
    if (word instanceof Exited exited) {
      FailureClass failure = exited.failure();
      listener.ended(
          held.lane(), failure == null ? "done" : failure.name().toLowerCase(Locale.ROOT));
    }
    commands.send(run.board(), word);
  }

  /** The board's answer to something that a worker said. */
  void answered(Reply.Answer answer) {
    if (commands.settled(answer.commandId())) {
      BoardAnswer word = answer.done()
          ? BoardAnswer.done(answer.data())
          : BoardAnswer.refused(String.valueOf(answer.reason()));
      answered(answer.commandId(), word);
    }
  }

  void answered(String commandId, BoardAnswer answer) {
    try {
      parts.desk().answered(commandId, answer);
      RunKey run =
          RunKey.parse(commandId.substring(0, commandId.indexOf('/', commandId.lastIndexOf('#'))));
      HeldRun held = runs.get(run);
      if (held != null) {
        WorkerNotes.refused(run, held.log(), commandId, answer);
        if (answer.done() && commandId.startsWith("/complete/", run.toString().length())) {
          held.completed();
        }
        sayHeldBack(held);
      }
    } catch (IOException e) {
      log.error(
          "The board's answer to {} cannot be written down; it is asked for again: {}",
          commandId,
          e.toString());
    }
  }

  private void sayHeldBack(HeldRun held) {
    parts.elsewhere().tell(held.run()); // what had to wait for this answer goes first
    BoardCommand word;
    synchronized (held) {
      word = held.lastWord();
      if (word == null
          || parts.desk().pending(held.run()) > 0
          || commands.isPending(word.commandId())) {
        return;
      }
    }
    say(held, word);
  }
}
