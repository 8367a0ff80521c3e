package dev.talaria.streams;

import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads transitions once for all nodes behind it, keyed by their task key. It reads bytes itself, so that a record that
 * cannot be read becomes a dead letter within the same transaction that moves past it.
 */
final class ReadProcessor implements Processor<byte[], byte[], String, Object> {
  private final Wire wire;
  private final TaskStores stores;
  private final DecisionListener listener;
  private final String[] readers;
  private ProcessorContext<String, Object> context;
  private Burial burial;

  /** @param readers names of the nodes that get what was read, in this order */
  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
  ReadProcessor(Wire wire, TaskStores stores, DecisionListener listener, String... readers) {
    this.stores = stores;
    this.wire = wire.reading(new SimpleModule().addDeserializer(Image.class, new LeanImages()));
    this.listener = listener;
    this.readers = readers.clone();
  }

  @Override
  public void init(ProcessorContext<String, Object> started) {
    context = started;
    burial = new Burial(started, listener);
    stores.begin(started.taskId());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    String key = text(record.key());
    Received received;
    String task;
    try {
      received = new Received(wire.decode(record.value(), Transition.class), record.value());
      task = received.transition().taskKey().toString();
    } catch (MalformedMessageException | IllegalArgumentException e) {
      burial.bury(key, record.value(), String.valueOf(e.getMessage()));
      return;
    }
    for (String reader : readers) {
      context.forward(new Record<>(task, received, record.timestamp()), reader);
    }
  }

  @Override
  public void close() {
    stores.end(context.taskId());
  }

  private static @Nullable String text(byte @Nullable [] key) {
    return key == null ? null : new String(key, StandardCharsets.UTF_8);
  }
}
