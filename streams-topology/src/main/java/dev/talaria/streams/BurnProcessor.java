package dev.talaria.streams;

import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.PolicyFold;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up what failed runs cost, before the failure that ended the run is judged: it may be what uses up a budget. One that
 * cannot be read is left to the judge.
 */
final class BurnProcessor implements Processor<String, Received, String, Message> {
  private static final Logger log = LoggerFactory.getLogger(BurnProcessor.class);

  private final BurnFold fold;
  private final TaskStores stores;
  private final DecisionListener listener;
  private ProcessorContext<String, Message> context;
  private KeptStore<TaskState> tasks;
  private KeptStore<LaneBurn> burn;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
  BurnProcessor(PolicyFold policy, TaskStores stores, DecisionListener listener) {
    this.stores = stores;
    this.fold = new BurnFold(policy);
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<String, Message> started) {
    context = started;
    tasks = stores.open(started, DecisionTopology.TASK_HISTORY);
    burn = stores.open(started, DecisionTopology.BURN);
    started.schedule(
        Sweep.EVERY,
        PunctuationType.WALL_CLOCK_TIME,
        now -> Sweep.drop(burn, lane -> lane.keptUntil() < now));
  }

  @Override
  public void process(Record<String, Received> record) {
    Transition transition = record.value().transition();
    try {
      spend(record.key(), transition);
    } catch (MalformedMessageException e) {
      log.debug(
          "Event {} of '{}' costs nothing: {}", transition.event(), record.key(), e.toString());
    }
  }

  private void spend(String key, Transition transition) {
    if (!BurnFold.mayCost(transition)) {
      return;
    }
    TaskState known = tasks.get(key);
    if (known != null && !known.isNewer(transition.lineage(), transition.event())) {
      return;
    }
    BurnFold.Spent spent = fold.advance(transition, burn::get, context.currentSystemTimeMs());
    if (spent != null) {
      burn.put(spent.key(), spent.after());
      if (!transition.isBackfill()) {
        listener.spent(transition.board(), spent.lane(), spent.model(), spent.burn());
      }
    }
  }
}
