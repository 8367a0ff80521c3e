package dev.talaria.streams;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record that a processor failed on becomes a dead letter and the next one is processed. What Kafka or a store throws is
 * not the record's fault (a full disk, for one): then the thread ends, nothing is committed, and its successor takes
 * the record again.
 */
public final class DeadLetteringProcessingHandler implements ProcessingExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(DeadLetteringProcessingHandler.class);

  private DeadLetters letters = new DeadLetters(Map.of());

  @Override
  public void configure(Map<String, ?> configs) {
    letters = new DeadLetters(configs);
  }

  @Override
  public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception error) {
    if (error instanceof KafkaException) {
      return Response.fail();
    }
    log.error(
        "Record {} of {}-{} is put on the dead-letter topic: '{}' failed on it",
        context.offset(),
        context.topic(),
        context.partition(),
        context.processorNodeId(),
        error);
    return Response.resume(letters.of(context, error));
  }
}
