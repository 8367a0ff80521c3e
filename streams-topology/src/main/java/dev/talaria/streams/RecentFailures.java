package dev.talaria.streams;

import dev.talaria.protocol.policy.FailureWindow;

/**
 * What the store {@code recent-failures} keeps of one board and fingerprint.
 *
 * @param window the failures
 * @param keptUntil epoch milliseconds, by the topology's clock, at which none of them matters any more
 */
record RecentFailures(FailureWindow window, long keptUntil) {}
