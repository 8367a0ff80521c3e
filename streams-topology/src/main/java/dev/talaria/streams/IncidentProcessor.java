package dev.talaria.streams;

import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.streams.IncidentFold.ProbeResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds transitions to {@link IncidentFold} and tells what became of incidents. It comes before the failures are judged, so
 * that a failure which opens an incident is judged as one that belongs to it. What cannot be judged is left to the judge,
 * who buries it.
 */
final class IncidentProcessor implements Processor<String, Received, String, Message> {
  /** How late an incident may be closed. */
  static final Duration LOOK = Duration.ofSeconds(5);

  /** How late the numbers of an open incident may be: it is some KB, and every failure of a crash loop changes it. */
  static final Duration TELL_GROWTH = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(IncidentProcessor.class);

  private final PolicyFold policy;
  private final TaskStores taskStores;
  private final DecisionListener listener;
  private final Map<String, @Nullable Incident> changes = new LinkedHashMap<>();
  private final Map<String, Incident> open = new LinkedHashMap<>();
  /** Keys of open incidents that have only grown since they were told. */
  private final Set<String> grown = new LinkedHashSet<>();

  private ProcessorContext<String, Message> context;
  private KeptStore<TaskState> tasks;
  private IncidentStores stores;
  private IncidentFold fold;
  private boolean openChanged;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
  IncidentProcessor(PolicyFold policy, TaskStores taskStores, DecisionListener listener) {
    this.policy = policy;
    this.taskStores = taskStores;
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<String, Message> started) {
    context = started;
    open.clear(); // a task that was given up and begins again has the same processor
    changes.clear();
    grown.clear();
    tasks = taskStores.open(started, DecisionTopology.TASK_HISTORY);
    stores = new IncidentStores(taskStores, started);
    fold = new IncidentFold(policy, stores, new Changes());
    started.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, this::look);
    started.schedule(TELL_GROWTH, PunctuationType.WALL_CLOCK_TIME, this::tellGrowth);
    started.schedule(Sweep.EVERY, PunctuationType.WALL_CLOCK_TIME, this::sweep);
    stores.all().stream()
        .map(TrackedIncident::incident)
        .filter(Incident::isOpen)
        .forEach(incident -> open.put(incident.key(), incident));
    grown.addAll(open.keySet()); // what was known before this start may not have been told
    listener.incidents(started.taskId().toString(), open.values());
  }

  @Override
  public void process(Record<String, Received> record) {
    Transition transition = record.value().transition();
    TaskState known = tasks.get(record.key());
    if (known != null && !known.isNewer(transition.lineage(), transition.event())) {
      return;
    }
    long now = context.currentSystemTimeMs();
    try {
      fold.advance(transition, now);
    } catch (MalformedMessageException e) {
      log.debug("Event {} says nothing about incidents: {}", transition.event(), e.getMessage());
    }
    tell(now);
  }

  @Override
  public void close() {
    listener.incidents(context.taskId().toString(), List.of());
  }

  private void look(long now) {
    fold.pass(now);
    tell(now);
  }

  private void sweep(long now) {
    log.debug("Dropped {} entries of past failures and incidents", stores.sweep(now));
  }

  /** Each incident once, as it stands after all that one record did to it. */
  private void tell(long now) {
    if (changes.isEmpty()) {
      return;
    }
    changes.forEach((key, incident) ->
        context.forward(new Record<>(key, incident, now), DecisionTopology.INCIDENTS_SINK));
    changes.clear();
    if (openChanged) {
      openChanged = false;
      listener.incidents(context.taskId().toString(), open.values());
    }
  }

  private void tellGrowth(long now) {
    grown.forEach(key -> changes.put(key, open.get(key)));
    grown.clear();
    tell(now);
  }

  private static boolean hasOnlyGrown(Incident before, Incident incident) {
    return before.id().equals(incident.id())
        && before.paused() == incident.paused()
        && before.probes() == incident.probes()
        && before.failedProbes() == incident.failedProbes()
        && Objects.equals(before.nextProbeAt(), incident.nextProbeAt())
        && Objects.equals(before.probe(), incident.probe());
  }

  /** What is told once a record is done with. */
  private final class Changes implements IncidentFold.Heard {
    @Override
    public void changed(String key, Incident incident) {
      if (!incident.isOpen()) {
        openChanged |= open.remove(key) != null;
        grown.remove(key);
        changes.put(key, incident);
        return;
      }
      Incident before = open.put(key, incident);
      openChanged |= before == null || before.paused() != incident.paused();
      if (before != null && hasOnlyGrown(before, incident) && !changes.containsKey(key)) {
        grown.add(key);
      } else {
        grown.remove(key);
        changes.put(key, incident);
      }
    }

    @Override
    public void opened(Incident incident) {
      listener.incidentOpened(incident);
      log.info(
          "Incident {} opened on board '{}', lane '{}': {} tasks failed alike: {}",
          incident.id(),
          incident.board(),
          incident.lane(),
          incident.tasks(),
          incident.fingerprint());
    }

    @Override
    public void probe(Incident incident, ProbeResult result) {
      listener.incidentProbe(incident, result);
    }

    @Override
    public void forgotten(String key) {
      grown.remove(key);
      changes.put(key, null);
    }
  }
}
