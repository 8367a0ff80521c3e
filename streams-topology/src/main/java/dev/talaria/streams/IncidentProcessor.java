package dev.talaria.streams;

import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.streams.IncidentFold.ProbeResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static final Logger log = LoggerFactory.getLogger(IncidentProcessor.class);

  private final Wire wire;
  private final TaskStores taskStores;
  private final DecisionListener listener;
  private final Map<String, @Nullable Incident> changes = new LinkedHashMap<>();
  private final Map<String, Incident> open = new LinkedHashMap<>();
  private ProcessorContext<String, Message> context;
  private KeptStore<TaskState> tasks;
  private IncidentStores stores;
  private IncidentFold fold;
  private boolean openChanged;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
  IncidentProcessor(Wire wire, TaskStores taskStores, DecisionListener listener) {
    this.wire = wire;
    this.taskStores = taskStores;
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<String, Message> started) {
    context = started;
    open.clear(); // a task that was given up and begins again has the same processor
    changes.clear();
    tasks = taskStores.open(started, DecisionTopology.TASK_HISTORY);
    stores = new IncidentStores(taskStores, started);
    fold = new IncidentFold(wire, stores, new Changes());
    started.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, this::look);
    started.schedule(Sweep.EVERY, PunctuationType.WALL_CLOCK_TIME, this::sweep);
    stores.all().stream()
        .map(TrackedIncident::incident)
        .filter(Incident::isOpen)
        .forEach(incident -> open.put(incident.key(), incident));
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

  /** What is told once a record is done with. */
  private final class Changes implements IncidentFold.Heard {
    @Override
    public void changed(Incident incident) {
      changes.put(incident.key(), incident);
      if (incident.isOpen()) {
        Incident before = open.put(incident.key(), incident);
        openChanged |= before == null || before.paused() != incident.paused();
      } else {
        openChanged |= open.remove(incident.key()) != null;
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
      changes.put(key, null);
    }
  }
}
