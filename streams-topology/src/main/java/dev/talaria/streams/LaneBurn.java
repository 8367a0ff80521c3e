package dev.talaria.streams;

import dev.talaria.protocol.policy.BurnWindow;

/**
 * What the store {@code burn} keeps of one board and lane.
 *
 * @param lineage of the board's file that it was spent under; another one publishes its history again
 * @param window what was spent
 * @param keptUntil epoch milliseconds, by the topology's clock, at which none of it matters any more
 */
record LaneBurn(long lineage, BurnWindow window, long keptUntil) {}
