package dev.talaria.protocol.message;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;

/**
 * A hint on {@code ready.<lane>} that a board has work in the lane. Losing or doubling one does no harm.
 *
 * @param board who has work
 * @param lane in which lane
 * @param task the task that gave rise to it; for the log, since a claim asks for work and not for a task
 * @param at epoch milliseconds
 */
public record Offer(BoardKey board, Lane lane, String task, long at) implements Message {}
