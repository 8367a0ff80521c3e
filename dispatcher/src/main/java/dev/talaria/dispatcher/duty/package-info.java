/** What a board's dispatcher does beside granting: workers of this host that no launcher has, and what waits and why. */
@NullMarked
package dev.talaria.dispatcher.duty;

import org.jspecify.annotations.NullMarked;
