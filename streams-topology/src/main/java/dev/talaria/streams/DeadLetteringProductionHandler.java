package dev.talaria.streams;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the topology cannot send, because it is too large or cannot be encoded (see {@link MessageSerializer}), becomes a dead
 * letter of the transition that it comes from; where it was a decision, the dispatcher then decides by itself. Anything
 * else is the cluster's trouble: the thread ends and its successor takes the record again. So does a change of a store
 * that cannot be sent, since going on would lose it.
 */
public final class DeadLetteringProductionHandler implements ProductionExceptionHandler {
  /** Setting: the full names of the topics that the topology writes, with commas between. */
  static final String SENT = "talaria.sent.topics";

  private static final Logger log = LoggerFactory.getLogger(DeadLetteringProductionHandler.class);

  private DeadLetters letters = new DeadLetters(Map.of());
  private Set<String> sent = Set.of();

  @Override
  public void configure(Map<String, ?> configs) {
    letters = new DeadLetters(configs);
    sent = Set.of(String.valueOf(configs.get(SENT)).split(","));
  }

  /** Whatever it is, the transaction is lost with it: to go on would end the thread at its next record. */
  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception error) {
    return Response.fail();
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
    if (!sent.contains(target)) {
      return Response.fail();
    }
    log.error(
        "What record {} of {}-{} leads to cannot be sent to '{}'; the record is put on the dead-letter topic",
        context.offset(),
        context.topic(),
        context.partition(),
        target,
        error);
    return Response.resume(letters.of(context, error));
  }
}
