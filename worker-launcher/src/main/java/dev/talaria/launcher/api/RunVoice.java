package dev.talaria.launcher.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.launcher.rundir.Marker;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.Said;
import dev.talaria.launcher.rundir.SaidLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that is said about one run, in order: written down, then sent, one at a time. Thread-safe. */
final class RunVoice {
  private static final Logger log = LoggerFactory.getLogger(RunVoice.class);
  private static final String LAST = "last";

  private final RunDirectory directory;
  private final SaidLog said;
  private final ReportChannel channel;
  private final Map<String, CompletableFuture<BoardAnswer>> waiting = new HashMap<>();

  /** Something said, and the answer to come. */
  record Uttered(Said said, CompletableFuture<BoardAnswer> answer) {}

  RunVoice(RunDirectory directory, ReportChannel channel) throws IOException {
    this.directory = directory;
    this.said = directory.said();
    this.channel = channel;
  }

  /**
   * Says it, unless the same was said before: same verb and key, and not refused since. Nothing once the last word was said.
   *
   * @param refusedCounts whether a former one counts even if the board refused it: the caller gave the key by itself
   */
  synchronized Optional<Uttered> say(
      String verb, @Nullable String key, boolean refusedCounts, ObjectNode body)
      throws IOException {
    if (key != null) {
      Optional<Said> before = said.latest(verb, key);
      if (before.isPresent()
          && (refusedCounts || said.answer(before.get()).map(BoardAnswer::done).orElse(true))) {
        return Optional.of(uttered(before.get()));
      }
    }
    return closed() ? Optional.empty() : Optional.of(append(verb, key, body));
  }

  /** Says the last word; a second one is not said, and the first is returned. */
  synchronized Uttered sayLast(String verb, ObjectNode body) throws IOException {
    Optional<Said> last = last();
    return last.isPresent() ? uttered(last.get()) : append(verb, LAST, body);
  }

  private Uttered append(String verb, @Nullable String key, ObjectNode body) throws IOException {
    Said entry = said.append(verb, key, body);
    Uttered uttered = uttered(entry);
    send(entry);
    return uttered;
  }

  private Uttered uttered(Said entry) {
    Optional<BoardAnswer> answer = said.answer(entry);
    return new Uttered(
        entry,
        answer
            .map(CompletableFuture::completedFuture)
            .orElseGet(
                () -> waiting.computeIfAbsent(entry.commandId(), id -> new CompletableFuture<>())));
  }

  /** Notes the board's answer. */
  synchronized ReportDesk.Noted answered(String commandId, BoardAnswer answer) throws IOException {
    if (!said.answered(commandId, answer)) {
      return ReportDesk.Noted.UNKNOWN;
    }
    CompletableFuture<BoardAnswer> waiter = waiting.remove(commandId);
    if (waiter != null) {
      waiter.complete(answer);
    }
    if (said.find(commandId)
        .map(it -> it.verb().equals(Verb.HEARTBEAT.wireName()))
        .orElse(false)) {
      said.forget(commandId); // a day of beats would be thousands of files
    }
    if (closed() && said.pending().isEmpty()) {
      directory.mark(Marker.ACKNOWLEDGED, "");
      return ReportDesk.Noted.RUN_ACKNOWLEDGED;
    }
    return ReportDesk.Noted.NOTED;
  }

  /** Sends again, in order, whatever has no answer. */
  synchronized int resend() {
    var pending = said.pending();
    pending.forEach(this::send);
    return pending.size();
  }

  /** What is written down is kept, whatever becomes of the way: it will be sent again. */
  private void send(Said entry) {
    try {
      channel.send(Report.of(directory.run(), entry));
    } catch (RuntimeException e) {
      log.warn("Report {} waits in its run directory: {}", entry.commandId(), e.toString());
    }
  }

  synchronized ReportDesk.Created created() {
    Set<String> unanswered = new HashSet<>();
    Map<String, String> renamed = new HashMap<>();
    for (Said one : said.all()) {
      String wanted = one.body().path("id").asText();
      if (one.verb().equals(Verb.CREATE.wireName()) && !wanted.isEmpty()) {
        said.answer(one)
            .ifPresentOrElse(
                answer -> rename(renamed, wanted, answer), () -> unanswered.add(wanted));
      }
    }
    return new ReportDesk.Created(unanswered, renamed);
  }

  private static void rename(Map<String, String> renamed, String wanted, BoardAnswer answer) {
    String made = answer.data() == null ? "" : answer.data().path("task_id").asText();
    if (answer.done() && !made.isEmpty() && !made.equals(wanted)) {
      renamed.put(wanted, made);
    }
  }

  synchronized int pending() {
    return said.pending().size();
  }

  synchronized boolean closed() {
    return last().isPresent();
  }

  synchronized Optional<Said> find(String verb, String key) {
    return said.latest(verb, key);
  }

  private Optional<Said> last() {
    return said.all().stream().filter(it -> LAST.equals(it.key())).findFirst();
  }
}
