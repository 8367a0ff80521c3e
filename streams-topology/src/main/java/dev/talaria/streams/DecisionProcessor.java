package dev.talaria.streams;

import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.PolicyFold;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds transitions to {@link TransitionFold} and writes down what comes of them. One that cannot be judged becomes a dead
 * letter.
 */
final class DecisionProcessor implements Processor<String, Received, String, Message> {
  /** An entry of a closed task is kept so long for the events that may still come, or come again. */
  static final Duration CLOSED_KEPT = Duration.ofHours(24);

  private static final Logger log = LoggerFactory.getLogger(DecisionProcessor.class);

  private final TransitionFold fold;
  private final BurnFold burns;
  private final TaskStores stores;
  private final DecisionListener listener;
  private final CommitPace commits = new CommitPace();
  private ProcessorContext<String, Message> context;
  private KeptStore<TaskState> tasks;
  private KeptStore<RecentFailures> failures;
  private KeptStore<LaneBurn> burn;
  private Burial burial;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
  DecisionProcessor(PolicyFold policy, TaskStores stores, DecisionListener listener) {
    this.stores = stores;
    this.fold = new TransitionFold(policy);
    this.burns = new BurnFold(policy);
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<String, Message> started) {
    context = started;
    tasks = stores.open(started, DecisionTopology.TASK_HISTORY);
    failures = stores.open(started, DecisionTopology.RECENT_FAILURES);
    burn = stores.open(started, DecisionTopology.BURN);
    burial = new Burial(started, listener);
    started.schedule(Sweep.EVERY, PunctuationType.WALL_CLOCK_TIME, this::sweep);
  }

  @Override
  public void process(Record<String, Received> record) {
    try {
      advance(record.key(), record.value().transition(), record.timestamp());
    } catch (MalformedMessageException e) {
      burial.bury(record.key(), record.value().raw(), String.valueOf(e.getMessage()));
    }
  }

  private void advance(String key, Transition transition, long sentAt) {
    long now = context.currentSystemTimeMs();
    TaskState known = tasks.get(key);
    Circumstances around = Circumstances.NONE.withLaneBurn(burns.ofLane(transition, burn::get));
    TransitionFold.Step step = fold.advance(known, transition, failures::get, around, now);
    if (step.task() != null && !step.task().equals(known)) {
      tasks.put(key, step.task());
    }
    Decision decision = step.decision();
    if (decision != null) {
      context.forward(new Record<>(key, decision, now), DecisionTopology.DECISIONS_SINK);
      listener.decided(decision);
      if (commits.isDue(now, sentAt)) {
        context.commit();
      }
    }
  }

  private void sweep(long now) {
    long before = now - CLOSED_KEPT.toMillis();
    int dropped = Sweep.drop(tasks, state -> isBefore(state.closedAt(), before));
    log.debug("Dropped {} entries of closed tasks", dropped);
  }

  private static boolean isBefore(@Nullable Long closedAt, long time) {
    return closedAt != null && closedAt < time;
  }
}
