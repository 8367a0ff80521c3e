package dev.talaria.launcher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Where everything said about the runs of this launcher goes through, the workers' calls and the launcher's own reports
 * alike: durable in the run directory before it is sent, numbered, in order for each run, and kept until the board has
 * answered. The last word about a run closes it: nothing is said about it afterwards, and once everything is answered its
 * directory is marked as acknowledged. Thread-safe.
 */
public final class ReportDesk {
  /** What became of an answer. */
  public enum Noted {
    /** No such report is known here: another incarnation's, or a removed run's. */
    UNKNOWN,
    NOTED,
    /** It was the last that the run waited for: its directory may go. */
    RUN_ACKNOWLEDGED
  }

  private static final long WAIT_MILLIS = 1_000;

  private final ReportChannel channel;
  private final Map<RunKey, RunVoice> voices = new ConcurrentHashMap<>();

  public ReportDesk(ReportChannel channel) {
    this.channel = channel;
  }

  /** Opens a run, with what was said about it before. Does not send it again: see {@link #resend}. */
  public void open(RunDirectory directory) throws IOException {
    if (!voices.containsKey(directory.run())) {
      voices.putIfAbsent(directory.run(), new RunVoice(directory, channel));
    }
  }

  /** Forgets a run; its directory keeps what was said. */
  public void release(RunKey run) {
    voices.remove(run);
  }

  /** Says something that counts once per run, such as {@code started}; a repetition says nothing. Empty once the run is closed. */
  public Optional<String> sayOnce(RunKey run, String verb, ObjectNode body) throws IOException {
    return voice(run).say(verb, verb, true, body).map(it -> it.said().commandId());
  }

  /**
   * Says something that counts once under its key, even if the board refused it. Empty once the run is closed.
   *
   * @return its command id
   */
  public Optional<String> say(RunKey run, String verb, String key, ObjectNode body)
      throws IOException {
    return voice(run).say(verb, key, true, body).map(it -> it.said().commandId());
  }

  /**
   * Tasks that a run made under ids of its own choice.
   *
   * @param unanswered those whose making the board has not answered
   * @param renamed the board's ids of those that it could not make under the wanted ones
   */
  public record Created(Set<String> unanswered, Map<String, String> renamed) {}

  /** What became of the tasks that a run made under ids of its own choice. */
  public Created created(RunKey run) {
    return voice(run).created();
  }

  /** Says how a run ended: {@code exited} or {@code never_started}. Only the first one is said; returns its command id. */
  public String sayLast(RunKey run, String verb, ObjectNode body) throws IOException {
    return voice(run).sayLast(verb, body).said().commandId();
  }

  /** Takes the board's answer, to a report of any run. May come twice. */
  public Noted answered(String commandId, BoardAnswer answer) throws IOException {
    RunVoice voice = voices.get(runOf(commandId));
    return voice == null ? Noted.UNKNOWN : voice.answered(commandId, answer);
  }

  /** Sends everything without an answer again, in order: after a restart, and when the way was closed for a while. */
  public int resend() {
    return voices.values().stream().mapToInt(RunVoice::resend).sum();
  }

  /** How much of what was said about a run has no answer yet; nothing for a run that is not open. */
  public int pending(RunKey run) {
    RunVoice voice = voices.get(run);
    return voice == null ? 0 : voice.pending();
  }

  /** Whether the last word about a run was said. */
  public boolean closed(RunKey run) {
    return voice(run).closed();
  }

  RunVoice voice(RunKey run) {
    RunVoice voice = voices.get(run);
    if (voice == null) {
      throw new IllegalStateException("Run '%s' was not opened at the report desk.".formatted(run));
    }
    return voice;
  }

  /** Waits in pieces: when this process is stopped meanwhile, no more than one of them is over when it goes on. */
  static @Nullable BoardAnswer await(RunVoice.Uttered uttered, Duration atMost) {
    try {
      for (long left = atMost.toMillis(); left > 0; left -= WAIT_MILLIS) {
        try {
          return uttered.answer().get(Math.min(left, WAIT_MILLIS), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          // the next piece
        }
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("An answer is never an error", e);
    }
  }

  private static RunKey runOf(String commandId) {
    int number = commandId.lastIndexOf('/');
    int verb = number < 0 ? -1 : commandId.lastIndexOf('/', number - 1);
    if (verb < 0) {
      throw new IllegalArgumentException(
          "'%s' is not a report's command id; expected <run key>/<verb>/<n>.".formatted(commandId));
    }
    return RunKey.parse(commandId.substring(0, verb));
  }
}
