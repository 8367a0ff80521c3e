/** The event log: appending, reading for a relay, and what status a kind implies. */
@NullMarked
package dev.talaria.board.event;

import org.jspecify.annotations.NullMarked;
