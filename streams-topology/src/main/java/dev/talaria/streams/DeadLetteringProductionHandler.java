package dev.talaria.streams;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that can never be sent, because it is too large or cannot be encoded, becomes a dead letter of the transition
 * that it answers; the dispatcher then decides by itself. Anything else is the cluster's trouble: the thread ends and
 * its successor takes the record again. So does a change of a store that cannot be sent, since going on would lose it.
 */
public final class DeadLetteringProductionHandler implements ProductionExceptionHandler {
  /** Setting: the full name of the decisions topic. */
  static final String DECISIONS = "talaria.decisions.topic";

  private static final Logger log = LoggerFactory.getLogger(DeadLetteringProductionHandler.class);

  private DeadLetters letters = new DeadLetters(Map.of());
  private String decisions = "";

  @Override
  public void configure(Map<String, ?> configs) {
    letters = new DeadLetters(configs);
    decisions = String.valueOf(configs.get(DECISIONS));
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception error) {
    return error instanceof RecordTooLargeException
        ? resume(context, record.topic(), error)
        : Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception error,
      SerializationExceptionOrigin origin) {
    return resume(context, record.topic(), error);
  }

  private Response resume(ErrorHandlerContext context, String target, Exception error) {
    if (target.equals(letters.topic())) {
      log.error("A dead letter cannot be sent and is dropped", error);
      return Response.resume();
    }
    if (!target.equals(decisions)) {
      return Response.fail();
    }
    log.error(
        "The answer to record {} of {}-{} cannot be sent; the record is put on the dead-letter topic",
        context.offset(),
        context.topic(),
        context.partition(),
        error);
    return Response.resume(letters.of(context, error));
  }
}
