package dev.talaria.protocol.message;

import dev.talaria.protocol.id.BoardKey;

/**
 * How far a board's events are on {@code transitions}; kept on {@code relay-cursors} and written in the same Kafka
 * transaction as the batch that it ends.
 *
 * @param board the board
 * @param lineage the life of the file that the numbers belong to
 * @param event the last published {@code task_events.id}
 * @param digest a digest of that row, by which a restored file is known
 * @param run the largest {@code task_runs.id} at that time
 * @param comment the largest {@code task_comments.id} at that time
 * @param topicId the id of the {@code transitions} topic; another one means that the history is gone from it
 * @param end the partition's end offset before the batch; a log that ends below it has lost what it had accepted
 */
public record RelayCursor(
    BoardKey board,
    long lineage,
    long event,
    String digest,
    long run,
    long comment,
    String topicId,
    long end)
    implements Message {}
